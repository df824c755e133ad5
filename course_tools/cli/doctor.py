"""``course doctor``: what this machine has, what is wrong, and the command that mends it.

Works where a package is missing: torch and everything else that the lectures use is imported late. Introduced in
lecture 00, which shows the same table.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from course_tools import colab
from course_utils import settings

DISTRIBUTION = "course-utils"
_FOLDER_VARIABLES = {"my_work": "COURSE_WORK", "data": "COURSE_DATA"}
NEEDED_FREE_BYTES = 2e9  # the largest data set, its archive, and room for checkpoints


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        name: what was looked at.
        found: what there is.
        problem: what is wrong in one sentence; empty where all is well.
        remedy: the command that mends it.
    """

    name: str
    found: str
    problem: str = ""
    remedy: str = ""

    @property
    def wrong(self) -> bool:
        """True where something must be mended."""
        return bool(self.problem)


def rows() -> list[Row]:
    """Return every line of the table, in the order in which things are best mended."""
    found = [*_python(), *_packages(), *_settings(), *_device()]
    with contextlib.suppress(settings.NoCourse):  # the row of the settings names problem and remedy
        found += [*_data_sets(), *_folders(), *_disk()]
    return found


def table(found: list[Row]) -> str:
    """Return the rows as plain text: a mark, the name, what was found."""
    width = max(len(row.name) for row in found)
    return "\n".join(f"{'WRONG' if row.wrong else 'ok':<6}{row.name:<{width}}  {row.found}" for row in found)


def verdict(found: list[Row]) -> str:
    """Return the last lines: each problem with the command that mends it, or ``all is well``."""
    wrong = [row for row in found if row.wrong]
    return "\n".join(f"{row.problem}\n    mend it: {row.remedy}" for row in wrong) if wrong else "all is well"


def _python() -> Iterator[Row]:
    version, needed = platform.python_version(), importlib.metadata.metadata(DISTRIBUTION)["Requires-Python"]
    problem = "" if SpecifierSet(needed).contains(version, prereleases=True) else f"Python {version} is not {needed}."
    yield Row(
        "python", version, problem, f"install a Python {needed}, delete .venv and run: make lab PYTHON=python3.13"
    )


def _packages() -> Iterator[Row]:
    for requirement in map(Requirement, importlib.metadata.requires(DISTRIBUTION) or []):
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue  # a tool of authors
        name, needed = requirement.name, str(requirement.specifier)
        if colab.is_here() and name in colab.FRONT_END:
            continue
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield Row(name, f"missing, needs {needed}", f"The package {name} is missing.", _install(requirement))
            continue
        suits = requirement.specifier.contains(version, prereleases=True)
        problem = "" if suits else f"The package {name} is {version}; the course needs {needed}."
        yield Row(name, version, problem, _install(requirement))


def _in_conda() -> bool:
    return (Path(sys.prefix) / "conda-meta").is_dir()


def _install(requirement: Requirement) -> str:
    if _in_conda():
        return "conda env update --file environment.yml"
    return f'"{sys.executable}" -m pip install "{requirement}"'


def _settings() -> Iterator[Row]:
    try:
        course = settings.find_course()
        found = [
            f"profile {settings.profile()}",
            "no downloads" if settings.offline() else "downloads allowed",
            "sliders" if settings.widgets_enabled() else "still figures for sliders",
            *([f"trains on {chosen}"] if (chosen := settings.chosen_device()) else []),
        ]
    except ValueError as error:
        variable = str(error).split()[0]
        yield Row("settings", os.environ[variable], f"{error}.", _unset(variable))
        return
    yield Row("settings", ", ".join(found))
    yield Row("course", str(course) if course else "not here: data sets and checks work, lectures need their folder")


def _unset(variable: str) -> str:
    return f"set {variable}=" if os.name == "nt" else f"unset {variable}"


def _device() -> Iterator[Row]:
    try:
        chosen = settings.chosen_device()
    except ValueError:
        yield Row("device", "unknown with these settings")  # their row names problem and remedy
        return
    try:
        import torch

        device = settings.device()
        there = {"cuda": torch.cuda.is_available, "mps": torch.backends.mps.is_available}
        if chosen in there and not there[chosen]():
            problem = f"COURSE_DEVICE is {chosen}, and torch finds no such device on this machine."
            yield Row("device", f"{chosen}: not here", problem, _unset("COURSE_DEVICE"))
            return
        name = torch.cuda.get_device_name(device) if device.type == "cuda" else f"{os.cpu_count()} cores"
    except Exception as error:  # torch breaks in many ways (missing libraries, drivers); doctor must outlive them all
        yield from _torch_does_not_load(error)
        return
    yield Row("device", f"{device.type} ({name})")


def _torch_does_not_load(error: Exception) -> Iterator[Row]:
    try:
        importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        yield Row("device", "unknown without torch")  # the row of the package names problem and remedy
        return
    remedy = f'"{sys.executable}" -m pip install --force-reinstall torch torchvision'
    if _in_conda():
        remedy = "conda install --force-reinstall pytorch torchvision"
    yield Row("device", "unknown", f"torch is installed but does not load: {error}", remedy)


def _data_sets() -> Iterator[Row]:
    try:
        from course_utils import data

        get = "course data get {}" + (" (without COURSE_OFFLINE)" if settings.offline() else "")
    except (ImportError, ValueError) as error:  # a row above names problem and remedy: a package or a setting
        yield Row("data sets", f"unknown: {error}")
        return
    for name, entry in data.registry().items():
        status = data.status(name)
        command = get.format(name)
        if status.state == "damaged":
            problem = f"The data set {entry.title} is damaged: {', '.join(status.problems)}."
            yield Row(f"data: {name}", "damaged", problem, command)
        elif status.state == "unreadable":
            problem = f"The data set {entry.title} cannot be read in {entry.path}."
            remedy = "make that folder readable for you, or set COURSE_DATA to another one"
            yield Row(f"data: {name}", "cannot be read", problem, remedy)
        elif status.state == "missing":
            yield Row(f"data: {name}", f"not here; lectures use bundled data instead, or: {command}")
        else:
            yield Row(f"data: {name}", "present, checksums right")


def _folders() -> Iterator[Row]:
    for name, folder in _written_folders().items():
        try:
            with tempfile.TemporaryFile(dir=_existing(folder)):
                pass
        except OSError as error:
            problem = f"The folder {folder} cannot be written ({error.strerror})."
            remedy = f'make "{_existing(folder)}" a folder that you may write'
            remedy += f", or set {_FOLDER_VARIABLES[name]} to another one"
            yield Row(f"folder {name}", f"{folder}: cannot be written", problem, remedy)
        else:
            yield Row(f"folder {name}", f"{folder}")


def _disk() -> Iterator[Row]:
    place = _existing(settings.data_folder())
    free = shutil.disk_usage(place).free
    found = f"{free / 1e9:.1f} GB free"
    if free >= NEEDED_FREE_BYTES:
        yield Row("disk", found)
        return
    problem = f"The disk of {place} has {found}; data sets and checkpoints need {NEEDED_FREE_BYTES / 1e9:.0f} GB."
    remedy = f'"{sys.executable}" -m pip cache purge; or set COURSE_DATA to a folder on a larger disk'
    yield Row("disk", found, problem, remedy)


def _written_folders() -> dict[str, Path]:
    mine = {"my_work": settings.work_folder()} if settings.find_course() else {}
    return mine | {"data": settings.data_folder()}


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists: where it would be made."""
    return next(path for path in [folder, *folder.parents] if path.exists())
