"""Gradient clipping. Taught in lecture 07b."""

from __future__ import annotations

import numpy as np

from course_utils.optimizers.base import Arrays, named_arrays, require_non_negative


def clip_grad_norm(grads: Arrays, max_norm: float) -> float:
    r"""Scale all gradients in place by one factor, so that their joint Euclidean norm is at most ``max_norm``.

    :math:`g ← g \cdot \min(1, \text{max\_norm} / (\|g\| + 10^{-6}))`, with :math:`\|g\|` over all arrays together: the
    direction stays, only the length changes.

    Args:
        grads: List of gradient arrays, or dictionary name → gradient.
        max_norm: Largest norm allowed.

    Returns:
        The norm before clipping.

    Raises:
        ValueError: ``max_norm`` is negative, or the norm is not finite.

    Source: Pascanu, Mikolov and Bengio (2013), "On the difficulty of training recurrent neural networks"; the small
    constant as in ``torch.nn.utils.clip_grad_norm_``.

    Taught in lecture 07b.
    """
    require_non_negative(max_norm=max_norm)
    arrays = list(named_arrays(grads, "grads").values())
    norm = float(np.linalg.norm([np.linalg.norm(grad) for grad in arrays]))
    if not np.isfinite(norm):
        raise ValueError(f"the norm of the gradients is {norm}; lower the learning rate")
    factor = min(1.0, max_norm / (norm + 1e-6))
    for grad in arrays:
        grad *= factor
    return norm
