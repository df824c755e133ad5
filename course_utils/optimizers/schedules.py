"""Learning-rate schedules: each function returns a ``schedule`` with ``schedule(step)`` the learning rate of that step.

Steps count from 0, the first update; whether a step is a batch or an epoch is the caller's choice.
Use: ``optimizer.lr = schedule(step)`` before ``optimizer.step(grads)``. Taught in lecture 07b.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from course_utils.optimizers.base import require_non_negative

Schedule = Callable[[int], float]


def step_decay(lr: float, step_size: int, gamma: float = 0.1) -> Schedule:
    r"""Multiply the learning rate by ``gamma`` every ``step_size`` steps: :math:`η\,γ^{⌊t / s⌋}`.

    Args:
        lr: Learning rate η of the first steps.
        step_size: Steps s between two drops.
        gamma: Factor γ of each drop.

    Returns:
        ``schedule(step)``, equal to PyTorch's ``StepLR``.

    Raises:
        ValueError: ``step_size`` below 1, ``lr`` or ``gamma`` negative; later, a negative step.

    Taught in lecture 07b.
    """
    require_non_negative(lr=lr, gamma=gamma)
    _require_positive_steps(step_size=step_size)

    def schedule(step: int) -> float:
        require_non_negative(step=step)
        return lr * gamma ** (step // step_size)

    return schedule


def cosine(lr: float, total_steps: int, min_lr: float = 0.0) -> Schedule:
    r"""Go down half a cosine: :math:`η_{min} + (η - η_{min}) (1 + \cos(π t / T)) / 2`, then stay at the minimum.

    Args:
        lr: Learning rate η of step 0.
        total_steps: Step T at which ``min_lr`` is reached.
        min_lr: Learning rate from step T on.

    Returns:
        ``schedule(step)``, equal to PyTorch's ``CosineAnnealingLR`` up to T; past T that one rises again.

    Raises:
        ValueError: ``total_steps`` below 1, ``lr`` or ``min_lr`` negative; later, a negative step.

    Source: Loshchilov and Hutter (2017), "SGDR: stochastic gradient descent with warm restarts", arXiv 1608.03983.

    Taught in lecture 07b.
    """
    require_non_negative(lr=lr, min_lr=min_lr)
    _require_positive_steps(total_steps=total_steps)

    def schedule(step: int) -> float:
        require_non_negative(step=step)
        return _cosine_between(lr, min_lr, min(step / total_steps, 1.0))

    return schedule


def one_cycle(
    max_lr: float, total_steps: int, pct_start: float = 0.3, div_factor: float = 25.0, final_div_factor: float = 1e4
) -> Schedule:
    r"""Rise along half a cosine from ``max_lr / div_factor`` to ``max_lr``, then fall along another to almost nothing.

    The peak lies at step ``pct_start * total_steps - 1``; the last step, ``total_steps - 1``, has the learning rate
    ``max_lr / div_factor / final_div_factor``.

    Args:
        max_lr: Learning rate at the peak.
        total_steps: Number of steps of the whole training.
        pct_start: Share of the steps spent rising, in (0, 1).
        div_factor: The peak divided by the first learning rate.
        final_div_factor: The first learning rate divided by the last.

    Returns:
        ``schedule(step)`` for steps 0 to ``total_steps - 1``, equal to PyTorch's ``OneCycleLR`` with its cosine in two
        phases.

    Raises:
        ValueError: ``max_lr`` negative, a factor not positive, no step on one side of the peak; later, a step outside
            the training.

    Source: Smith and Topin (2018), "Super-convergence: very fast training of neural networks using large learning
    rates", arXiv 1708.07120.

    Taught in lecture 07b.
    """
    require_non_negative(max_lr=max_lr)
    _require_positive_steps(total_steps=total_steps)
    if div_factor <= 0 or final_div_factor <= 0:
        raise ValueError(f"div_factor is {div_factor}, final_div_factor is {final_div_factor}; both must be positive")
    peak, last = pct_start * total_steps - 1, total_steps - 1
    if not 0 < peak < last:
        raise ValueError(
            f"pct_start {pct_start} of {total_steps} steps puts the peak at step {peak:g}; "
            f"it must lie between 0 and {last}"
        )
    first_lr = max_lr / div_factor
    final_lr = first_lr / final_div_factor

    def schedule(step: int) -> float:
        if not 0 <= step <= last:
            raise ValueError(f"step is {step}; this cycle has the steps 0 to {last}")
        if step <= peak:
            return _cosine_between(first_lr, max_lr, step / peak)
        return _cosine_between(max_lr, final_lr, (step - peak) / (last - peak))

    return schedule


def linear_warmup(lr: float, warmup_steps: int, start_factor: float = 1 / 3) -> Schedule:
    r"""Rise on a straight line from ``start_factor * lr`` at step 0 to ``lr`` at step ``warmup_steps``, then stay.

    Args:
        lr: Learning rate after the warm-up.
        warmup_steps: Step at which ``lr`` is reached.
        start_factor: First learning rate as a share of ``lr``, in [0, 1].

    Returns:
        ``schedule(step)``, equal to PyTorch's ``LinearLR``.

    Raises:
        ValueError: ``warmup_steps`` below 1, ``lr`` negative, ``start_factor`` outside [0, 1]; later, a negative step.

    Source: Goyal et al. (2017), "Accurate, large minibatch SGD: training ImageNet in 1 hour", arXiv 1706.02677.

    Taught in lecture 07b.
    """
    require_non_negative(lr=lr)
    _require_positive_steps(warmup_steps=warmup_steps)
    if not 0 <= start_factor <= 1:
        raise ValueError(f"start_factor is {start_factor}; it must lie in [0, 1]")

    def schedule(step: int) -> float:
        require_non_negative(step=step)
        return lr * (start_factor + (1 - start_factor) * min(step / warmup_steps, 1.0))

    return schedule


def _cosine_between(start: float, end: float, fraction: float) -> float:
    """Return the value a given fraction (0 to 1) of the way from start to end along half a cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * fraction)) / 2


def _require_positive_steps(**counts: int) -> None:
    for name, count in counts.items():
        if count < 1:
            raise ValueError(f"{name} is {count}; it must be 1 or more")
