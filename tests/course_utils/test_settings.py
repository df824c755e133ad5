"""What the variables of the course may hold, and which device trains."""

import pytest
import torch

from course_utils import settings


@pytest.fixture
def machine(monkeypatch):
    """Return a function that makes PyTorch believe in another machine; no variable chooses a device."""
    monkeypatch.delenv("COURSE_DEVICE", raising=False)

    def plant(*, cuda, mps, version=torch.__version__):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
        monkeypatch.setattr(torch, "__version__", torch.torch_version.TorchVersion(version))

    return plant


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"cuda": False, "mps": False}, "cpu"),
        ({"cuda": True, "mps": False}, "cuda"),
        ({"cuda": False, "mps": True, "version": "2.14.0"}, "mps"),
        ({"cuda": False, "mps": True, "version": "2.13.1"}, "cpu"),
        ({"cuda": False, "mps": True, "version": "2.6.0"}, "cpu"),
    ],
)
def test_the_best_device_that_is_found_trains(machine, found, expected):
    machine(**found)
    assert settings.device().type == expected


def test_the_device_can_be_chosen(machine, monkeypatch):
    machine(cuda=True, mps=False)
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    assert settings.device() == torch.device("cpu")


@pytest.mark.parametrize("variable", ["COURSE_PROFILE", "COURSE_DEVICE"])
def test_an_unknown_word_is_answered_with_those_that_are_known(monkeypatch, variable):
    monkeypatch.setenv(variable, "quick")
    with pytest.raises(ValueError, match=rf"{variable} is 'quick'; use one of \w+, \w+"):
        settings.profile()
        settings.device()


def test_blanks_around_a_word_do_no_harm(monkeypatch):
    monkeypatch.setenv("COURSE_PROFILE", "fast ")  # what `set COURSE_PROFILE=fast && course lab` leaves on Windows
    assert settings.profile() == "fast"


@pytest.mark.parametrize(
    ("variable", "folder", "default"),
    [("COURSE_DATA", settings.data_folder, "data"), ("COURSE_WORK", settings.work_folder, "my_work")],
)
def test_a_folder_can_be_moved(monkeypatch, tmp_path, variable, folder, default):
    monkeypatch.setenv(variable, f"{tmp_path}/elsewhere ")
    assert folder() == tmp_path / "elsewhere"
    monkeypatch.delenv(variable)
    assert folder() == settings.course_root() / default
