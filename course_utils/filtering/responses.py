"""What a kernel does to noise and to sines, computed from its weights alone. Taught in sittings 02a and 02b."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.filtering.correlation import real_array


def noise_gain(kernel: ArrayLike) -> float:
    """Return the factor by which filtering changes the standard deviation of independent noise: √(Σ w²).

    Args:
        kernel: w, any shape.

    Formula: Bienaymé's identity, the variance of a weighted sum of independent variables is Σ w² times theirs.
    Taught in sitting 02a.
    """
    return float(np.sqrt(np.sum(np.asarray(kernel, dtype=np.float64) ** 2)))


def frequency_response(kernel: ArrayLike, frequency: ArrayLike) -> np.ndarray:
    """Return what correlating with a kernel multiplies a sine by: H(f) = Σ w[u] exp(2πi f u).

    The absolute value is the gain of a sine of this frequency, the angle its phase shift.

    Args:
        kernel: w, shape (K,), K odd; u counts from its center.
        frequency: f in cycles per sample, any shape; 0.5 is the highest that samples can show.

    Returns:
        H, complex, the shape of ``frequency``.

    Raises:
        ValueError: the kernel is not one-dimensional, is empty, or has an even length and so no center.

    Formula: Oppenheim and Schafer, *Discrete-Time Signal Processing*, 3rd edition, section 2.6; there it is written for
    convolution, with a minus sign in the exponent.
    Taught in sitting 02b.
    """
    kernel = real_array("kernel", kernel, 1)
    if kernel.size % 2 == 0:
        raise ValueError(f"kernel has {kernel.size} weights and so no center; its length is odd")
    offsets = np.arange(kernel.size) - kernel.size // 2
    return np.exp(2j * np.pi * np.multiply.outer(np.asarray(frequency, dtype=np.float64), offsets)) @ kernel
