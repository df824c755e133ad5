"""Half an hour of a heart with every beat marked: a record of the MIT-BIH database, or a generated one.

Taught in sitting 13b.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course_utils import settings
from course_utils.data import storage
from course_utils.data.catalogue import DataUnavailable, RegistryEntry, look_up
from course_utils.data.download import provide
from course_utils.data.generated_beats import generated_beats
from course_utils.data.physionet import beat_marks, samples_212

RATE = 360  # Hz
LEADS = ("MLII", "V5")  # of record 100, as are the two numbers below
UNITS_PER_MILLIVOLT, ZERO = 200, 1024
SECONDS = 30 * 60 + 5.5  # 650,000 samples, rounded


@dataclass(frozen=True, eq=False, repr=False)
class HeartRecord:
    """An electrocardiogram (ECG) with the time of each beat.

    Attributes:
        name: what it is in a word or two.
        description: what it is, why this one is used, and how to get the real one where it is a substitute.
        is_substitute: whether it stands in for another record.
        rate: sampling rate, Hz.
        leads: names of the signals.
        X: float32, (leads, T), in millivolts.
        beats: int64, (B,): the sample of each beat, at its highest or lowest point, in order.
        kinds: a letter for each beat: N normal, A atrial, V ventricular.

    Taught in sitting 13b.
    """

    name: str
    description: str
    is_substitute: bool
    rate: int
    leads: tuple[str, ...]
    X: NDArray[np.float32]
    beats: NDArray[np.int64]
    kinds: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<HeartRecord {self.name}: {self.sizes}>"

    @property
    def sizes(self) -> str:
        """Length and number of beats, in words."""
        minutes = self.X.shape[1] / self.rate / 60
        return f"{minutes:.0f} minutes of {len(self.leads)} leads at {self.rate} Hz, {len(self.beats):,} beats"


def beats() -> HeartRecord:
    """Return an electrocardiogram in which experts marked every beat, or a visible substitute.

    Record 100 of the MIT-BIH Arrhythmia Database (Moody and Mark 2001) is taken from the data folder or, where
    downloads are allowed, from PhysioNet (2 MB, once). Where it cannot be had, a generated record of the same shape
    takes its place. What is used, and why, is printed.

    Returns:
        Two leads of 650,000 samples at 360 Hz, and more than two thousand beats.

    Taught in sitting 13b.
    """
    entry = look_up("beats")
    try:
        provide(entry)
        record = _record(entry)
    except (DataUnavailable, OSError) as error:
        record = _substitute(str(error))
        print(f"Heart: {record.name} in place of MIT-BIH, because {error}.\nFor MIT-BIH: {_how_to_get()}")
    else:
        print(f"Heart: {record.name}, {record.sizes}.")
    return record


def _record(entry: RegistryEntry) -> HeartRecord:
    signal, marks = entry.files
    units = samples_212(storage.read(entry, signal), len(LEADS))
    samples, letters = beat_marks(storage.read(entry, marks))
    return HeartRecord(
        name="record 100 of MIT-BIH",
        description="A man of 69 years, half an hour of two leads; every beat was marked by two cardiologists.",
        is_substitute=False,
        rate=RATE,
        leads=LEADS,
        X=((units - ZERO) / np.float32(UNITS_PER_MILLIVOLT)).astype(np.float32),
        beats=samples,
        kinds=tuple(letters),
    )


def _substitute(reason: str) -> HeartRecord:
    X, samples, letters = generated_beats(650_000, RATE)
    return HeartRecord(
        name="generated heartbeats",
        description=(
            "Two leads drawn by a program, with noise, drift, and ectopic beats, and exact times, in place of "
            f"MIT-BIH: {reason}. For MIT-BIH: {_how_to_get()}"
        ),
        is_substitute=True,
        rate=RATE,
        leads=LEADS,
        X=X,
        beats=samples,
        kinds=letters,
    )


def _how_to_get() -> str:
    return "course data get beats" + (" (without COURSE_OFFLINE)" if settings.offline() else "")
