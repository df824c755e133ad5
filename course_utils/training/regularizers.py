"""Adversarial examples. Taught in lecture 08b."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def fgsm(network: nn.Module, x: Tensor, y: Tensor, epsilon: float) -> Tensor:
    """Return adversarial examples: every number moved by ``epsilon`` in the direction that raises the loss.

    The network's own gradients stay untouched.

    Args:
        network: takes x, returns logits (N, K).
        x: images (N, ...), in the units that the network sees.
        y: labels, int64 (N,).
        epsilon: length of the step in each number, in the units of x.

    Returns:
        New images, shape of x, detached.

    Source: Goodfellow, Shlens and Szegedy (2015), *Explaining and harnessing adversarial examples*, section 4.
    Taught in lecture 08b.
    """
    x = x.detach().requires_grad_()
    (slope,) = torch.autograd.grad(F.cross_entropy(network(x), y), x)
    return (x + epsilon * slope.sign()).detach()
