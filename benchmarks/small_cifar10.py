"""What the small experiments of lecture 10b share: three separate parts of CIFAR-10, and the best learning rate."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from course_utils import data

Pair = tuple[Tensor, Tensor]


def three_parts(images: int) -> tuple[Pair, Pair, Pair]:
    """Return normalized images and labels: to train on, to choose a rate by, and to measure on.

    The last two are the halves of the validation images; the test images stay closed.
    """
    dataset = data.cifar10()
    if dataset.is_substitute:
        raise SystemExit("This measures CIFAR-10: course data get cifar10")
    mean, std = (torch.tensor(values)[:, None, None] for values in (dataset.mean, dataset.std))
    X, X_val = ((part - mean) / std for part in (dataset.X_train[:images], dataset.X_val))
    half = len(X_val) // 2
    return (
        (X, dataset.y_train[:images]),
        (X_val[:half], dataset.y_val[:half]),
        (X_val[half:], dataset.y_val[half:]),
    )


def best_rate(
    reached: Callable[[float], float], rates: Sequence[float], factor: float
) -> tuple[float, dict[str, float]]:
    """Return the rate that reaches the most, and what each rate reached.

    Args:
        reached: accuracy at a learning rate.
        rates: to begin with, each ``factor`` times the one before; more follow until the best is at neither end.
    """
    tried: dict[float, float] = {}
    waiting = list(rates)
    while waiting:
        tried |= {rate: reached(rate) for rate in waiting}
        best = max(tried, key=tried.__getitem__)
        ends = {min(tried): best / factor, max(tried): best * factor}
        waiting = [float(f"{ends[best]:.3g}")] if best in ends else []
    return best, {str(rate): tried[rate] for rate in sorted(tried)}
