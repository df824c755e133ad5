"""Regularizers for training with PyTorch: noise, adversarial examples, mixing, smoothness. Taught in lecture 08."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer


class GaussianNoise(nn.Module):
    """Add fresh Gaussian noise to whatever passes in training; in evaluation pass it on as it is.

    Args:
        sigma: standard deviation of the noise, in the units of what passes.

    Source: Bishop (1995), *Training with noise is equivalent to Tikhonov regularization*.
    Taught in lecture 08.
    """

    def __init__(self, sigma: float) -> None:
        super().__init__()
        self.sigma = sigma

    def forward(self, x: Tensor) -> Tensor:
        """Return x, shape kept, with noise in training. Taught in lecture 08."""
        return x + self.sigma * torch.randn_like(x) if self.training else x


def fgsm(network: nn.Module, x: Tensor, y: Tensor, epsilon: float) -> Tensor:
    """Return adversarial examples: every number moved by ``epsilon`` in the direction that raises the loss.

    The network's own gradients stay untouched.

    Args:
        network: takes x, returns logits (N, K).
        x: pictures (N, ...), in the units that the network sees.
        y: labels, int64 (N,).
        epsilon: length of the step in each number, in the units of x.

    Returns:
        New pictures, shape of x, detached.

    Source: Goodfellow, Shlens and Szegedy (2015), *Explaining and harnessing adversarial examples*, section 4.
    Taught in lecture 08.
    """
    x = x.detach().requires_grad_()
    (slope,) = torch.autograd.grad(F.cross_entropy(network(x), y), x)
    return (x + epsilon * slope.sign()).detach()


def mixup_loss(network: nn.Sequential, x: Tensor, y: Tensor, alpha: float, depth: int = 0) -> Tensor:
    """Return the loss of a batch whose pictures, or features behind ``depth`` layers, are mixed with one another.

    One share λ, drawn from Beta(α, α), mixes the batch with a shuffled copy of itself; the loss is mixed alike, which
    for cross-entropy is the loss against mixed targets.

    Args:
        network: layers in a row.
        x: pictures (N, ...).
        y: labels, int64 (N,).
        alpha: α; large values mix half and half, small ones leave most batches nearly alone.
        depth: layers before the mixing; 0 mixes pictures.

    Source: Zhang et al. (2018), *mixup*; for ``depth`` above 0 Verma et al. (2019), *Manifold mixup*.
    Taught in lecture 08.
    """
    share = torch.distributions.Beta(alpha, alpha).sample().item()
    other = torch.randperm(len(x)).to(x.device)
    features = network[:depth](x)
    logits = network[depth:](share * features + (1 - share) * features[other])
    return share * F.cross_entropy(logits, y) + (1 - share) * F.cross_entropy(logits, y[other])


def jacobian_penalty(network: nn.Module, x: Tensor, projections: int = 1) -> Tensor:
    r"""Estimate the mean over a batch of :math:`\|J\|_F^2`, the squared sensitivity of the logits to the pictures.

    For a random direction v of length 1 among K logits, :math:`K\,E\|v^T J\|^2 = \|J\|_F^2`, and :math:`v^T J` costs
    one backward pass, whatever K is. The estimate has a graph, so that it can be part of a loss.

    Args:
        network: takes x, returns logits (N, K); the answer to one picture must not depend on the others.
        x: pictures (N, ...).
        projections: random directions to average over.

    Returns:
        A number, at least 0; unbiased over the random directions.

    Source: Hoffman, Roberts and Yaida (2019), *Robust learning with Jacobian regularization*, algorithm 1.
    Taught in lecture 08.
    """
    x = x.detach().requires_grad_()
    logits = network(x)
    total = logits.new_zeros(())
    for _ in range(projections):
        directions = F.normalize(torch.randn_like(logits), dim=1)
        (slope,) = torch.autograd.grad(logits, x, grad_outputs=directions, create_graph=True)
        total = total + slope.square().sum()
    return logits.shape[1] * total / (projections * len(x))


def hardest(network: nn.Module, x: Tensor, y: Tensor, count: int) -> Tensor:
    """Return the indices of the ``count`` pictures with the highest loss, worst first: online batch selection.

    Args:
        network: takes x, returns logits (N, K).
        x: candidates (N, ...).
        y: their labels, int64 (N,).
        count: at most N.

    Source: after Loshchilov and Hutter (2016), *Online batch selection for faster training of neural networks*, who
    draw by rank where this one takes the top.
    Taught in lecture 08.
    """
    with torch.no_grad():
        losses = F.cross_entropy(network(x), y, reduction="none")
    return losses.topk(count).indices


def add_gradient_noise(optimizer: Optimizer, sigma: float) -> None:
    """Make an optimizer add Gaussian noise of ``sigma`` / (1 + t)^0.275 to every gradient before its step t.

    Args:
        optimizer: changed in place, by a hook.
        sigma: standard deviation at the first step.

    Source: Neelakantan et al. (2015), *Adding gradient noise improves learning for very deep networks*, with their
    exponent γ/2 = 0.275.
    Taught in lecture 08.
    """
    step = 0

    def add_noise(*_: object) -> None:
        nonlocal step
        for group in optimizer.param_groups:
            for weights in group["params"]:
                weights.grad += sigma / (1 + step) ** 0.275 * torch.randn_like(weights)
        step += 1

    optimizer.register_step_pre_hook(add_noise)


def decayed_groups(network: nn.Module, weight_decay: float) -> list[dict]:
    """Return a network's parameters in two groups for an optimizer: weights decay, biases and norms do not.

    Args:
        network: whose parameters are sorted; those with at least two axes are weights.
        weight_decay: of the weights.

    Taught in lecture 08.
    """
    weights = [values for values in network.parameters() if values.ndim > 1]
    others = [values for values in network.parameters() if values.ndim <= 1]
    return [{"params": weights, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]
