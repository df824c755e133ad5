"""Two formats of PhysioNet: samples in twelve bits, and the marks of a record. Taught in sitting 13b."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Codes of marks that are beats, and the letters that PhysioNet prints for them.
BEATS = {
    1: "N", 2: "L", 3: "R", 4: "a", 5: "V", 6: "F", 7: "J", 8: "A", 9: "S", 10: "E", 11: "j", 12: "/", 13: "Q",
    25: "B", 30: "?", 34: "e", 35: "n", 38: "f", 41: "r",
}  # fmt: skip
SKIP, NUM, SUB, CHN, AUX = 59, 60, 61, 62, 63  # codes that are no marks but belong to one


def samples_212(content: bytes, leads: int) -> NDArray[np.int16]:
    """Read samples of twelve bits, two in three bytes.

    The first byte has the lower eight bits of the first sample, the third those of the second; the second byte has
    the upper four of the first in its lower half, and the upper four of the second in its upper half.

    Args:
        content: a whole file in format 212.
        leads: signals whose samples take turns.

    Returns:
        (leads, samples), as the converter gave them, from -2048 to 2047.

    Raises:
        ValueError: the bytes cannot be divided so.

    Source: PhysioNet, *WFDB applications guide*, signal(5). Taught in sitting 13b.
    """
    if len(content) % 3 or len(content) * 2 // 3 % leads:
        raise ValueError(f"{len(content):,} bytes hold no whole number of samples of {leads} leads in format 212")
    low, middle, high = np.frombuffer(content, np.uint8).reshape(-1, 3).astype(np.int16).T
    pairs = np.stack([low | (middle & 0x0F) << 8, high | (middle & 0xF0) << 4], axis=1)
    return np.where(pairs > 2047, pairs - 4096, pairs).astype(np.int16).reshape(-1, leads).T


def beat_marks(content: bytes) -> tuple[NDArray[np.int64], list[str]]:
    """Read the marks of a record, those of beats.

    Args:
        content: a whole file of marks in the MIT format: words of 16 bits, a code in the upper six, and in the lower
            ten the samples since the last mark.

    Returns:
        For each beat the number of its sample, counted from 0, and its letter: N normal, V ventricular, A atrial …

    Raises:
        ValueError: the file breaks off.

    Source: PhysioNet, *WFDB applications guide*, annot(5). Taught in sitting 13b.
    """
    words = np.frombuffer(content[: len(content) // 2 * 2], "<u2").tolist()
    samples, letters, time, at = [], [], 0, 0
    try:
        while words[at]:
            code, value = divmod(words[at], 1024)
            at += 1
            if code == SKIP:  # a long pause: 32 bits, the upper half first
                pause = words[at] << 16 | words[at + 1]
                time += pause - (1 << 32) * (pause >= 1 << 31)
                at += 2
            elif code == AUX:  # text of this many bytes, to a whole number of words
                at += (value + 1) // 2
            elif code not in {NUM, SUB, CHN}:
                time += value
                if code in BEATS:
                    samples.append(time)
                    letters.append(BEATS[code])
    except IndexError:
        raise ValueError("the file of marks breaks off before its end; download it again") from None
    return np.array(samples, dtype=np.int64), letters
