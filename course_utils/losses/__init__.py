"""Loss functions in NumPy, each with its gradient beside it. Taught in lectures 06a and 06b.

``NAME(prediction, target, reduction="mean")`` is the loss, ``NAME_backward(prediction, target, reduction="mean")`` its
gradient with respect to the prediction; options follow as keywords. Meaning, defaults and reductions are PyTorch's.

=======================================  ========================================  ===================================
for                                      loss                                      the prediction holds
=======================================  ========================================  ===================================
numbers (``regression``)                 ``mse``, ``rmse``, ``mae``, ``quantile``  numbers
numbers with outliers (``robust``)       ``huber``, ``smooth_l1``, ``log_cosh``    numbers
counts (``counts``)                      ``poisson_nll``                           logarithms of rates, or rates
yes or no (``binary``)                   ``binary_cross_entropy``, ``weighted_…``  probabilities
yes or no (``binary``)                   ``binary_cross_entropy_with_logits``      logits
one class of several (``multiclass``)    ``cross_entropy``                         logits
one class of several (``multiclass``)    ``nll``                                   log-probabilities
masks (``segmentation``)                 ``dice``                                  probabilities
=======================================  ========================================  ===================================

>>> import numpy as np
>>> logits, target = np.array([[2.0, 0.0], [1000.0, -1000.0]]), np.array([0, 1])
>>> cross_entropy(logits, target, "none").round(4).tolist()
[0.1269, 2000.0]
>>> cross_entropy_backward(logits, target, "sum").round(4).tolist()
[[-0.1192, 0.1192], [1.0, -1.0]]
"""

from course_utils.losses.base import Reduction
from course_utils.losses.binary import (
    binary_cross_entropy,
    binary_cross_entropy_backward,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_backward,
    weighted_binary_cross_entropy,
    weighted_binary_cross_entropy_backward,
)
from course_utils.losses.counts import poisson_nll, poisson_nll_backward
from course_utils.losses.multiclass import cross_entropy, cross_entropy_backward, nll, nll_backward
from course_utils.losses.regression import (
    mae,
    mae_backward,
    mse,
    mse_backward,
    quantile,
    quantile_backward,
    rmse,
    rmse_backward,
)
from course_utils.losses.robust import (
    huber,
    huber_backward,
    log_cosh,
    log_cosh_backward,
    smooth_l1,
    smooth_l1_backward,
)
from course_utils.losses.segmentation import dice, dice_backward

__all__ = [
    "Reduction",
    "binary_cross_entropy",
    "binary_cross_entropy_backward",
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy_with_logits_backward",
    "cross_entropy",
    "cross_entropy_backward",
    "dice",
    "dice_backward",
    "huber",
    "huber_backward",
    "log_cosh",
    "log_cosh_backward",
    "mae",
    "mae_backward",
    "mse",
    "mse_backward",
    "nll",
    "nll_backward",
    "poisson_nll",
    "poisson_nll_backward",
    "quantile",
    "quantile_backward",
    "rmse",
    "rmse_backward",
    "smooth_l1",
    "smooth_l1_backward",
    "weighted_binary_cross_entropy",
    "weighted_binary_cross_entropy_backward",
]
