"""Signals in time and frequency, from scratch: Fourier transform, spectrogram, mel scale, resampling.

Signals are arrays of shape (…, T), samples on the last axis; a sampling rate is in Hz.

``fourier`` compares a signal with sines, piece by piece; ``mel`` sums frequencies as the ear does; ``resampling``
changes the sampling rate. Taught in sitting 13a.

>>> import numpy as np
>>> t = np.arange(800) / 8000
>>> power = spectrogram(np.sin(2 * np.pi * 1000 * t), 80, 80)
>>> power.shape, int(power[0].argmax())  # one bin is 8000 / 80 = 100 Hz wide
((10, 41), 10)
"""

from course_utils.signals.fourier import fourier, frames, hann, spectrogram, windowed_fourier
from course_utils.signals.mel import hertz, log_mel, mel, mel_filter_bank
from course_utils.signals.resampling import resample

__all__ = [
    "fourier",
    "frames",
    "hann",
    "hertz",
    "log_mel",
    "mel",
    "mel_filter_bank",
    "resample",
    "spectrogram",
    "windowed_fourier",
]
