"""Downloads against a faulty server: a good file under the final name, or none, and a message that says why."""

import errno
import io
import os
import shutil
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from course_utils import data
from course_utils.data import download, network

FAULTS = {
    "forbidden": "403 Forbidden",
    "unavailable": "503 Service Unavailable",
    "webpage": "a web page instead of the file",
    "truncated": "the connection broke off",
    "cut": "bytes instead of",
    "wrong": "wrong checksum",
    "stalled": "no answer within 0.5 s",
    "trickling": "only 0.0 kB a second",
    "endless": "more than the",
    "odd": "403 Forbidden",
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch, request):
    monkeypatch.setattr(network, "PATIENCE", 0.3 if "trickling" in request.node.name else 60.0)
    monkeypatch.setattr(download, "_given_up", {})


CHILD = """
import sys
from pathlib import Path
from course_utils import data
from course_utils.data import catalogue
catalogue.registry_file = lambda: Path(sys.argv[1])
data.fetch("mnist")
"""


def start_child(mirrors):
    return subprocess.Popen([sys.executable, "-c", CHILD, str(mirrors.table)], stderr=subprocess.PIPE, text=True)


def test_a_good_mirror_gives_every_file(mirrors, contents):
    assert data.status("mnist").state == "missing"
    assert data.fetch("mnist") == mirrors.folder
    assert contents(mirrors.folder) == mirrors.files
    assert data.verify() == [data.Status("mnist", "present", ())]


def test_what_is_here_is_not_downloaded_again(mirrors):
    data.fetch("mnist")
    (mirrors.folder / "t10k-labels-idx1-ubyte.gz").unlink()
    mirrors.server.requests.clear()
    data.fetch("mnist")
    assert mirrors.server.requests == ["/good/t10k-labels-idx1-ubyte.gz"]


@pytest.mark.parametrize("fault", FAULTS)
def test_the_next_mirror_takes_over(mirrors, contents, capsys, fault):
    mirrors.use(fault, "good")
    data.fetch("mnist")
    assert contents(mirrors.folder) == mirrors.files
    lines = [line for line in capsys.readouterr().err.replace("\r", "\n").splitlines() if "from 127.0.0.1" in line]
    assert len(lines) == len(mirrors.files)
    assert all(FAULTS[fault] in line for line in lines)


@pytest.mark.parametrize("fault", FAULTS)
def test_no_mirror_leaves_no_file_and_says_why(mirrors, contents, fault):
    mirrors.use(fault, "forbidden")
    with pytest.raises(data.DataUnavailable, match=f"(?s){FAULTS[fault]}.*403 Forbidden") as caught:
        data.fetch("mnist")
    assert "\n" not in str(caught.value)
    assert contents(mirrors.folder) == {}


@pytest.mark.parametrize("fault", FAULTS)
def test_digits_falls_back_visibly(mirrors, contents, capsys, fault):
    mirrors.use(fault)
    assert data.digits().is_substitute
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 2
    assert FAULTS[fault] in printed[0]
    assert printed[1] == "For MNIST: course data get mnist"
    asked = len(mirrors.server.requests)
    assert data.digits().is_substitute
    assert capsys.readouterr().out.splitlines() == printed
    assert len(mirrors.server.requests) == asked  # a reader waits once
    assert contents(mirrors.folder) == {}


def test_a_download_goes_on_where_the_connection_broke_off(mirrors, contents, capsys):
    mirrors.use("dropping")
    data.fetch("mnist")
    assert contents(mirrors.folder) == mirrors.files
    assert len(mirrors.server.requests) > len(mirrors.files)
    assert "going on from there" in capsys.readouterr().err


def test_a_server_that_gets_nowhere_is_given_up(mirrors, contents, capsys):
    mirrors.use("dropping_at_once", "good")
    data.fetch("mnist")
    assert contents(mirrors.folder) == mirrors.files
    assert len(mirrors.server.requests) == 2 * len(mirrors.files)
    assert "the connection broke off" in capsys.readouterr().err


def test_a_server_that_does_not_exist(mirrors, capsys):
    mirrors.server.server_close()
    with pytest.raises(data.DataUnavailable, match="no connection"):
        data.fetch("mnist")


def test_a_disk_known_to_be_too_small_starts_no_download(mirrors, contents, monkeypatch, capsys):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    with pytest.raises(data.DataUnavailable, match=r"needs 0\.3 MB and the disk of .* has 0\.0 MB free"):
        data.fetch("mnist")
    assert data.digits().is_substitute
    assert "needs 0.3 MB" in capsys.readouterr().out
    assert mirrors.server.requests == []
    assert contents(mirrors.folder) == {}


class FullDisk(io.FileIO):
    """A file on a disk that has room for half of what is written."""

    def write(self, chunk):
        super().write(chunk[: len(chunk) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_disk_that_fills_up_in_the_middle(mirrors, contents, monkeypatch, capsys):
    monkeypatch.setattr(download, "open", FullDisk, raising=False)
    mirrors.use("good", "good")
    with pytest.raises(data.DataUnavailable, match=r"cannot be stored in .*No space left"):
        data.fetch("mnist")
    assert len(mirrors.server.requests) == 1  # another mirror does not mend a full disk
    assert data.digits().is_substitute
    assert "No space left" in capsys.readouterr().out
    assert contents(mirrors.folder) == {}


def test_a_folder_that_cannot_be_made(mirrors, capsys):
    mirrors.folder.parents[1].write_text("a file stands where the data folder should be", encoding="utf-8")
    with pytest.raises(data.DataUnavailable, match="cannot be stored in"):
        data.fetch("mnist")
    assert data.digits().is_substitute


def test_a_killed_download_is_made_good_by_the_next(mirrors, contents):
    mirrors.use("stalled")
    child = start_child(mirrors)
    try:
        assert mirrors.server.half_sent.wait(300)
        deadline = time.monotonic() + 300
        while not any(contents(mirrors.folder).values()):
            assert time.monotonic() < deadline, "nothing was written"
            time.sleep(0.02)
    finally:
        child.kill()
        child.communicate()
    (left,) = mirrors.folder.iterdir()
    assert left.suffix == ".part"
    assert data.status("mnist").state == "missing"

    mirrors.use("good")
    data.fetch("mnist")
    assert left.exists()  # a download that may still run is not disturbed
    assert data.status("mnist").state == "present"

    (mirrors.folder / "train-images-idx3-ubyte.gz").unlink()
    long_ago = time.time() - 2 * download.ABANDONED_AFTER
    os.utime(left, (long_ago, long_ago))
    data.fetch("mnist")
    assert contents(mirrors.folder) == mirrors.files


def test_two_readers_at_once(mirrors, contents):
    mirrors.use("together")  # no answer before both are asking for a file
    children = [start_child(mirrors) for _ in range(2)]
    errors = [child.communicate(timeout=600)[1] for child in children]
    assert [child.returncode for child in children] == [0, 0], errors
    assert len(mirrors.server.requests) == 2 * len(mirrors.files)
    assert contents(mirrors.folder) == mirrors.files


def test_a_damaged_file_is_set_aside_and_replaced(mirrors, contents, capsys):
    data.fetch("mnist")
    damaged = mirrors.folder / "t10k-images-idx3-ubyte.gz"
    damaged.write_bytes(b"not what it says")
    assert data.status("mnist") == data.Status("mnist", "damaged", ("t10k-images-idx3-ubyte.gz is damaged",))

    mirrors.use("unavailable")
    with pytest.raises(data.DataUnavailable, match="503"):
        data.fetch("mnist")
    assert not damaged.exists()
    assert "set aside as t10k-images-idx3-ubyte.gz.damaged" in capsys.readouterr().err

    mirrors.use("good")
    data.fetch("mnist")
    damaged.write_bytes(b"damaged again")
    data.fetch("mnist")
    aside = {f"{damaged.name}.damaged": b"not what it says", f"{damaged.name}.damaged2": b"damaged again"}
    assert contents(mirrors.folder) == mirrors.files | aside


def test_large_data_sets_are_downloaded_only_when_asked_for(mirrors, monkeypatch, capsys):
    monkeypatch.setattr(download, "UNASKED_LIMIT", 10_000)
    assert data.digits().is_substitute
    assert "0.3 MB are not downloaded unasked" in capsys.readouterr().out
    assert mirrors.server.requests == []
    data.fetch("mnist")
    assert not data.digits().is_substitute


def test_progress_goes_to_the_error_stream_alone(mirrors, capsys):
    data.fetch("mnist")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert all(name in captured.err for name in mirrors.files)
