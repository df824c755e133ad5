"""``COURSE_OFFLINE=1``: no socket is opened, nothing is written, and what is here is used."""

import socket

import pytest

from course_utils import data


@pytest.fixture
def connections(monkeypatch):
    """List of addresses that were asked for; none is reached."""
    asked = []

    def refuse(*address, **options):
        asked.append(address)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    return asked


def test_the_guard_sees_a_download(mirrors, connections):
    with pytest.raises(data.DataUnavailable, match="no connection"):
        data.fetch("mnist")
    assert connections


def test_offline_opens_no_socket(mirrors, connections, contents, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    assert data.digits().is_substitute
    assert capsys.readouterr().out.splitlines() == [
        "Digits: UCI digits (bundled with scikit-learn) in place of MNIST, because MNIST is missing in the data folder "
        "and COURSE_OFFLINE=1 forbids downloads.",
        "For MNIST: course data get mnist (without COURSE_OFFLINE)",
    ]
    with pytest.raises(data.DataUnavailable, match="COURSE_OFFLINE=1 forbids downloads"):
        data.fetch("mnist")
    assert connections == []
    assert not mirrors.folder.exists()


def test_offline_uses_what_is_here(mirrors, connections, monkeypatch):
    mirrors.folder.mkdir(parents=True)
    for name, content in mirrors.files.items():
        (mirrors.folder / name).write_bytes(content)
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    assert not data.digits().is_substitute
    assert data.fetch("mnist") == mirrors.folder
    assert connections == []


def test_offline_neither_uses_nor_touches_a_damaged_file(mirrors, contents, monkeypatch, capsys):
    mirrors.folder.mkdir(parents=True)
    planted = mirrors.files | {"train-labels-idx1-ubyte.gz": b"damaged"}
    for name, content in planted.items():
        (mirrors.folder / name).write_bytes(content)
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    assert data.digits().is_substitute
    assert "MNIST is damaged in the data folder" in capsys.readouterr().out
    assert contents(mirrors.folder) == planted


def test_every_photograph_is_there_without_network(connections):
    for image in data.images().values():
        assert image.size
    assert connections == []
