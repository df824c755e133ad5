"""CIFAR-10 from an archive, from unpacked files, or not at all: whole, verified, split, and never in silence."""

import hashlib
import io
import json
import pickle
import tarfile
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from course_utils import data
from course_utils.data import catalogue, cifar, download
from tests.course_utils.data.faulty_server import running

NAMES = [*(f"cifar-10-batches-py/data_batch_{number}" for number in range(1, 6)), "cifar-10-batches-py/test_batch"]
IN_A_BATCH = 60


def small_batches():
    """Return name → pickle, as CIFAR-10 has them; no two pictures are equal."""
    random = np.random.default_rng(5)
    batches = {}
    for name in NAMES:
        pixels = random.integers(0, 256, (IN_A_BATCH, 3072), dtype=np.uint8)
        labels = [number % 10 for number in range(IN_A_BATCH)]
        batches[name] = pickle.dumps({b"data": pixels, b"labels": labels, b"batch_label": name.encode()}, protocol=2)
    return batches


def packed(batches):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, content in {"cifar-10-batches-py/readme.html": b"<html>", **batches}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def registry_text(archive, batches, mirror):
    members = [f'"{name}" = "{hashlib.sha256(content).hexdigest()}"' for name, content in batches.items()]
    return "\n".join(
        [
            '[[dataset]]\nname = "cifar10"\ntitle = "CIFAR-10"\nfolder = ""\nlicence = "none"\ncitation = "none"',
            f"mirrors = {json.dumps([mirror])}",
            f'[[dataset.file]]\nname = "cifar-10-python.tar.gz"\nsize = {len(archive)}',
            f'sha256 = "{hashlib.sha256(archive).hexdigest()}"\n[dataset.file.members]',
            *members,
        ]
    )


@pytest.fixture
def stage(tmp_path, monkeypatch):
    batches = small_batches()
    archive = packed(batches)
    folder = tmp_path / "data"
    folder.mkdir()
    table = tmp_path / "registry.toml"
    monkeypatch.setenv("COURSE_DATA", str(folder))
    monkeypatch.delenv("COURSE_OFFLINE", raising=False)
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(variable, "127.0.0.1")
    monkeypatch.setattr(catalogue, "registry_file", lambda: table)
    monkeypatch.setattr(cifar, "VALIDATION_IMAGES", 50)
    monkeypatch.setattr(download, "UNASKED_LIMIT", 10_000)
    with running({"cifar-10-python.tar.gz": archive}) as server:
        table.write_text(registry_text(archive, batches, server.mirror("good")), encoding="utf-8")
        yield SimpleNamespace(folder=folder, batches=batches, archive=archive, server=server)


def place_unpacked(stage):
    (stage.folder / "cifar-10-batches-py").mkdir()
    for name, content in stage.batches.items():
        (stage.folder / name).write_bytes(content)


def pixels_of(batch):
    return {row.tobytes() for row in pickle.loads(batch)[b"data"]}


def as_bytes(X):
    return [row.numpy().tobytes() for row in (X * 255).round().byte().flatten(1)]


def test_it_is_never_downloaded_unasked(stage, capsys):
    assert data.cifar10().is_substitute
    assert stage.server.requests == []
    first, second = capsys.readouterr().out.splitlines()
    assert "in place of CIFAR-10, because CIFAR-10 is missing in the data folder" in first
    assert "not downloaded unasked" in first
    assert second.startswith("For CIFAR-10: run `course data get cifar10` in a terminal, or `!course data get cifar10`")
    assert "Colab" in second and "restart" in second


def test_asked_for_it_is_downloaded_once_and_unpacked_once(stage, capsys):
    assert data.fetch("cifar10") == stage.folder
    dataset = data.cifar10()
    assert not dataset.is_substitute
    assert capsys.readouterr().out == f"This runs on CIFAR-10: {dataset.sizes}.\n"
    unpacked = stage.folder / NAMES[0]
    times = unpacked.stat().st_mtime_ns
    data.fetch("cifar10")
    data.cifar10()
    assert unpacked.stat().st_mtime_ns == times
    assert stage.server.requests == ["/good/cifar-10-python.tar.gz"]
    left = sorted(path.relative_to(stage.folder).as_posix() for path in stage.folder.rglob("*") if path.is_file())
    assert left == sorted(["cifar-10-python.tar.gz", *NAMES])


def test_unpacked_files_serve_without_the_archive(stage):
    place_unpacked(stage)
    assert data.status("cifar10").state == "present"
    assert not data.cifar10().is_substitute
    data.fetch("cifar10")
    assert stage.server.requests == []


def test_a_damaged_member_is_never_used(stage, capsys):
    place_unpacked(stage)
    path = stage.folder / NAMES[2]
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert data.status("cifar10").state == "damaged"
    assert data.cifar10().is_substitute
    assert "CIFAR-10 is damaged" in capsys.readouterr().out
    data.fetch("cifar10")  # the archive mends it
    assert not data.cifar10().is_substitute
    assert path.read_bytes() == stage.batches[NAMES[2]]


def test_a_missing_member_is_unpacked_again(stage):
    data.fetch("cifar10")
    data.cifar10()
    (stage.folder / NAMES[4]).unlink()
    assert data.status("cifar10").state == "present"  # the archive has it
    assert not data.cifar10().is_substitute
    (stage.folder / NAMES[4]).unlink()
    (stage.folder / "cifar-10-python.tar.gz").unlink()
    assert data.status("cifar10").state == "missing"
    assert data.cifar10().is_substitute


def test_a_damaged_archive_is_not_opened(stage):
    (stage.folder / "cifar-10-python.tar.gz").write_bytes(stage.archive[:-1] + b"!")
    assert data.status("cifar10").state == "damaged"
    assert data.cifar10().is_substitute
    assert not (stage.folder / "cifar-10-batches-py").exists()


def test_no_picture_is_in_two_parts_and_none_is_lost(stage):
    place_unpacked(stage)
    dataset = data.cifar10()
    training, validation, test = (as_bytes(X) for X in (dataset.X_train, dataset.X_val, dataset.X_test))
    assert (len(training), len(validation), len(test)) == (250, 50, 60)
    official = set().union(*(pixels_of(stage.batches[name]) for name in NAMES[:5]))
    assert set(training) | set(validation) == official
    assert not set(training) & set(validation)
    assert set(test) == pixels_of(stage.batches[NAMES[5]])
    assert not set(test) & official


def test_pictures_keep_their_labels_and_every_class_its_share(stage):
    place_unpacked(stage)
    dataset = data.cifar10()
    label_of = {}
    for content in stage.batches.values():
        batch = pickle.loads(content)
        label_of |= {row.tobytes(): label for row, label in zip(batch[b"data"], batch[b"labels"], strict=True)}
    for part, share in (("train", 25), ("val", 5), ("test", 6)):
        X, y = getattr(dataset, f"X_{part}"), getattr(dataset, f"y_{part}")
        assert [label_of[picture] for picture in as_bytes(X)] == y.tolist()
        assert torch.bincount(y, minlength=10).tolist() == [share] * 10


def test_the_split_is_the_same_every_time(stage):
    place_unpacked(stage)
    assert torch.equal(data.cifar10().X_val, data.cifar10().X_val)


def test_the_shape_of_things(stage):
    place_unpacked(stage)
    dataset = data.cifar10()
    assert dataset.X_train.dtype == torch.float32
    assert dataset.y_train.dtype == torch.int64
    assert dataset.X_train.shape[1:] == (3, 32, 32)
    assert dataset.X_train.is_contiguous()
    everything = torch.cat([dataset.X_train, dataset.X_val])
    torch.testing.assert_close(torch.tensor(dataset.mean), everything.mean((0, 2, 3)))
    torch.testing.assert_close(torch.tensor(dataset.std), everything.std((0, 2, 3), correction=0))


def test_the_substitute_has_ten_classes_of_color_pictures(stage):
    dataset = data.cifar10()
    assert len(dataset.class_names) == 10
    assert dataset.X_train.shape[1:] == (3, 32, 32)
    assert "in place of CIFAR-10" in dataset.description
