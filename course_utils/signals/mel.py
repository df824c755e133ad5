"""The mel scale and the log-mel spectrogram, the customary picture of speech. Taught in sitting 13a."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.convolution.arguments import whole_number
from course_utils.signals.fourier import spectrogram

FLOOR = 1e-10  # power added before the logarithm: silence has none


def mel(hertz: ArrayLike) -> NDArray[np.float64]:
    r"""Return the pitch in mel of a frequency in Hz, :math:`2595 \log_{10}(1 + f/700)`.

    Nearly proportional to the frequency below 700 Hz, nearly logarithmic above, as listeners judge pitches.

    Source: O'Shaughnessy (1987), "Speech communication: human and machine"; the constants of HTK.

    Taught in sitting 13a.
    """
    return 2595 * np.log10(1 + np.asarray(hertz, dtype=np.float64) / 700)


def hertz(mel: ArrayLike) -> NDArray[np.float64]:
    """Return the frequency in Hz of a pitch in mel, the inverse of :func:`mel`. Taught in sitting 13a."""
    return 700 * (10 ** (np.asarray(mel, dtype=np.float64) / 2595) - 1)


def mel_filter_bank(bands: int, length: int, rate: float) -> NDArray[np.float64]:
    """Return triangles that sum the bins of a spectrum into bands of equal width in mel.

    Band m rises from the center of band m - 1 to 1 at its own center and falls to 0 at the center of band m + 1; the
    bands reach from 0 Hz to half the rate.

    Args:
        bands: Number of bands.
        length: Samples in the window of the Fourier transform.
        rate: Sampling rate, Hz.

    Returns:
        (bands, length // 2 + 1); ``spectrogram(x, length, hop) @ bank.T`` has the bands' power.

    Raises:
        ValueError: ``bands``, ``length`` or ``rate`` is not positive, or a band is so narrow that no bin falls into it.

    Source: Davis and Mermelstein (1980), "Comparison of parametric representations for monosyllabic word recognition".

    Taught in sitting 13a.
    """
    bands, length = whole_number(bands, "bands", 1), whole_number(length, "length", 2)
    if not 0 < rate < np.inf:
        raise ValueError(f"rate is {rate}; it must be positive, in Hz")
    edges = hertz(np.linspace(0, mel(rate / 2), bands + 2))
    low, center, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    frequency = np.arange(length // 2 + 1) * rate / length
    rising, falling = (frequency - low) / (center - low), (high - frequency) / (high - center)
    bank = np.clip(np.minimum(rising, falling), 0, None)
    empty = np.flatnonzero(bank.sum(axis=1) == 0)
    if empty.size:
        raise ValueError(
            f"band {empty[0]} of {bands} lies between two frequencies of a window of {length} samples; "
            "take fewer bands or a longer window"
        )
    return bank


def log_mel(x: NDArray, rate: float, *, bands: int = 32, length: int = 256, hop: int = 128) -> NDArray[np.float64]:
    """Return the log-mel spectrogram of a signal, the natural logarithm of the power in each mel band.

    Args:
        x: (…, T), real.
        rate: Sampling rate, Hz.
        bands: Number of mel bands.
        length: Samples in a window.
        hop: Samples from one window to the next.

    Returns:
        (…, bands, frames): low bands first, time to the right, as an image.

    Raises:
        ValueError: As :func:`frames` and :func:`mel_filter_bank`.

    Taught in sitting 13a.
    """
    power = spectrogram(x, length, hop) @ mel_filter_bank(bands, length, rate).T  # (…, frames, bands)
    return np.log(power + FLOOR).swapaxes(-1, -2)
