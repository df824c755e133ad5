"""A reader's own recording, as the networks of the course take it. Taught in sitting 13a."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from course_utils import signals


def load_recording(path: str | Path, rate: int = 8000) -> NDArray[np.float32]:
    """Return a WAV file as one signal at the rate wanted.

    Whole numbers of 8 to 32 bits and floating-point numbers are read, at any sampling rate; two channels are averaged.

    Args:
        path: file that ends in ``.wav``.
        rate: sampling rate of the result, Hz.

    Returns:
        (T,), where 1 is the loudest that the file can hold.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no WAV file that can be read, has more than two channels, or holds no samples; the message
            says what to do.

    Taught in sitting 13a.
    """
    from scipy.io import wavfile

    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no file {path}; give the path of a recording that ends in .wav")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", wavfile.WavFileWarning)  # titles and the like, which it skips
            file_rate, samples = wavfile.read(path)
    except Exception as error:  # a damaged file can raise nearly anything
        raise ValueError(
            f"{path.name} cannot be read as a WAV file ({error}); save the recording as WAV, PCM, 16 bit, "
            "for example with Audacity"
        ) from None
    if samples.ndim == 2 and samples.shape[1] > 2:
        raise ValueError(f"{path.name} has {samples.shape[1]} channels; save it as mono or stereo")
    if samples.dtype not in FULL_SCALE and samples.dtype.kind != "f":
        raise ValueError(f"{path.name} has samples of {8 * samples.itemsize} bits; save it with 8 to 32")
    if not len(samples):
        raise ValueError(f"{path.name} holds no samples; record it again")
    zero, largest = FULL_SCALE.get(samples.dtype, (0, 1))
    signal = (samples.astype(np.float64) - zero) / largest
    if not np.isfinite(signal).all():
        raise ValueError(f"{path.name} holds samples that are no numbers; record it again")
    return signals.resample(signal.mean(axis=1) if signal.ndim == 2 else signal, file_rate, rate).astype(np.float32)


# What silence and the loudest sample are in whole numbers; 24 bits arrive in the upper part of 32.
FULL_SCALE = {np.dtype(np.uint8): (128, 128), np.dtype(np.int16): (0, 2**15), np.dtype(np.int32): (0, 2**31)}
