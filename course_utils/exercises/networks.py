"""Questions that checks ask of a network, answered from its behavior and not from its start.

A network may begin with zeros in its last layer, with dead units, or trained already. So each question is asked of
several copies whose parameters were moved at random. Used by the checks of lectures 03a, 03b, 09, 11, and 12.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

import torch
from torch import Tensor, nn

DRAWS = 6
ONE_LINEAR_MAP = 1e-3  # of the size of the outputs: what a sum of two inputs may miss in float32

NOT_STEADY = "It gives another answer to the same input each time: are layers made anew in forward?"
NO_PARAMETERS = (
    "It has no parameters. Layers in a plain Python list are not seen by PyTorch: nn.Sequential or nn.ModuleList holds "
    "them."
)
FROZEN = "All of its parameters are frozen (requires_grad is False): it cannot learn."


def moved(network: nn.Module) -> Iterator[nn.Module]:
    """Yield copies in evaluation mode whose parameters were moved at random, the same ways in each check."""
    for draw in range(DRAWS):
        generator = torch.Generator().manual_seed(draw)
        copied = copy.deepcopy(network).eval()
        with torch.no_grad():
            for parameter in copied.parameters():
                spread = (parameter[0].numel() if parameter.ndim > 1 else 4) ** -0.5
                parameter += spread * torch.randn(parameter.shape, generator=generator).to(parameter.dtype)
        yield copied


def wiring_problem(network: nn.Module, X: Tensor) -> str | None:
    """Return what is wrong with how a network holds its layers, or None."""
    if not list(network.parameters()):
        return NO_PARAMETERS
    if not any(parameter.requires_grad for parameter in network.parameters()):
        return FROZEN
    network.eval()
    with torch.no_grad():
        return None if torch.allclose(network(X.clone()), network(X.clone()), atol=1e-5, equal_nan=True) else NOT_STEADY


def count(network: nn.Module) -> int:
    """Return the number of trainable numbers."""
    return sum(parameter.numel() for parameter in network.parameters() if parameter.requires_grad)


def ending(network: nn.Module, X: Tensor, dim: int | None = 1) -> str | None:
    """Return which activation the last layer must have, going by its outputs, or None where they are logits.

    Args:
        network: takes ``X``.
        X: random inputs.
        dim: axis of the classes; None where each output stands for itself.
    """
    with torch.no_grad():
        outputs = torch.stack([copied(scale * X) for copied in moved(network) for scale in (1, 30)])
    if not torch.isfinite(outputs).all():
        return "NaN or infinity"
    axis = None if dim is None else dim + 1
    ones = torch.ones(1, dtype=outputs.dtype)
    if axis is not None and (outputs >= 0).all() and torch.allclose(outputs.sum(axis), ones, atol=1e-3):
        return "softmax"
    if axis is not None and (outputs <= 0).all() and torch.allclose(outputs.exp().sum(axis), ones, atol=1e-3):
        return "log-softmax"
    if (outputs >= 0).all():
        return "sigmoid" if (outputs <= 1).all() else "ReLU"
    return "tanh" if (outputs.abs() <= 1).all() and outputs.abs().max() > 0.9 else None


def is_linear(network: nn.Module, first: Tensor, second: Tensor) -> bool:
    """Return True where the answer to a sum is the sum of the answers, whatever the parameters are."""
    with torch.no_grad():
        return all(_adds(copied, scale * first, scale * second) for copied in moved(network) for scale in (1, 10))


def _adds(network: nn.Module, first: Tensor, second: Tensor) -> bool:
    parts = network(first.clone()) + network(second.clone())
    whole = network(first + second) + network(torch.zeros_like(first))
    return bool((parts - whole).abs().max() <= ONE_LINEAR_MAP * (1e-6 + parts.abs().max()))


def uses_convolution(network: nn.Module, X: Tensor, weight_axes: int = 4) -> bool:
    """Return True where weights of a convolution, of a layer or used by ``F.conv2d``, have a part in the answer."""
    for copied in moved(network):
        kernels = [one.requires_grad_() for one in copied.parameters() if one.ndim == weight_axes]
        outputs = copied(X.clone())
        if not kernels or not outputs.requires_grad:
            continue
        slopes = torch.autograd.grad(outputs.square().sum(), kernels, allow_unused=True)
        if any(slope is not None and slope.abs().max() > 0 for slope in slopes):
            return True
    return False
