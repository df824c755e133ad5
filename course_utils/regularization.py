"""Regularizers in NumPy: dropout, L2 and L1 terms, mixup, early stopping. Taught in lecture 08.

Forward and backward stand side by side. ``course_utils.layers.Dropout`` is the layer around :func:`dropout`;
``course_utils.training.regularizers`` holds what needs gradients of a whole network.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.activations.base import as_floating, positive, with_gradient

Named = Mapping[str, NDArray]


def dropout(x: ArrayLike, p: float, rng: np.random.Generator) -> tuple[NDArray, NDArray]:
    r"""Switch each unit off with probability p, and scale the others by :math:`1/(1 - p)`.

    The scaling keeps the expected value of every unit, so that evaluation needs no dropout and no correction.

    Args:
        x: activations, any shape.
        p: probability of switching off, in [0, 1].
        rng: where the choice comes from.

    Returns:
        The units left, scaled, of the shape of ``x``; and the scale of each unit, 0 or 1/(1 - p), which the backward
        pass needs.

    Raises:
        ValueError: ``p`` outside [0, 1], or ``x`` does not hold real numbers.

    Source: Srivastava et al. (2014), *Dropout*, section 10, for the scaling in training.
    Taught in lecture 08.
    """
    check_probability("p", p)
    x = as_floating("x", x)
    kept = rng.random(x.shape) >= p
    scale = (kept / (1 - p) if p < 1 else np.zeros(x.shape)).astype(x.dtype)
    return x * scale, scale


def dropout_backward(grad_output: ArrayLike, scale: NDArray) -> NDArray:
    """Return the gradient through the units that :func:`dropout` kept: it is scaled as they were.

    Args:
        grad_output: gradient with respect to the output, shape of ``scale``.
        scale: as :func:`dropout` returned it.

    Returns:
        Gradient with respect to the input, same shape.

    Raises:
        ValueError: the shapes differ.

    Taught in lecture 08.
    """
    scale, grad_output = with_gradient(scale, grad_output)
    return grad_output * scale


def l2_penalty(params: Named, strength: float) -> float:
    r"""Return :math:`\frac{λ}{2} \sum w^2` over all weights; biases are left out.

    Args:
        params: name → array; those with fewer than two axes (biases, the scales of batch norm) do not count.
        strength: λ, at least 0.

    Raises:
        ValueError: ``strength`` is negative.

    Source: Krogh and Hertz (1992), *A simple weight decay can improve generalization*.
    Taught in lecture 08.
    """
    return _checked(strength) / 2 * sum(float(np.sum(w**2)) for w in params.values() if _is_weight(w))


def l2_gradients(params: Named, strength: float) -> dict[str, NDArray]:
    """Return the gradients of :func:`l2_penalty`, λ w for weights and 0 for biases, under the same names.

    Args:
        params, strength: as for :func:`l2_penalty`.

    Taught in lecture 08.
    """
    return {name: _checked(strength) * w * _is_weight(w) for name, w in params.items()}


def l1_penalty(params: Named, strength: float) -> float:
    r"""Return :math:`λ \sum |w|` over all weights; biases are left out.

    Args:
        params, strength: as for :func:`l2_penalty`.

    Source: Tibshirani (1996), *Regression shrinkage and selection via the lasso*.
    Taught in lecture 08.
    """
    return _checked(strength) * sum(float(np.sum(np.abs(w))) for w in params.values() if _is_weight(w))


def l1_gradients(params: Named, strength: float) -> dict[str, NDArray]:
    """Return the (sub)gradients of :func:`l1_penalty`: λ sign(w) for weights, where 0 has sign 0, and 0 for biases.

    Args:
        params, strength: as for :func:`l2_penalty`.

    Taught in lecture 08.
    """
    return {name: _checked(strength) * np.sign(w) * _is_weight(w) for name, w in params.items()}


def soft_threshold(w: ArrayLike, amount: float) -> NDArray:
    """Move every number towards 0 by ``amount`` and let it rest there: the L1 step that gives exact zeros.

    Args:
        w: weights, any shape.
        amount: learning rate times λ, at least 0.

    Returns:
        New weights, shape of ``w``.

    Source: Daubechies, Defrise and De Mol (2004), *An iterative thresholding algorithm for linear inverse problems*.
    Taught in lecture 08.
    """
    w = as_floating("w", w)
    return np.sign(w) * np.maximum(np.abs(w) - _checked(amount), 0)


def mixup(x: NDArray, targets: NDArray, alpha: float, rng: np.random.Generator) -> tuple[NDArray, NDArray]:
    """Mix a batch with a shuffled copy of itself, inputs and targets with the same share λ from Beta(α, α).

    Args:
        x: inputs, shape (N, ...).
        targets: one-hot or soft, shape (N, K).
        alpha: α, above 0.
        rng: where share and order come from.

    Returns:
        Mixed inputs and targets, shapes as given; each target still sums to what it did.

    Raises:
        ValueError: ``alpha`` is not above 0, or the lengths differ.

    Source: Zhang et al. (2018), *mixup: beyond empirical risk minimization*.
    Taught in lecture 08.
    """
    if len(x) != len(targets):
        raise ValueError(f"x has {len(x)} samples and targets has {len(targets)}; every input needs its target")
    share, order = rng.beta(positive("alpha", alpha), alpha), rng.permutation(len(x))
    return share * x + (1 - share) * x[order], share * targets + (1 - share) * targets[order]


def annealed(start: float, step: int, total_steps: int) -> float:
    """Return a strength that falls on a straight line from ``start`` at step 0 to 0 at ``total_steps``, then rests.

    Args:
        start: strength at step 0.
        step: steps done.
        total_steps: steps until nothing is left.

    Taught in lecture 08.
    """
    return start * max(0.0, 1 - step / total_steps)


class EarlyStopping:
    """Watch the validation loss: keep the best weights, and say when patience has run out.

    Args:
        patience: checks without a lower loss after which to stop, at least 1.

    Attributes:
        best_loss: lowest loss so far.
        best_check: when it was seen, counted from 1; 0 before the first.
        best_weights: copies of the arrays at that time.

    Raises:
        ValueError: ``patience`` below 1.

    Source: Prechelt (1998), *Early stopping, but when?*
    Taught in lecture 08.
    """

    def __init__(self, patience: int) -> None:
        if patience < 1:
            raise ValueError(f"patience is {patience}; it must be at least 1 check")
        self.patience, self.checks = patience, 0
        self.best_loss, self.best_check = math.inf, 0
        self.best_weights: dict[str, NDArray] = {}

    def update(self, loss: float, params: Named) -> bool:
        """Record a validation loss with the weights that gave it; return whether to stop now.

        A loss that is NaN is never the best. Taught in lecture 08.
        """
        self.checks += 1
        if loss < self.best_loss:
            self.best_loss, self.best_check = loss, self.checks
            self.best_weights = {name: values.copy() for name, values in params.items()}
        return self.checks - self.best_check >= self.patience

    def restore(self, params: Named) -> None:
        """Copy the best weights back into the arrays; without any, change nothing. Taught in lecture 08."""
        for name, values in self.best_weights.items():
            params[name][...] = values


def check_probability(name: str, p: float) -> None:
    """Raise ValueError where ``p`` is no probability of switching a unit off. Taught in lecture 08."""
    if not 0 <= p <= 1:
        raise ValueError(f"{name} is {p}; it is the probability of switching a unit off and must lie in [0, 1]")


def _is_weight(values: NDArray) -> bool:
    return np.ndim(values) > 1


def _checked(strength: float) -> float:
    if not strength >= 0:
        raise ValueError(f"the strength is {strength}; it must be at least 0")
    return strength
