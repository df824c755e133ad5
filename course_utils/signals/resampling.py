"""Another sampling rate for the same signal. Taught in sitting 13a."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from course_utils.convolution.arguments import whole_number
from course_utils.signals.fourier import as_signal, frames

SIDE_LOBES = 10  # zero crossings of the sinc on each side
KAISER_BETA = 5.0


def resample(x: NDArray, rate: int, new_rate: int) -> NDArray:
    r"""Return a signal at another sampling rate, without what the new rate cannot hold.

    In thought, zeros are put between the samples until both rates fit, a low-pass filter smooths them, and every
    d-th value is kept. The filter cuts at half of the lower rate: without it, higher frequencies would come back as
    wrong, lower ones (aliasing). It is a sinc under a Kaiser window, scaled to leave a constant as it is. Only the
    values that are kept are computed, and no product with one of the zeros.

    Args:
        x: (…, T), at ``rate``; zeros are assumed before and after it.
        rate: Its sampling rate, a whole number of Hz.
        new_rate: The rate wanted.

    Returns:
        (…, ⌈T · new_rate / rate⌉); equal to ``scipy.signal.resample_poly``.

    Raises:
        ValueError: A rate is below 1 or no whole number, or ``x`` has no samples.

    Source: Crochiere and Rabiner (1981), "Interpolation and decimation of digital signals".

    Taught in sitting 13a.
    """
    rate, new_rate = whole_number(rate, "rate", 1), whole_number(new_rate, "new_rate", 1)
    divisor = math.gcd(rate, new_rate)
    up, down = new_rate // divisor, rate // divisor
    x = as_signal(x)
    if up == down:
        return x.copy()
    length = -(-x.shape[-1] * up // down)
    low_pass = up * _low_pass(max(up, down))
    half = len(low_pass) // 2
    out = np.zeros((*x.shape[:-1], length), x.dtype)
    # Output m lies at m·down on the fine grid, sample k at k·up. With m = first, first + up, … the distance of a sample
    # to the output is the same each time: one short filter, moved by `down` samples.
    for first in range(min(up, length)):
        nearest, phase = divmod(first * down, up)
        taps = low_pass[(half + phase) % up :: up][::-1]
        before = len(taps) - 1 - (half + phase) // up  # samples left of the nearest one
        count = len(range(first, length, up))
        need = nearest - before + (count - 1) * down + len(taps)
        start = max(0, before - nearest)
        wide = [(0, 0)] * (x.ndim - 1) + [(start, max(0, need - x.shape[-1]))]
        pieces = frames(np.pad(x, wide)[..., nearest - before + start :], len(taps), down)
        out[..., first::up] = pieces[..., :count, :] @ taps
    return out


def _low_pass(factor: int) -> NDArray[np.float64]:
    """Return the low-pass filter that keeps 1 / ``factor`` of the frequencies, with a sum of 1."""
    half = SIDE_LOBES * factor
    kernel = np.sinc(np.arange(-half, half + 1) / factor) * np.kaiser(2 * half + 1, KAISER_BETA)
    return kernel / kernel.sum()
