"""A few steps of training, counted, against a loop written out."""

import numpy as np
import torch
from torch import nn

from course_utils.training import take_steps


def test_steps_are_those_of_a_loop_and_losses_those_before_each_step():
    X, y = torch.randn(50, 3), torch.randint(0, 2, (50,))
    net, other = nn.Linear(3, 2), nn.Linear(3, 2)
    other.load_state_dict(net.state_dict())
    torch.manual_seed(1)
    losses = take_steps(net, X, y, torch.optim.SGD(net.parameters(), 0.5), steps=4, batch_size=8)
    torch.manual_seed(1)
    expected = []
    for _ in range(4):
        chosen = torch.randint(len(X), (8,))
        loss = nn.functional.cross_entropy(other(X[chosen]), y[chosen])
        gradients = torch.autograd.grad(loss, list(other.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(other.parameters(), gradients, strict=True):
                parameter -= 0.5 * gradient
        expected.append(loss.item())
    assert np.allclose(losses, expected) and losses.shape == (4,)
    assert torch.allclose(net.weight, other.weight)
