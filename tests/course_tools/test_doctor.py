"""``course doctor`` names what is wrong, each fault planted, and the command that mends it."""

import importlib.metadata
import shutil
import subprocess
import sys
from collections import namedtuple

import pytest
from typer.testing import CliRunner

from course_tools.cli import app, doctor
from course_utils import data, settings


@pytest.fixture(autouse=True)
def healthy(tmp_path, monkeypatch):
    """A machine on which nothing is wrong: an empty data folder and a large disk."""
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    plant_free_disk(monkeypatch, 50e9)


def plant_free_disk(monkeypatch, free):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(100e9, 100e9 - free, free))


def wrong() -> dict[str, doctor.Row]:
    return {row.name: row for row in doctor.rows() if row.wrong}


def test_all_is_well():
    result = CliRunner().invoke(app, ["doctor"])
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "all is well")
    assert wrong() == {}


def plant_environment(monkeypatch, folder, *, conda):
    """Make doctor believe that it runs in an environment of conda, or in another."""
    if conda:
        (folder / "conda-meta").mkdir()
    monkeypatch.setattr(doctor.sys, "prefix", str(folder))


def test_a_missing_package_is_named(monkeypatch, tmp_path):
    plant_environment(monkeypatch, tmp_path, conda=False)
    real = importlib.metadata.version

    def version(name):
        if name == "torch":
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert "The package torch is missing." in result.stdout
    assert f'mend it: "{sys.executable}" -m pip install "torch>=2.6"' in result.stdout
    assert list(wrong()) == ["torch"]


BLOCKED = """
import importlib.metadata, sys
real = importlib.metadata.version
def version(name):
    if name in {"torch", "numpy", "requests"}:
        raise importlib.metadata.PackageNotFoundError(name)
    return real(name)
importlib.metadata.version = version
for name in ["torch", "numpy", "requests"]:
    sys.modules[name] = None  # importing it raises ImportError
from course_tools.cli import app
app(["doctor"])
"""


def test_it_works_where_packages_cannot_be_imported():
    result = subprocess.run([sys.executable, "-c", BLOCKED], capture_output=True, text=True)
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    for name in ["torch", "numpy", "requests"]:
        assert f"The package {name} is missing." in result.stdout
    assert "unknown without torch" in result.stdout
    assert "data sets" in result.stdout


def test_a_package_too_old_is_named(monkeypatch):
    real = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "1.26.4" if name == "numpy" else real(name))
    assert wrong()["numpy"].problem == "The package numpy is 1.26.4; the course needs >=2.0."


def test_a_conda_environment_is_mended_by_conda(tmp_path, monkeypatch):
    (tmp_path / "conda-meta").mkdir()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    real = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "1.26.4" if name == "numpy" else real(name))
    assert wrong()["numpy"].remedy == "conda env update --file environment.yml"


def test_an_old_python_is_named(monkeypatch):
    monkeypatch.setattr(doctor.platform, "python_version", lambda: "3.10.2")
    assert wrong()["python"].problem == "Python 3.10.2 is not >=3.11."


@pytest.mark.parametrize(
    ("conda", "remedy"),
    [
        (False, "-m pip install --force-reinstall torch torchvision"),
        (True, "conda install --force-reinstall pytorch torchvision"),
    ],
)
def test_a_torch_that_does_not_load_is_named(monkeypatch, tmp_path, conda, remedy):
    def device():
        raise OSError("libcudart.so: cannot open shared object file")

    monkeypatch.setattr(settings, "device", device)
    plant_environment(monkeypatch, tmp_path, conda=conda)
    assert "libcudart.so" in wrong()["device"].problem
    assert wrong()["device"].remedy.endswith(remedy)


def test_a_device_that_is_not_here_is_named(monkeypatch):
    import torch

    monkeypatch.setenv("COURSE_DEVICE", "cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    row = wrong()["device"]
    assert "torch finds no such device" in row.problem and "COURSE_DEVICE" in row.remedy
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "a card")
    assert "device" not in wrong()


def test_a_damaged_data_file_is_named():
    entry = data.registry()["mnist"]
    entry.path.mkdir(parents=True)
    file = entry.files[0].name
    (entry.path / file).write_bytes(b"\x1f\x8b cut short")
    row = wrong()["data: mnist"]
    assert f"{file} is damaged" in row.problem
    assert row.remedy.startswith("course data get mnist")


def test_missing_data_is_said_and_is_not_wrong():
    row = next(row for row in doctor.rows() if row.name == "data: mnist")
    assert not row.wrong
    assert "bundled data" in row.found and "course data get mnist" in row.found


def test_a_too_small_disk_is_named(monkeypatch):
    plant_free_disk(monkeypatch, 1.2e9)
    assert "1.2 GB free" in wrong()["disk"].problem
    assert "COURSE_DATA" in wrong()["disk"].remedy


@pytest.mark.parametrize("variable", ["COURSE_PROFILE", "COURSE_OFFLINE", "COURSE_WIDGETS", "COURSE_DEVICE"])
def test_a_setting_that_is_no_setting_is_named(monkeypatch, variable):
    monkeypatch.setenv(variable, "sometimes")
    assert list(wrong()) == ["settings"]
    assert "sometimes" in wrong()["settings"].problem
    assert variable in wrong()["settings"].remedy


def test_a_course_that_is_none_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COURSE_DATA")
    monkeypatch.delenv("COURSE_WORK")
    monkeypatch.setenv("COURSE_ROOT", "elsewhere")
    assert list(wrong()) == ["settings"]
    assert "elsewhere" in wrong()["settings"].problem
    assert "COURSE_ROOT" in wrong()["settings"].remedy


@pytest.mark.parametrize(("name", "variable"), [("my_work", "COURSE_WORK"), ("data", "COURSE_DATA")])
def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch, name, variable):
    # a file where the folder should be: not writable even for root
    monkeypatch.setenv(variable, str(tmp_path / name))
    (tmp_path / name).write_text("")
    assert "cannot be written" in wrong()[f"folder {name}"].problem
    assert variable in wrong()[f"folder {name}"].remedy


def test_looking_leaves_nothing_behind(tmp_path):
    doctor.rows()
    assert list(tmp_path.iterdir()) == []


def test_the_table_is_plain_text_in_columns():
    found = [doctor.Row("a", "1"), doctor.Row("long name", "2", "It is 2.", "make it 3")]
    assert doctor.table(found).splitlines() == ["ok    a          1", "WRONG long name  2"]
    assert doctor.verdict(found) == "It is 2.\n    mend it: make it 3"
