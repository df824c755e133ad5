"""``data.digits()``: the real data set, the substitute, and what both promise."""

import gzip
import hashlib
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
from sklearn.datasets import load_digits

from course_utils import data
from course_utils.data.handwriting import WRITER_STARTS

REAL_DATA = os.environ.get("COURSE_TEST_REAL_DATA")


def assert_promises(dataset):
    assert dataset.class_names == tuple("0123456789")
    for part in ("train", "val", "test"):
        X, y = getattr(dataset, f"X_{part}"), getattr(dataset, f"y_{part}")
        assert X.dtype == torch.float32
        assert X.shape == (len(y), 1, 28, 28)
        assert y.dtype == torch.int64
        assert X.min() == 0 and X.max() == 1
        assert y.unique().tolist() == list(range(10))
    seen = torch.cat([dataset.X_train, dataset.X_val]).double()
    assert dataset.mean == pytest.approx([seen.mean().item()], rel=1e-4)
    assert dataset.std == pytest.approx([seen.std(correction=0).item()], rel=1e-4)


def test_mnist_files_become_tensors(mirrors, capsys):
    dataset = data.digits()
    assert not dataset.is_substitute
    assert_promises(dataset)
    sizes = "270 training, 30 validation and 50 test images of 28×28 pixels"
    assert capsys.readouterr().out == f"Digits: MNIST, {sizes}.\n"
    assert repr(dataset) == f"<ImageDataset MNIST: {sizes}>"
    assert dataset.y_val.bincount().tolist() == [3] * 10  # the same share of each class

    pixels = np.frombuffer(mirrors.unpacked["train-images-idx3-ubyte"], np.uint8, offset=16).reshape(300, 784) / 255
    split = torch.cat([dataset.X_train, dataset.X_val]).reshape(300, 784).numpy()
    np.testing.assert_allclose(split[np.lexsort(split.T)], pixels[np.lexsort(pixels.T)], atol=1e-7)
    test_pixels = np.frombuffer(mirrors.unpacked["t10k-images-idx3-ubyte"], np.uint8, offset=16) / 255
    np.testing.assert_allclose(dataset.X_test.flatten(), test_pixels, atol=1e-7)


def test_the_split_is_the_same_every_time(mirrors):
    first, second = data.digits(), data.digits()
    assert torch.equal(first.X_train, second.X_train) and torch.equal(first.X_val, second.X_val)


def test_unpacked_files_serve_as_well(mirrors):
    packed = data.digits()
    shutil.rmtree(mirrors.folder)
    mirrors.folder.mkdir()
    for name, content in mirrors.unpacked.items():
        (mirrors.folder / name).write_bytes(content)
    mirrors.server.requests.clear()
    assert torch.equal(data.digits().X_train, packed.X_train)
    assert mirrors.server.requests == []


def test_the_substitute_keeps_writers_apart(mirrors, capsys):
    mirrors.use("forbidden")
    dataset = data.digits()
    assert dataset.is_substitute
    assert_promises(dataset)
    parts = [dataset.y_train, dataset.y_val, dataset.y_test]
    ends = np.cumsum([len(y) for y in parts])
    assert ends.tolist() == [1157, 1415, 1797]
    assert set(ends[:-1]) <= set(WRITER_STARTS)
    assert torch.cat(parts).tolist() == load_digits().target.tolist()  # in scikit-learn's order, none left out
    assert "course data get mnist" in dataset.description
    assert "403" in dataset.description


def test_the_substitute_has_the_layout_of_mnist(mirrors):
    mirrors.use("forbidden")
    images = data.digits().X_train
    assert images[:, :, 4:24, 4:24].sum() == images.sum()  # a digit in 20×20 pixels, a frame of 4
    original = torch.from_numpy(load_digits().images[: len(images)]).float() / 16
    assert images.mean().item() == pytest.approx(original.mean().item() * 20**2 / 28**2, rel=0.01)


def test_the_registry_agrees_with_torchvision():
    entry = data.registry()["mnist"]
    mnist = torchvision.datasets.MNIST
    assert {file.name for file in entry.files} == {name for name, _ in mnist.resources}
    assert set(mnist.mirrors) <= set(entry.mirrors)


def test_an_unknown_name_is_answered_with_those_that_exist():
    with pytest.raises(KeyError, match="no data set 'mnst'; there are: mnist"):
        data.status("mnst")


@pytest.mark.skipif(not REAL_DATA, reason="COURSE_TEST_REAL_DATA names no folder that holds MNIST/raw")
def test_the_real_files(monkeypatch, tmp_path, capsys):
    raw = Path(REAL_DATA, "MNIST", "raw")
    before = {path.name: path.stat().st_mtime_ns for path in raw.iterdir()}
    monkeypatch.setenv("COURSE_DATA", REAL_DATA)
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    assert data.status("mnist").state == "present"
    dataset = data.digits()
    assert {path.name: path.stat().st_mtime_ns for path in raw.iterdir()} == before
    assert not dataset.is_substitute
    assert_promises(dataset)
    assert dataset.sizes == "54,000 training, 6,000 validation and 10,000 test images of 28×28 pixels"
    assert (round(dataset.mean[0], 4), round(dataset.std[0], 4)) == (0.1307, 0.3081)

    shutil.copytree(raw, tmp_path / "MNIST" / "raw")
    for name, md5 in torchvision.datasets.MNIST.resources:
        packed = tmp_path / "MNIST" / "raw" / name
        if packed.exists():
            assert hashlib.md5(packed.read_bytes()).hexdigest() == md5
            packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
    theirs = torchvision.datasets.MNIST(tmp_path, train=False)
    assert torch.equal(dataset.X_test[:, 0], theirs.data / 255)
    assert torch.equal(dataset.y_test, theirs.targets)
    labels = torchvision.datasets.MNIST(tmp_path, train=True).targets
    assert torch.equal(labels.bincount(), dataset.y_train.bincount() + dataset.y_val.bincount())
