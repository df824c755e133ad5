"""Files appear whole or not at all, and never over somebody else's."""

import os
from datetime import datetime

import pytest

from course_tools import files


@pytest.fixture(params=[True, False], ids=["hard links", "no hard links"])
def links(request, monkeypatch):
    """A file system with hard links and one without, as on a memory stick."""
    if not request.param:

        def refuse(source, target):
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)


def test_create_writes_where_nothing_stands(tmp_path, links):
    files.create(tmp_path / "a", b"content")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"content"}


def test_create_never_writes_over_a_file(tmp_path, links):
    (tmp_path / "a").write_text("mine")
    with pytest.raises(FileExistsError):
        files.create(tmp_path / "a", b"content")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "mine"}


def test_replace_keeps_the_mode(tmp_path):
    (tmp_path / "a").write_text("old")
    (tmp_path / "a").chmod(0o640)
    mode = (tmp_path / "a").stat().st_mode
    files.replace(tmp_path / "a", b"new")
    assert {path.name: (path.read_text(), path.stat().st_mode) for path in tmp_path.iterdir()} == {"a": ("new", mode)}


@pytest.mark.parametrize("write", [files.replace, files.create])
def test_a_new_file_has_the_mode_of_any_new_file(tmp_path, write):
    (tmp_path / "plain").write_text("")
    write(tmp_path / "a", b"new")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_write_cut_short_leaves_the_old_file(tmp_path, monkeypatch):
    (tmp_path / "a").write_text("old")

    def stop(source, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        files.replace(tmp_path / "a", b"new")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old"}


def test_each_dated_folder_is_a_new_one(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    made = [files.dated_folder(datetime(2026, 11, 23, 22, 31)) for _ in range(3)]
    assert [path.relative_to(tmp_path / "kept").as_posix() for path in made] == [
        "2026-11-23_22h31",
        "2026-11-23_22h31_2",
        "2026-11-23_22h31_3",
    ]
