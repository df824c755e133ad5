"""A generated electrocardiogram: waves of known form at known times, with noise, drift and early beats.

Taught in sitting 13b.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Name → center relative to the beat (s), width (s), height (mV) in both leads.
Wave = tuple[float, float, tuple[float, float]]
NORMAL: tuple[Wave, ...] = (
    (-0.17, 0.025, (0.12, 0.08)),  # P
    (-0.028, 0.010, (-0.10, -0.20)),  # Q
    (0.0, 0.011, (1.15, 0.75)),  # R
    (0.030, 0.010, (-0.25, -0.40)),  # S
    (0.26, 0.055, (0.28, 0.15)),  # T
)
VENTRICULAR: tuple[Wave, ...] = ((0.0, 0.040, (1.5, -1.0)), (0.09, 0.05, (-0.7, 0.6)), (0.30, 0.06, (-0.35, 0.3)))
WITHOUT_P = NORMAL[1:]
REACH = 0.6  # seconds around a beat in which its waves lie


def generated_beats(
    samples: int, rate: int, *, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.int64], tuple[str, ...]]:
    """Return a generated electrocardiogram with the time of each beat.

    The rhythm breathes and wanders; one beat in fifty is ventricular (V: early, wide, followed by a pause) and one in
    fifty atrial (A: early, of normal form, without its first wave). Baselines drift, mains hum at 60 Hz, muscles add
    noise that comes and goes, and now and then an electrode moves.

    Args:
        samples: length of the record.
        rate: sampling rate, Hz.
        seed: seed of everything.

    Returns:
        Two leads (2, samples) in millivolts; the sample of each beat; its letter, N, V or A.

    Source: waves as sums of Gaussians after McSharry, Clifford, Tarassenko and Smith (2003), "A dynamical model for
    generating synthetic electrocardiogram signals".

    Taught in sitting 13b.
    """
    rng = np.random.default_rng(seed)
    times, kinds = _rhythm(samples / rate, rng)
    X = _background(samples, rate, rng)
    forms = {"N": NORMAL, "A": WITHOUT_P, "V": VENTRICULAR}
    reach = int(REACH * rate)
    for time, kind in zip(times, kinds, strict=True):
        center = round(time * rate)
        first, last = max(0, center - reach), min(samples, center + reach)
        since = np.arange(first, last) / rate - center / rate
        size = rng.normal(1, 0.05)
        for at, width, heights in forms[kind]:
            X[:, first:last] += size * np.outer(heights, np.exp(-0.5 * ((since - at) / width) ** 2))
    return X.astype(np.float32), np.round(times * rate).astype(np.int64), tuple(kinds)


def _rhythm(seconds: float, rng: np.random.Generator) -> tuple[NDArray[np.float64], list[str]]:
    """Return the time of each beat, in seconds, and its kind."""
    times, kinds, time, pause = [], [], 0.5, 0.0
    pace = 0.8  # seconds from beat to beat, which wanders
    while time < seconds - 0.5:
        kind = str(rng.choice(["N", "V", "A"], p=[0.96, 0.02, 0.02])) if times and kinds[-1] == "N" else "N"
        if kind != "N":
            time -= (early := rng.uniform(0.2, 0.35))
            pause = early if kind == "V" else 0.0
        times.append(time)
        kinds.append(kind)
        pace += 0.05 * (0.8 - pace) + rng.normal(0, 0.01)
        time += pace + 0.03 * np.sin(2 * np.pi * time / 4) + pause  # breathing, every four seconds
        pause = 0.0
    return np.array(times), kinds


def _background(samples: int, rate: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return what is no heart in both leads, (2, samples), in millivolts."""
    time = np.arange(samples) / rate
    drift = sum(
        rng.uniform(0.03, 0.12, (2, 1)) * np.sin(2 * np.pi * hertz * time + rng.uniform(0, 7)) for hertz in (0.05, 0.25)
    )
    hum = 0.02 * np.sin(2 * np.pi * 60 * time)
    minutes = np.interp(time / 60, np.arange(samples // (60 * rate) + 2), rng.gamma(2, 0.5, samples // (60 * rate) + 2))
    X = drift + hum + (0.015 + 0.03 * minutes) * rng.normal(size=(2, samples))
    for _ in range(rng.poisson(samples / rate / 60)):  # an electrode moves once in a minute, and comes to rest again
        start, lead = rng.integers(samples), rng.integers(2)
        rest = np.exp(-np.arange(min(rate, samples - start)) / (0.2 * rate))
        X[lead, start : start + rate] += rng.normal(0, 0.6) * rest
    return X
