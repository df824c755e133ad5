"""Digits spoken by a program: a buzz or a hiss, shaped by the resonances of a mouth. Taught in sitting 13a."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE = 8000
WINDOW, HOP = 256, 64  # samples in which the mouth stands still, and from one to the next
TAKES = 20


@dataclass(frozen=True)
class Sound:
    """One sound of a word.

    Attributes:
        formants: Hz, the resonances of the mouth of a man of average size.
        voice: loudness of the buzz.
        hiss: loudness of the noise.
        pitch: Hz, center of the noise.
        duration: seconds.
    """

    formants: tuple[int, int, int]
    voice: float = 1.0
    hiss: float = 0.0
    pitch: int = 2000
    duration: float = 0.11


# Formants of vowels: Peterson and Barney (1952), "Control methods used in a study of the vowels", men.
SOUNDS = {
    "ee": Sound((270, 2290, 3010)), "i": Sound((390, 1990, 2550)), "e": Sound((530, 1840, 2480)),
    "a": Sound((730, 1090, 2440)), "aw": Sound((570, 840, 2410)), "oo": Sound((300, 870, 2240)),
    "u": Sound((640, 1190, 2390)), "oh": Sound((480, 900, 2350)), "w": Sound((300, 610, 2200), 0.6, duration=0.06),
    "r": Sound((350, 1080, 1450), 0.7, duration=0.08), "n": Sound((280, 1350, 2300), 0.4, duration=0.08),
    "v": Sound((260, 1100, 2200), 0.3, 0.08, 2600, 0.06), "z": Sound((270, 1700, 2600), 0.25, 0.5, 3600, 0.09),
    "s": Sound((270, 1700, 2600), 0, 0.7, 3700, 0.12), "f": Sound((400, 1100, 2300), 0, 0.12, 2400, 0.09),
    "th": Sound((400, 1500, 2500), 0, 0.12, 3200, 0.08), "t": Sound((400, 1700, 2600), 0, 0.9, 3300, 0.035),
    "k": Sound((400, 1900, 2400), 0, 0.7, 2100, 0.035), "-": Sound((400, 1500, 2500), 0, 0, 2000, 0.05),
}  # fmt: skip
WORDS = (
    "z ee r oh", "w u n", "t oo", "th r ee", "f aw r", "f a i v", "s i - k s", "s e v u n", "e ee - t", "n a i n",
)  # fmt: skip


@dataclass(frozen=True)
class Voice:
    """A speaker: pitch of the buzz in Hz, length of the mouth relative to the average, pace, share of breath."""

    pitch: float
    mouth: float
    pace: float
    breath: float


SPEAKERS = {
    "ada": Voice(205, 0.86, 1.00, 0.10),
    "ben": Voice(118, 1.02, 0.90, 0.04),
    "cleo": Voice(178, 0.92, 1.15, 0.18),
    "dov": Voice(96, 1.09, 1.10, 0.06),
    "eva": Voice(232, 0.84, 0.85, 0.05),
    "finn": Voice(140, 0.97, 1.25, 0.12),
}


def spoken_digit(digit: int, speaker: str, take: int) -> NDArray[np.float64]:
    """Return one recording of a digit by one of the voices, the same for the same arguments.

    No two takes are equal: pace, pitch, melody, the exact vowels, loudness and the noise of the room change.

    Args:
        digit: 0 to 9.
        speaker: a name in ``SPEAKERS``.
        take: 0 or more.

    Returns:
        (T,), at 8000 Hz, between -1 and 1, less than a second.

    Source: the source-filter model of Fant (1960), "Acoustic theory of speech production". Taught in sitting 13a.
    """
    number, voice = list(SPEAKERS).index(speaker), SPEAKERS[speaker]
    rng, habits = np.random.default_rng((digit, number, take)), np.random.default_rng((number, 99))
    accent = {name: habits.normal(1, 0.05, 3) for name in SOUNDS}  # how this person says each sound
    names = WORDS[digit].split()
    pace = voice.pace * rng.normal(1, 0.08)
    durations = [SOUNDS[name].duration * pace * rng.uniform(0.8, 1.25) for name in names]
    ends = np.cumsum(durations)
    samples = int(ends[-1] * RATE)
    at = np.arange(0, samples, HOP) / RATE  # the middle of each window
    middles = ends - np.array(durations) / 2

    def over_time(values: list[float]) -> NDArray[np.float64]:
        """Return a property of the sounds in each window, gliding from the middle of a sound to that of the next."""
        return np.interp(at, middles, values)[:, None]

    frequency = np.fft.rfftfreq(WINDOW, 1 / RATE)
    resonance = np.zeros((len(at), len(frequency)))
    for k, (width, height) in enumerate(((60, 1.0), (90, 0.6), (150, 0.3))):
        formant = over_time([SOUNDS[name].formants[k] * accent[name][k] for name in names])
        formant = formant / voice.mouth * rng.normal(1, 0.02)
        resonance += height / (1 + ((frequency - formant) / width) ** 2)
    pitch = over_time([SOUNDS[name].pitch for name in names])
    hiss = over_time([SOUNDS[name].hiss for name in names]) * np.exp(-0.5 * ((frequency - pitch) / 500) ** 2)
    buzz = over_time([SOUNDS[name].voice for name in names]) * resonance
    speech = _shaped(_pulses(samples, voice.pitch, rng), buzz) + 0.02 * _shaped(rng.normal(size=samples), hiss)
    speech += 0.05 * voice.breath * _shaped(rng.normal(size=samples), buzz)
    fade = np.minimum(1, np.minimum(np.arange(samples), np.arange(samples)[::-1]) / 160)
    speech *= fade / np.abs(speech * fade).max()
    heard = rng.uniform(0.25, 0.9) * (speech + rng.uniform(0.001, 0.02) * rng.normal(size=samples))
    return np.clip(heard, -1, 1)


def _pulses(samples: int, pitch: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the buzz of the vocal cords: a pulse for each opening, at a pitch that falls through the word."""
    melody = pitch * rng.normal(1, 0.06) * np.linspace(rng.uniform(1, 1.15), rng.uniform(0.8, 0.95), samples)
    turns = np.cumsum(melody / RATE)
    return np.diff(np.floor(turns), prepend=0.0)


def _shaped(source: NDArray[np.float64], envelope: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a source whose spectrum is multiplied by an envelope, (windows, bins), window by window."""
    fade = np.sin(np.pi * (np.arange(WINDOW) + 0.5) / WINDOW)  # squared, four that overlap add up to 2
    padded = np.pad(source, (WINDOW // 2, WINDOW))
    starts = np.arange(len(envelope)) * HOP
    pieces = padded[starts[:, None] + np.arange(WINDOW)] * fade
    shaped = np.fft.irfft(np.fft.rfft(pieces, axis=1) * envelope, WINDOW, axis=1) * fade / 2
    out = np.zeros_like(padded)
    for start, piece in zip(starts, shaped, strict=True):
        out[start : start + WINDOW] += piece
    return out[WINDOW // 2 :][: len(source)]
