"""Every loss with its options, inputs that touch kinks and extremes, and the same loss in PyTorch."""

import math

import numpy as np
import torch
import torch.nn.functional as F

from course_utils import activations, losses

REDUCTIONS = ["mean", "sum", "none"]
CLASSES, WEIGHT = 5, np.array([0.2, 1.0, 3.0, 0.0, 1.7])


def reduce_in_torch(values, reduction):
    return {"mean": torch.mean, "sum": torch.sum, "none": lambda v: v}[reduction](values)


def written_in_torch(formula):
    return lambda p, t, reduction: reduce_in_torch(formula(p, t), reduction)


def in_torch(function, **options):
    as_tensors = {k: torch.tensor(v) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    return lambda p, t, reduction: function(p, t, reduction=reduction, **as_tensors)


def numbers(rng, shape=(4, 3, 2)):
    prediction, target = rng.normal(scale=2, size=shape), rng.normal(scale=2, size=shape)
    prediction[:, 0, 0] = target[:, 0, 0] + np.array([1.0, -1.0, 300.0, 1e-4])  # on the kinks, far out, near zero
    return prediction, target


def counts(rng, shape=(4, 3)):
    return rng.normal(size=shape), rng.poisson(2, shape).astype(float)


def rates(rng, shape=(4, 3)):
    return np.append(rng.exponential(size=shape)[1:], np.zeros((1, 3)), axis=0), rng.poisson(2, shape).astype(float)


def probabilities(rng, shape=(4, 3)):
    prediction, target = rng.uniform(size=shape), rng.uniform(size=shape)
    prediction[0], target[0] = [0, 1, 0], [0, 1, 1]
    return prediction, target


def logits(rng, shape=(4, 3)):
    prediction, target = rng.normal(scale=3, size=shape), rng.uniform(size=shape)
    prediction[0], target[0] = [1000, -1000, -1000], [0, 1, 0]
    prediction[1], target[1] = [21, -21, 21], [0, 1, 1]  # just where a softplus with a threshold would be off by 1e-9
    return prediction, target


def sparse(rng, shape=(6, CLASSES), ignored=-100):
    prediction = rng.normal(scale=3, size=shape)
    target = rng.integers(0, CLASSES, shape[:1] + shape[2:])
    target.flat[:2] = [2, ignored]
    return prediction, target


def sparse_pixels(rng):
    return sparse(rng, (3, CLASSES, 4, 2), ignored=4)


def sparse_log(rng):
    prediction, target = sparse_pixels(rng)
    return activations.log_softmax(prediction, dim=1), target


def categorical(rng, shape=(6, CLASSES)):
    return rng.normal(scale=3, size=shape), activations.softmax(rng.normal(size=shape), dim=1)


def categorical_pixels(rng):
    return categorical(rng, (3, CLASSES, 4))


def masks(rng, shape=(3, 2, 4, 5)):
    return rng.uniform(size=shape), (rng.uniform(size=shape) < 0.2).astype(float)


def weighted_bce_in_torch(p, t):
    return -(4.0 * t * torch.log(p).clamp(min=-100) + 0.5 * (1 - t) * torch.log(1 - p).clamp(min=-100))


def dice_in_torch(smooth):
    return lambda p, t: 1 - (2 * (p * t).sum((2, 3)) + smooth) / ((p + t).sum((2, 3)) + smooth)


def rmse_in_torch(p, t, reduction):
    return F.mse_loss(p, t, reduction=reduction).sqrt()


def pinball(q):
    return written_in_torch(lambda p, t: torch.where(t > p, q * (t - p), (1 - q) * (p - t)))


def log_cosh_in_torch(p, t):
    e = p - t
    return torch.logaddexp(e, -e) - math.log(2)


WEIGHTS = np.array([0.5, 2.0, 1.0])
KEEP_4 = {"ignore_index": 4}
# name, options, inputs, the same in PyTorch
CASES = [
    ("mse", {}, numbers, in_torch(F.mse_loss)),
    ("rmse", {}, numbers, rmse_in_torch),
    ("mae", {}, numbers, in_torch(F.l1_loss)),
    ("huber", {}, numbers, in_torch(F.huber_loss)),
    ("huber", {"delta": 0.3}, numbers, in_torch(F.huber_loss, delta=0.3)),
    ("smooth_l1", {}, numbers, in_torch(F.smooth_l1_loss)),
    ("smooth_l1", {"beta": 0.3}, numbers, in_torch(F.smooth_l1_loss, beta=0.3)),
    ("smooth_l1", {"beta": 0}, numbers, in_torch(F.smooth_l1_loss, beta=0.0)),
    ("log_cosh", {}, numbers, written_in_torch(log_cosh_in_torch)),
    ("quantile", {}, numbers, pinball(0.5)),
    ("quantile", {"q": 0.9}, numbers, pinball(0.9)),
    ("poisson_nll", {}, counts, in_torch(F.poisson_nll_loss)),
    ("poisson_nll", {"log_input": False}, rates, in_torch(F.poisson_nll_loss, log_input=False)),
    ("binary_cross_entropy", {}, probabilities, in_torch(F.binary_cross_entropy)),
    ("binary_cross_entropy", {"weight": WEIGHTS}, probabilities, in_torch(F.binary_cross_entropy, weight=WEIGHTS)),
    ("binary_cross_entropy_with_logits", {}, logits, in_torch(F.binary_cross_entropy_with_logits)),
    (
        "binary_cross_entropy_with_logits",
        {"weight": WEIGHTS[::-1].copy(), "pos_weight": WEIGHTS},
        logits,
        in_torch(F.binary_cross_entropy_with_logits, weight=WEIGHTS[::-1].copy(), pos_weight=WEIGHTS),
    ),
    ("cross_entropy", {}, sparse, in_torch(F.cross_entropy)),
    ("cross_entropy", {"weight": WEIGHT}, sparse, in_torch(F.cross_entropy, weight=WEIGHT)),
    ("cross_entropy", {"label_smoothing": 0.1}, sparse, in_torch(F.cross_entropy, label_smoothing=0.1)),
    (
        "cross_entropy",
        {"weight": WEIGHT, "label_smoothing": 0.3, **KEEP_4},
        sparse_pixels,
        in_torch(F.cross_entropy, weight=WEIGHT, label_smoothing=0.3, **KEEP_4),
    ),
    ("cross_entropy", {}, categorical, in_torch(F.cross_entropy)),
    (
        "cross_entropy",
        {"weight": WEIGHT, "label_smoothing": 0.3},
        categorical_pixels,
        in_torch(F.cross_entropy, weight=WEIGHT, label_smoothing=0.3),
    ),
    ("nll", KEEP_4, sparse_log, in_torch(F.nll_loss, **KEEP_4)),
    ("nll", {"weight": WEIGHT, **KEEP_4}, sparse_log, in_torch(F.nll_loss, weight=WEIGHT, **KEEP_4)),
    ("dice", {}, masks, written_in_torch(dice_in_torch(1.0))),
    ("dice", {"smooth": 1e-3}, masks, written_in_torch(dice_in_torch(1e-3))),
    (
        "weighted_binary_cross_entropy",
        {"class_weights": (0.5, 4.0)},
        lambda rng: tuple(a[1:] for a in probabilities(rng)),
        written_in_torch(weighted_bce_in_torch),
    ),
]


def pair_of(name):
    return getattr(losses, name), getattr(losses, f"{name}_backward")
