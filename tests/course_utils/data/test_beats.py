"""Heartbeats: PhysioNet's two formats, the record, and the substitute.

That both readers give what the package ``wfdb`` 4.3.1 gives was compared once, on the whole of record 100.
"""

import hashlib
import json
import os
from collections import Counter

import numpy as np
import pytest

from course_utils import data
from course_utils.data import catalogue, physionet
from course_utils.data.beats import RATE

REAL_DATA = os.environ.get("COURSE_TEST_REAL_DATA")


def in_format_212(samples):
    """Return the bytes of samples (leads, T), written by the rule of PhysioNet's manual, two samples in three bytes."""
    flat = samples.T.ravel().astype(int) & 0xFFF
    return b"".join(
        bytes([a & 0xFF, (a >> 8) | (b >> 8) << 4, b & 0xFF]) for a, b in zip(flat[::2], flat[1::2], strict=True)
    )


def word(code, value):
    return (code << 10 | value).to_bytes(2, "little")


MARKS = (
    word(28, 18) + word(physionet.AUX, 3) + b"(N\0\0"  # rhythm, with a text of three bytes: no beat
    + word(1, 59)  # normal, at 77
    + word(physionet.SKIP, 0) + (1).to_bytes(2, "little") + (4464).to_bytes(2, "little") + word(5, 1)  # 70,000 later
    + word(physionet.SUB, 2) + word(physionet.CHN, 1) + word(8, 300)  # atrial
    + word(0, 0)
)  # fmt: skip


def test_samples_of_twelve_bits():
    samples = np.random.default_rng(0).integers(-2048, 2048, (2, 500))
    samples[:, :2] = [[-2048, 2047], [-1, 0]]
    assert np.array_equal(physionet.samples_212(in_format_212(samples), 2), samples)


def test_marks_of_beats():
    samples, letters = physionet.beat_marks(MARKS)
    assert samples.tolist() == [77, 77 + 70_000 + 1, 77 + 70_000 + 1 + 300]
    assert letters == ["N", "V", "A"]


def test_files_that_break_off_are_refused():
    with pytest.raises(ValueError, match="no whole number of samples"):
        physionet.samples_212(b"1234", 2)
    with pytest.raises(ValueError, match="breaks off"):
        physionet.beat_marks(MARKS[:-2])


@pytest.fixture
def stage(tmp_path, monkeypatch):
    samples = np.random.default_rng(0).integers(-2048, 2048, (2, 500))
    files = {"100.dat": in_format_212(samples), "100.atr": MARKS}
    rows = [
        '[[dataset]]\nname = "beats"\ntitle = "Heart"\nfolder = ""\nlicence = "none"\ncitation = "none"\nmirrors = []'
    ]
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        checksum = json.dumps(hashlib.sha256(content).hexdigest())
        rows.append(f'[[dataset.file]]\nname = "{name}"\nsize = {len(content)}\nsha256 = {checksum}')
    (tmp_path / "registry.toml").write_text("\n".join(rows), encoding="utf-8")
    monkeypatch.setattr(catalogue, "registry_file", lambda: tmp_path / "registry.toml")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    return samples


def test_a_record_in_millivolts(stage, capsys):
    record = data.beats()
    assert not record.is_substitute and "3 beats" in capsys.readouterr().out
    np.testing.assert_allclose(record.X, (stage - 1024) / 200, rtol=1e-6)
    assert record.beats.tolist() == [77, 70078, 70378] and record.kinds == ("N", "V", "A")


def test_a_damaged_record_is_never_read(stage, tmp_path, capsys):
    (tmp_path / "100.atr").write_bytes(MARKS + b"!")
    assert data.beats().is_substitute
    assert "generated heartbeats in place of MIT-BIH, because Heart is damaged" in capsys.readouterr().out


@pytest.fixture(scope="module")
def substitute(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_DATA", str(tmp_path_factory.mktemp("empty")))
        patch.setenv("COURSE_OFFLINE", "1")
        return data.beats()


def test_the_substitute_has_the_shape_of_the_record(substitute):
    assert substitute.is_substitute and "in place of" in substitute.description
    assert substitute.X.shape == (2, 650_000) and substitute.X.dtype == np.float32
    assert len(substitute.beats) == len(substitute.kinds) and 1_900 < len(substitute.beats) < 2_700
    assert (np.diff(substitute.beats) > 0.25 * RATE).all()


def test_beats_of_the_substitute_are_where_it_says(substitute):
    """Around a normal beat the first lead is highest within 25 ms of the mark, far more often than anywhere else."""
    normal = substitute.beats[[kind == "N" for kind in substitute.kinds]][:400]
    around = substitute.X[0, normal[:, None] + np.arange(-60, 61)]
    assert (np.abs(around.argmax(axis=1) - 60) <= 9).mean() > 0.98


def test_early_beats_come_early_and_a_pause_follows_ventricular_ones(substitute):
    counts = Counter(substitute.kinds)
    assert min(counts["V"], counts["A"]) > 20
    gaps = np.diff(substitute.beats) / RATE
    before = {
        kind: np.mean([gaps[n - 1] for n in range(1, len(gaps)) if substitute.kinds[n] == kind]) for kind in "NVA"
    }
    after = {kind: np.mean([gaps[n] for n in range(1, len(gaps)) if substitute.kinds[n] == kind]) for kind in "NVA"}
    assert max(before["V"], before["A"]) < 0.8 * before["N"]
    assert after["V"] > 1.2 * after["A"]


@pytest.mark.skipif(not REAL_DATA, reason="COURSE_TEST_REAL_DATA names no folder")
def test_the_published_record(monkeypatch):
    monkeypatch.setenv("COURSE_DATA", REAL_DATA)
    record = data.beats()
    assert Counter(record.kinds) == {"N": 2239, "A": 33, "V": 1}  # PhysioNet's table of the database
    units = np.round(record.X.astype(float) * 200 + 1024).astype(np.int64)
    assert units.sum(axis=1).astype(np.int16).tolist() == [-22131, 20052]  # the sums in the header of the record
