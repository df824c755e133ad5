"""What exercises 03a.2 and 03b.4 take for correct is what PyTorch's layers do."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.exercises import engine

SIZES = [
    sizes for sizes in itertools.product((1, 4, 7), (1, 2, 3), (1, 2, 3), (0, 1), (1, 2)) if sizes[1] > 2 * sizes[3]
]


def positions(length, kernel_size, stride, padding, dilation):
    """Return the length of the output of PyTorch's layer, 0 where the kernel does not fit."""
    if length < 1 or length + 2 * padding < dilation * (kernel_size - 1) + 1:
        return 0
    layer = nn.Conv1d(1, 1, kernel_size, stride, padding, dilation, device="meta")
    return layer(torch.empty(1, 1, length, device="meta")).shape[-1]


@pytest.mark.parametrize("sizes", SIZES)
def test_no_shorter_input_has_this_output(sizes):
    length = engine.of_lecture("03a")["03a.2"].reference(*sizes)
    assert positions(length, *sizes[1:]) == sizes[0]
    assert positions(length - 1, *sizes[1:]) < sizes[0]


def test_the_folded_convolution_does_what_both_layers_do():
    torch.manual_seed(3)
    convolve, norm = nn.Conv2d(3, 4, 3, dtype=torch.float64), nn.BatchNorm2d(4, eps=0.1, dtype=torch.float64)
    for _ in range(3):
        norm(convolve(torch.randn(8, 3, 6, 7, dtype=torch.float64)))  # in training: running averages
    nn.init.normal_(norm.weight)
    nn.init.normal_(norm.bias)
    images = torch.randn(2, 3, 9, 8, dtype=torch.float64)
    wanted = norm.eval()(convolve(images)).detach().numpy()
    arrays = convolve.weight, convolve.bias, norm.weight, norm.bias, norm.running_mean, norm.running_var
    filters, biases = engine.of_lecture("03b")["03b.4"].reference(*(one.detach().numpy() for one in arrays), 0.1)
    folded = nn.functional.conv2d(images, torch.from_numpy(filters), torch.from_numpy(biases))
    assert np.allclose(folded.numpy(), wanted, rtol=0, atol=1e-12)
