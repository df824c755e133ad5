"""The loss for counts: Poisson. Taught in lecture 06a."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.activations.base import tiny_is_zero
from course_utils.losses.base import Reduction, check_range, matching, reduced, reduced_gradient

_LOG_GUARD = 1e-8  # PyTorch's: keeps the logarithm of a predicted rate of zero finite
_too_large_is_infinite = np.errstate(over="ignore")  # exp(1000) is inf in float64, as in PyTorch


@tiny_is_zero
@_too_large_is_infinite
def poisson_nll(
    prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean", *, log_input: bool = True
) -> np.ndarray | np.floating:
    """Return the negative log-likelihood of counts: the mean of rate - target * log(rate).

    The term log(target!) is left out: it does not depend on the prediction. ``torch.nn.PoissonNLLLoss`` does the same.

    Args:
        prediction: log(rate), or the rate itself, 0 or above, if ``log_input`` is False; any shape.
        target: counts, 0 or above, shape of prediction.
        reduction: ``"mean"``, ``"sum"`` or ``"none"``.
        log_input: True: prediction is the logarithm of the rate, loss exp(prediction) - target * prediction.
            False: it is the rate, and log(rate + 1e-8) is taken.

    Returns:
        A number, or for ``"none"`` an array of the shape of prediction; dtype of prediction. A rate too large for the
        dtype (log(rate) above 709 in float64, 88 in float32) gives infinity.

    Raises:
        ValueError: a negative count, a negative rate, different shapes, an empty array or an unknown reduction.

    Formula: Cameron and Trivedi, *Regression Analysis of Count Data*, 2nd edition, section 3.2.
    Taught in lecture 06a.
    """
    prediction, target = _checked(prediction, target, log_input)
    if log_input:
        return reduced(np.exp(prediction) - target * prediction, reduction)
    return reduced(prediction - target * np.log(prediction + _LOG_GUARD), reduction)


@tiny_is_zero
@_too_large_is_infinite
def poisson_nll_backward(
    prediction: ArrayLike, target: ArrayLike, reduction: Reduction = "mean", *, log_input: bool = True
) -> np.ndarray:
    """Return the gradient of :func:`poisson_nll`: rate - target by the logarithm, 1 - target / rate by the rate.

    Args:
        prediction, target, reduction, log_input: as for :func:`poisson_nll`.

    Returns:
        Gradient with respect to prediction, its shape and dtype; for ``"none"`` that of the sum.

    Raises:
        ValueError: as for :func:`poisson_nll`.

    Formula: Cameron and Trivedi, *Regression Analysis of Count Data*, 2nd edition, section 3.2.
    Taught in lecture 06a.
    """
    prediction, target = _checked(prediction, target, log_input)
    if log_input:
        return reduced_gradient(np.exp(prediction) - target, reduction)
    return reduced_gradient(1 - target / (prediction + _LOG_GUARD), reduction)


def _checked(prediction: ArrayLike, target: ArrayLike, log_input: bool) -> tuple[np.ndarray, np.ndarray]:
    prediction, target = matching(prediction, target)
    check_range("target (counts)", target, 0)
    if not log_input:
        check_range("prediction (rates, as log_input=False)", prediction, 0)
    return prediction, target
