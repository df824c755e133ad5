"""A small data set in MNIST's format, a server that hands it out, and a registry that points to this server."""

import gzip
import hashlib
import json
import struct
from types import SimpleNamespace

import numpy as np
import pytest

from course_utils.data import catalogue, network
from tests.course_utils.data.faulty_server import running


def idx_bytes(array):
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def small_mnist():
    """Return the four files of 300 training and 50 test images: name → content before compression."""
    random = np.random.default_rng(7)
    contents = {}
    for part, number in (("train", 300), ("t10k", 50)):
        contents[f"{part}-images-idx3-ubyte"] = idx_bytes(random.integers(0, 256, (number, 28, 28), dtype=np.uint8))
        contents[f"{part}-labels-idx1-ubyte"] = idx_bytes((np.arange(number) % 10).astype(np.uint8))
    return contents


def registry_text(files, unpacked, mirrors):
    rows = [
        "[[dataset]]",
        'name = "mnist"\ntitle = "MNIST"\nfolder = "MNIST/raw"\nlicence = "none"\ncitation = "none"',
        f"mirrors = {json.dumps(mirrors)}",
    ]
    for name, content in files.items():
        plain = unpacked[name.removesuffix(".gz")]
        rows.append(f'[[dataset.file]]\nname = "{name}"\nsize = {len(content)}')
        rows.append(f'sha256 = "{hashlib.sha256(content).hexdigest()}"')
        rows.append(f'unpacked_sha256 = "{hashlib.sha256(plain).hexdigest()}"')
    return "\n".join(rows)


@pytest.fixture
def mirrors(tmp_path, monkeypatch, request):
    """A stage: ``use(*ways)`` sets the mirrors; ``folder`` is where the files must come to lie."""
    unpacked = small_mnist()
    files = {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in unpacked.items()}
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("COURSE_OFFLINE", raising=False)
    for variable in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(variable, "127.0.0.1")
    table = tmp_path / "registry.toml"
    monkeypatch.setattr(catalogue, "registry_file", lambda: table)
    # Only where silence is the point does a test wait for it to end: a busy machine answers late, too.
    monkeypatch.setattr(network, "TIMEOUT", (1.0, 0.5) if "stalled" in request.node.name else (60.0, 60.0))
    with running(files) as server:

        def use(*ways):
            addresses = [server.mirror(way) for way in ways]
            table.write_text(registry_text(files, unpacked, addresses), encoding="utf-8")

        use("good")
        yield SimpleNamespace(
            use=use, server=server, files=files, unpacked=unpacked, table=table, folder=tmp_path / "data/MNIST/raw"
        )


@pytest.fixture
def contents():
    """A function that returns name → bytes of all files of a folder, none where there is no folder."""
    return lambda folder: {path.name: path.read_bytes() for path in folder.glob("*")}
