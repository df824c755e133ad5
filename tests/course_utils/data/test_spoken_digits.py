"""Spoken digits: an archive whose bytes may change, checked by what is in it; two splits; and the substitute."""

import hashlib
import io
import json
import tarfile
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.io import wavfile

from course_utils import data
from course_utils.data import catalogue, spoken
from tests.course_utils.data.faulty_server import running

SPEAKERS = ("ann", "bob", "cid")
ARCHIVE = "free-spoken-digit-dataset.tar.gz"


def wav(samples):
    stream = io.BytesIO()
    wavfile.write(stream, 8000, samples)
    return stream.getvalue()


def small_recordings():
    """Return name → WAV of seven takes of two digits by three people; one of them is longer than a second."""
    random = np.random.default_rng(3)
    recordings = {}
    for digit in (3, 7):
        for speaker in SPEAKERS:
            for take in range(7):
                length = 8100 if (digit, speaker, take) == (3, "bob", 2) else random.integers(40, 90)
                samples = random.integers(-(2**15), 2**15, length).astype(np.int16)
                recordings[f"{digit}_{speaker}_{take}.wav"] = wav(samples)
    return recordings


def packed(recordings, folder, mtime):
    """Return an archive, whose bytes depend on the name of its folder and on the time."""
    stream = io.BytesIO()
    others = {f"{folder}/README.md": b"# digits", f"{folder}/utils/trimmer.py": b"pass"}
    files = {f"{folder}/recordings/{name}": content for name, content in recordings.items()}
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, content in (others | files).items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(content), mtime
            tar.addfile(member, io.BytesIO(content))
    return stream.getvalue()


@pytest.fixture
def stage(tmp_path, monkeypatch):
    recordings = small_recordings()
    listing = "".join(f"{hashlib.sha256(recordings[name]).hexdigest()}  {name}\n" for name in sorted(recordings))
    folder, table = tmp_path / "data" / "spoken_digits", tmp_path / "registry.toml"
    folder.mkdir(parents=True)
    monkeypatch.setenv("COURSE_DATA", str(folder.parent))
    monkeypatch.delenv("COURSE_OFFLINE", raising=False)
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(variable, "127.0.0.1")
    monkeypatch.setattr(catalogue, "registry_file", lambda: table)
    files = {"other.tar.gz": packed(recordings | {"3_ann_0.wav": b"?"}, "fsdd-1", 1)}
    files["anew.tar.gz"] = packed(recordings, "fsdd-2", 2)
    with running(files) as server:
        mirrors = [f"{server.mirror('good')}{name}#" for name in files]
        table.write_text(
            f"""[[dataset]]
name = "spoken_digits"\ntitle = "Voices"\nfolder = "spoken_digits"\nlicence = "none"\ncitation = "none"
mirrors = {json.dumps(mirrors)}
[[dataset.file]]
name = "{ARCHIVE}"\nsize = {len(files["anew.tar.gz"]) - 100}
sha256 = "{hashlib.sha256(listing.encode()).hexdigest()}"\ncontents = "recordings"
""",
            encoding="utf-8",
        )
        yield SimpleNamespace(folder=folder, recordings=recordings, files=files, server=server)


def test_an_archive_packed_anew_is_known_by_its_recordings(stage, capsys):
    digits = data.spoken_digits()
    assert not digits.is_substitute
    assert stage.server.requests == ["/good/other.tar.gz", "/good/anew.tar.gz"]  # the first has a wrong recording
    assert "wrong checksum" in capsys.readouterr().err
    assert (stage.folder / ARCHIVE).read_bytes() == stage.files["anew.tar.gz"]
    (stage.folder / ARCHIVE).write_bytes(packed(stage.recordings, "fsdd-3", 3))
    assert data.status("spoken_digits").state == "present"
    data.spoken_digits()
    assert len(stage.server.requests) == 2


@pytest.mark.parametrize("damage", [lambda content: content[:900], lambda content: b"no archive" * 99])
def test_a_damaged_archive_is_never_read(stage, monkeypatch, damage, capsys):
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    monkeypatch.setattr(spoken, "TAKES", 1)
    (stage.folder / ARCHIVE).write_bytes(damage(stage.files["anew.tar.gz"]))
    assert data.status("spoken_digits").state == "damaged"
    assert data.spoken_digits().is_substitute
    assert "Voices is damaged in the data folder" in capsys.readouterr().out
    monkeypatch.delenv("COURSE_OFFLINE")
    data.fetch("spoken_digits")
    assert data.status("spoken_digits").state == "present"
    assert (stage.folder / f"{ARCHIVE}.damaged").exists()


def test_samples_become_numbers_and_keep_their_labels(stage):
    digits = data.spoken_digits()
    assert digits.X.shape == (42, 1, 8000) and digits.X.dtype == torch.float32
    assert digits.speaker_names == SPEAKERS
    for row in range(42):
        name = f"{digits.y[row]}_{digits.speaker_names[digits.speaker[row]]}_{digits.take[row]}.wav"
        _, samples = wavfile.read(io.BytesIO(stage.recordings[name]))
        length = int(digits.length[row])
        assert length == min(len(samples), 8000)
        np.testing.assert_allclose(digits.X[row, 0, :length], samples[:8000] / 2**15, atol=1e-7)
        assert not digits.X[row, 0, length:].any()


def test_a_speaker_is_held_out_whole(stage):
    digits = data.spoken_digits()
    others, bob = digits.hold_out("bob")
    assert digits.speaker[bob].unique().tolist() == [1] and digits.speaker[others].unique().tolist() == [0, 2]
    assert sorted(torch.cat([others, bob]).tolist()) == list(range(42))
    with pytest.raises(ValueError, match="no speaker 'eve'; there are: ann, bob, cid"):
        digits.hold_out("eve")


def test_the_published_split_has_each_voice_on_both_sides(stage):
    digits = data.spoken_digits()
    training, test = digits.published_split()
    assert digits.take[test].unique().tolist() == [0, 1, 2, 3, 4] and digits.take[training].unique().tolist() == [5, 6]
    assert digits.speaker[training].unique().tolist() == digits.speaker[test].unique().tolist() == [0, 1, 2]
    assert len(training) + len(test) == 42


@pytest.fixture
def substitute(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    monkeypatch.setattr(spoken, "TAKES", 2)
    return spoken.spoken_digits


def test_the_substitute_says_what_it_is(substitute, capsys):
    digits = substitute()
    said = capsys.readouterr().out
    assert digits.is_substitute and "generated" in digits.name and "in place of" in digits.description
    assert "generated voices in place of spoken digits, because" in said and "course data get spoken_digits" in said


def test_the_substitute_has_the_same_shape_and_is_the_same_every_time(substitute):
    digits = substitute()
    assert digits.X.shape == (120, 1, 8000) and digits.X.dtype == torch.float32
    assert torch.bincount(digits.y).tolist() == [12] * 10 and torch.bincount(digits.speaker).tolist() == [20] * 6
    assert digits.X.abs().amax((1, 2)).min() > 0.1 and digits.X.abs().max() <= 1
    assert (digits.length >= 600).all() and (digits.length <= 8000).all()
    assert torch.equal(digits.X, substitute().X)
    assert len({row.numpy().tobytes() for row in digits.X}) == 120  # no two takes are equal


def test_generated_digits_differ_by_more_than_their_takes(substitute):
    """The nearest mean spectrum tells digits of a voice apart far better than chance, from one take each."""
    digits = substitute()
    spectra = np.log(np.abs(np.fft.rfft(digits.X[:, 0].numpy()))[:, 100:3900].reshape(120, 38, 100).mean(axis=2) + 1e-3)
    first, second = spectra[digits.take == 0], spectra[digits.take == 1]
    speaker, digit = digits.speaker[digits.take == 0].numpy(), digits.y[digits.take == 0].numpy()
    distance = np.linalg.norm(first[:, None] - second[None], axis=2) + 1e9 * (speaker[:, None] != speaker)
    assert (digit[distance.argmin(axis=0)] == digit).mean() > 0.6
