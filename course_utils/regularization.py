"""Regularizers in NumPy: dropout, soft threshold, fading noise, early stopping. Taught in chapter 08.

``course_utils.layers.Dropout`` is the layer around :func:`dropout` and :func:`dropout_backward`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.activations.base import as_floating, with_gradient

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
    Taught in chapter 08.
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

    Taught in chapter 08.
    """
    scale, grad_output = with_gradient(scale, grad_output)
    return grad_output * scale


def soft_threshold(w: ArrayLike, amount: float) -> NDArray:
    """Move every number towards 0 by ``amount`` and let it rest there: the L1 step that gives exact zeros.

    Args:
        w: weights, any shape.
        amount: learning rate times λ, at least 0.

    Returns:
        New weights, shape of ``w``.

    Source: Daubechies, Defrise and De Mol (2004), *An iterative thresholding algorithm for linear inverse problems*.
    Taught in chapter 08.
    """
    w = as_floating("w", w)
    if not amount >= 0:
        raise ValueError(f"the amount is {amount}; it must be at least 0")
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0)


def annealed(start: float, step: int, total_steps: int) -> float:
    """Return a strength that falls on a straight line from ``start`` at step 0 to 0 at ``total_steps``, then rests.

    Args:
        start: strength at step 0.
        step: steps done.
        total_steps: steps until nothing is left.

    Taught in chapter 08.
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
    Taught in chapter 08.
    """

    def __init__(self, patience: int) -> None:
        if patience < 1:
            raise ValueError(f"patience is {patience}; it must be at least 1 check")
        self.patience, self.checks = patience, 0
        self.best_loss, self.best_check = math.inf, 0
        self.best_weights: dict[str, NDArray] = {}

    def update(self, loss: float, params: Named) -> bool:
        """Record a validation loss with the weights that gave it; return whether to stop now.

        A loss that is NaN is never the best. Taught in chapter 08.
        """
        self.checks += 1
        if loss < self.best_loss:
            self.best_loss, self.best_check = loss, self.checks
            self.best_weights = {name: values.copy() for name, values in params.items()}
        return self.checks - self.best_check >= self.patience

    def restore(self, params: Named) -> None:
        """Copy the best weights back into the arrays; without any, change nothing. Taught in chapter 08."""
        for name, values in self.best_weights.items():
            params[name][...] = values


def check_probability(name: str, p: float) -> None:
    """Raise ValueError where ``p`` is no probability of switching a unit off. Taught in chapter 08."""
    if not 0 <= p <= 1:
        raise ValueError(f"{name} is {p}; it is the probability of switching a unit off and must lie in [0, 1]")
