"""Which frequencies a signal holds, and when: the Fourier transform, whole and window by window.

Taught in sitting 13a.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.convolution.arguments import require_finite, whole_number


def fourier(x: NDArray) -> NDArray[np.complexfloating]:
    r"""Correlate a real signal with a cosine and a sine of each frequency that fits into it a whole number of times.

    .. math:: X[k] = \sum_{t=0}^{T-1} x[t] \left(\cos\frac{2π k t}{T} - i \sin\frac{2π k t}{T}\right), \quad
              k = 0, …, \lfloor T/2 \rfloor

    Bin k stands for k periods in T samples, the frequency k · rate / T. Written as one matrix product, T²/2 steps;
    ``np.fft.rfft`` gives the same numbers in about T log T.

    Args:
        x: (…, T), real.

    Returns:
        X, (…, T // 2 + 1), complex.

    Raises:
        ValueError: ``x`` has no samples, is complex, or holds NaN or infinity.

    Source: Oppenheim and Schafer (2010), "Discrete-time signal processing", chapter 8.

    Taught in sitting 13a.
    """
    x = as_signal(x)
    length = x.shape[-1]
    # k·t modulo T is exact in integers, so that large angles lose no digits
    turns = np.outer(np.arange(length), np.arange(length // 2 + 1)) % length / length
    return x @ np.exp(-2j * np.pi * turns)  # (…, T) @ (T, T // 2 + 1)


def hann(length: int) -> NDArray[np.float64]:
    r"""Return the Hann window, :math:`w[t] = \frac12 - \frac12\cos(2π t / T)`: 0 at its start, 1 in its middle.

    It is the periodic one: windows that overlap by half add up to 1.

    Args:
        length: T, samples.

    Raises:
        ValueError: ``length`` is below 1 or no whole number.

    Source: Harris (1978), "On the use of windows for harmonic analysis with the discrete Fourier transform".

    Taught in sitting 13a.
    """
    length = whole_number(length, "length", 1)
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length) if length > 1 else np.ones(1)


def frames(x: NDArray, length: int, hop: int) -> NDArray:
    """Cut a signal into overlapping pieces; samples after the last whole piece are left out.

    Args:
        x: (…, T).
        length: Samples in each piece.
        hop: Samples from the start of one piece to the start of the next.

    Returns:
        (…, pieces, length), a read-only view of ``x``, with (T - length) // hop + 1 pieces.

    Raises:
        ValueError: ``length`` or ``hop`` is below 1, or the signal is shorter than one piece.

    Taught in sitting 13a.
    """
    x = as_signal(x)
    length, hop = whole_number(length, "length", 1), whole_number(hop, "hop", 1)
    if x.shape[-1] < length:
        raise ValueError(f"x has {x.shape[-1]} samples, fewer than one window of {length}; append zeros or shorten it")
    return np.lib.stride_tricks.sliding_window_view(x, length, axis=-1)[..., ::hop, :]


def windowed_fourier(x: NDArray, length: int, hop: int) -> NDArray[np.complexfloating]:
    """Return the Fourier transform of each piece of a signal, faded in and out by a Hann window.

    Frame m sees the samples from m · hop on; without padding, so that every frame is full. ``torch.stft`` with
    ``center=False`` and a Hann window returns the same numbers, with the last two axes swapped.

    Args:
        x: (…, T), real.
        length: Samples in a window: rate / length is the distance between two frequencies.
        hop: Samples from one window to the next.

    Returns:
        (…, frames, length // 2 + 1), complex.

    Raises:
        ValueError: As :func:`frames`.

    Source: Allen and Rabiner (1977), "A unified approach to short-time Fourier analysis and synthesis".

    Taught in sitting 13a.
    """
    return fourier(frames(x, length, hop) * hann(length))


def spectrogram(x: NDArray, length: int, hop: int) -> NDArray[np.floating]:
    """Return the power |X|² of each frequency in each window: a picture with time and frequency as its axes.

    Args:
        x: (…, T), real.
        length: As for :func:`windowed_fourier`.
        hop: As for :func:`windowed_fourier`.

    Returns:
        (…, frames, length // 2 + 1), 0 or more.

    Raises:
        ValueError: As :func:`frames`.

    Taught in sitting 13a.
    """
    bins = windowed_fourier(x, length, hop)
    return bins.real**2 + bins.imag**2


def as_signal(x: NDArray) -> NDArray:
    """Return ``x`` as a real floating array (integers become float64), if it can be a signal.

    Raises:
        ValueError: ``x`` has no samples, is no array of real numbers, or holds NaN or infinity.
    """
    x = np.asarray(x)
    if x.ndim == 0 or x.shape[-1] == 0 or x.dtype.kind not in "fiu":
        raise ValueError(f"x has shape {x.shape} and dtype {x.dtype}; expected real numbers of shape (…, T), T above 0")
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    require_finite("x", x)
    return x
