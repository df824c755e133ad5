"""Spoken digits of several people: the Free Spoken Digit Dataset, or generated ones. Taught in sitting 13a."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from course_utils import settings
from course_utils.data import storage
from course_utils.data.catalogue import DataUnavailable, RegistryEntry, look_up
from course_utils.data.download import provide
from course_utils.data.generated_speech import SPEAKERS, TAKES, spoken_digit

if TYPE_CHECKING:
    from torch import Tensor

CLASS_NAMES = tuple("0123456789")
RATE = 8000  # Hz
SECONDS = 1  # what is longer (one recording in 150) is cut, what is shorter ends in zeros
PUBLISHED_TEST = 5  # recordings of each speaker and digit, the first ones

Recording = tuple[int, str, int, NDArray[np.floating]]  # digit, speaker, number of the take, signal


@dataclass(frozen=True, eq=False, repr=False)
class SpokenDigits:
    """Recordings of single digits, and who speaks.

    A part of them is taken by number: ``others, theo = digits.hold_out("theo")``, then ``digits.X[others]``.

    Attributes:
        name: what it is in a word or two.
        description: what it is, why this one is used, and how to get the real one where it is a substitute.
        is_substitute: whether it stands in for another data set.
        rate: sampling rate, Hz.
        class_names: name of class 0, 1, …
        speaker_names: name of speaker 0, 1, …
        X: float32, (N, 1, T), one second each, between -1 and 1, zero after the end of the recording.
        length: int64, (N,), samples before the zeros.
        y: int64, (N,), the digit.
        speaker: int64, (N,), the number of the speaker.
        take: int64, (N,), the number of the recording among those of the same speaker and digit.

    Taught in sitting 13a.
    """

    name: str
    description: str
    is_substitute: bool
    rate: int
    class_names: tuple[str, ...]
    speaker_names: tuple[str, ...]
    X: Tensor
    length: Tensor
    y: Tensor
    speaker: Tensor
    take: Tensor

    def __repr__(self) -> str:
        return f"<SpokenDigits {self.name}: {self.sizes}>"

    @property
    def sizes(self) -> str:
        """Number of recordings and speakers, in words."""
        return f"{len(self.X):,} recordings by {len(self.speaker_names)} speakers at {self.rate} Hz"

    def hold_out(self, speaker: str) -> tuple[Tensor, Tensor]:
        """Return the numbers of the recordings by all others, and of those by this speaker.

        Raises:
            ValueError: nobody of this name speaks; the message lists those who do.

        Taught in sitting 13a.
        """
        if speaker not in self.speaker_names:
            raise ValueError(f"no speaker {speaker!r}; there are: {', '.join(self.speaker_names)}")
        spoken_by = self.speaker == self.speaker_names.index(speaker)
        return (~spoken_by).nonzero()[:, 0], spoken_by.nonzero()[:, 0]

    def published_split(self) -> tuple[Tensor, Tensor]:
        """Return the numbers of the training and test recordings as the data set's authors split them.

        The first five takes of every digit by every speaker are for testing: each voice is on both sides.

        Taught in sitting 13a.
        """
        return (self.take >= PUBLISHED_TEST).nonzero()[:, 0], (self.take < PUBLISHED_TEST).nonzero()[:, 0]


def spoken_digits() -> SpokenDigits:
    """Return recordings of spoken digits by six people, or a visible substitute.

    The Free Spoken Digit Dataset (3,000 recordings, English, 8 kHz) is taken from the data folder or, where downloads
    are allowed, from its mirrors (16 MB, once). Where it cannot be had, generated voices take its place. What is used,
    and why, is printed.

    Returns:
        Recordings of one second, with digit, speaker and take of each.

    Taught in sitting 13a.
    """
    entry = look_up("spoken_digits")
    try:
        provide(entry)
        digits = _published(entry)
    except (DataUnavailable, OSError) as error:
        digits = _generated(str(error))
        print(
            f"Voices: {digits.name} in place of spoken digits, because {error}.\n"
            f"For the Free Spoken Digit Dataset: {_how_to_get()}"
        )
    else:
        print(f"Voices: {digits.name}, {digits.sizes}.")
    return digits


def _published(entry: RegistryEntry) -> SpokenDigits:
    from scipy.io import wavfile

    (archive,) = entry.files
    recordings = []
    for name, content in storage.read_contents(entry, archive).items():
        digit, speaker, take = name.removesuffix(".wav").split("_")
        _, samples = wavfile.read(io.BytesIO(content))
        recordings.append((int(digit), speaker, int(take), samples / 2**15))
    return _dataset(
        recordings,
        name="Free Spoken Digit Dataset",
        description="3,000 recordings of English digits by six people, each about half a second (Jackson et al. 2018).",
        is_substitute=False,
    )


def _generated(reason: str) -> SpokenDigits:
    recordings = (
        (digit, speaker, take, spoken_digit(digit, speaker, take))
        for digit in range(10)
        for speaker in SPEAKERS
        for take in range(TAKES)
    )
    return _dataset(
        recordings,
        name="generated voices",
        description=(
            "Digits spoken by a program in six voices, vowels by their formants and consonants as noise, in place of "
            f"the Free Spoken Digit Dataset: {reason}. For that: {_how_to_get()}"
        ),
        is_substitute=True,
    )


def _dataset(recordings: Iterable[Recording], **about: str | bool) -> SpokenDigits:
    import torch

    recordings = sorted(recordings, key=lambda one: one[:3])
    speakers = sorted({speaker for _, speaker, _, _ in recordings})
    X = np.zeros((len(recordings), 1, RATE * SECONDS), dtype=np.float32)
    length = []
    for row, (*_, samples) in zip(X[:, 0], recordings, strict=True):
        length.append(min(len(samples), len(row)))
        row[: length[-1]] = samples[: len(row)]
    return SpokenDigits(
        **about,
        rate=RATE,
        class_names=CLASS_NAMES,
        speaker_names=tuple(speakers),
        X=torch.from_numpy(X),
        length=torch.tensor(length),
        y=torch.tensor([digit for digit, *_ in recordings]),
        speaker=torch.tensor([speakers.index(speaker) for _, speaker, _, _ in recordings]),
        take=torch.tensor([take for _, _, take, _ in recordings]),
    )


def _how_to_get() -> str:
    return "course data get spoken_digits" + (" (without COURSE_OFFLINE)" if settings.offline() else "")
