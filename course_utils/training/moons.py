"""Two moons, twelve labels, and a network that should be smooth where points are. Taught in lecture 08c."""

from __future__ import annotations

import torch
from sklearn.datasets import make_moons
from torch import nn
from torch.nn import functional as F

KNOWN, LABELED_EACH, STRENGTH = 300, 6, 0.3


def moon_error(seed: int, steps: int, *, smooth_at: str) -> float:
    """Train on six labeled points of each moon, with a penalty on the squared slope of the first class's probability.

    Args:
        seed: of the points and the network.
        steps: of Adam at 0.01, on all labeled points.
        smooth_at: ``"labeled"`` points or ``"all"`` 300 points, whether they have a label or not.

    Returns:
        The error on 300 new points, in percent.

    Taught in lecture 08c.
    """
    points, moon = make_moons(2 * KNOWN, noise=0.1, random_state=seed)
    points, moon = torch.tensor(points, dtype=torch.float32), torch.tensor(moon)
    labeled = torch.cat([torch.arange(KNOWN)[moon[:KNOWN] == k][:LABELED_EACH] for k in (0, 1)])
    where = points[labeled] if smooth_at == "labeled" else points[:KNOWN]
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 2))
    adam = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(steps):
        x = where.clone().requires_grad_()
        (slope,) = torch.autograd.grad(network(x).softmax(1)[:, 0].sum(), x, create_graph=True)
        penalty = STRENGTH * slope.square().sum(1).mean()
        loss = F.cross_entropy(network(points[labeled]), moon[labeled]) + penalty
        adam.zero_grad()
        loss.backward()
        adam.step()
    return 100 * (network(points[KNOWN:]).argmax(1) != moon[KNOWN:]).double().mean().item()
