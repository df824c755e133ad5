"""``course update``: the newest course through git. Introduced in lecture 00.

Only files that the update writes are touched. Where the reader edited one of them in place, it is first copied to
``my_work/kept/``, so that nothing conflicts and nothing is lost.
"""

from __future__ import annotations

import datetime
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from course_tools import files, syllabus
from course_tools.cli import changelog, workspace
from course_utils import settings

NEWS = "CHANGELOG.md"
PACKAGES = {"pyproject.toml", "requirements.lock", "environment.yml"}


class UpdateError(Exception):
    """The course cannot be updated; the message says why, and what to do."""


@dataclass(frozen=True)
class Update:
    """What an update did.

    Attributes:
        kept: copies of the files that the reader had edited in place.
        news: what changed for students, as the changelog says it; empty where it says nothing new.
        newer: numbers of lectures of which the reader's copy is older than the released one.
        packages: whether the packages that the course needs changed.
    """

    kept: list[Path]
    news: str
    newer: list[str]
    packages: bool


def update(now: datetime.datetime) -> Update | None:
    """Bring the course up to date.

    Returns:
        What was done, or None where nothing is new.

    Raises:
        UpdateError: there is no way to update from here; what the reader edited is where it was, or where the message
            says.
    """
    root = settings.course_root()
    upstream = _upstream(root)
    try:
        _git(root, "fetch", "--quiet")
    except UpdateError as error:
        raise UpdateError(
            f"The new version could not be fetched: {error}.\nNothing has changed; try again when you are online."
        ) from error
    ahead, behind = _git(root, "rev-list", "--left-right", "--count", f"HEAD...{upstream}").split()
    if behind == "0":
        return None
    if ahead != "0":
        raise UpdateError(
            f"You have {ahead} commits of your own that {upstream} does not have, so this is a merge for you to make: "
            "git pull --rebase"
        )
    if staged := _names(root, "diff", "--cached"):
        raise UpdateError(
            f"git holds changes that are staged or half merged ({', '.join(staged)}); finish or undo them first: "
            "git status says how"
        )
    incoming = _names(root, "diff", "HEAD", upstream)
    before = (root / NEWS).read_text(encoding="utf-8") if (root / NEWS).exists() else ""
    newer = [
        lecture.number
        for lecture in syllabus.lectures()
        if workspace.my_copy(lecture).exists() and lecture.student.relative_to(root).as_posix() in incoming
    ]
    kept = _make_way(root, upstream, incoming, now)
    try:
        _git(root, "merge", "--ff-only", "--quiet", upstream)
    except UpdateError as error:
        where = "".join(f"\nkept before: {path}" for path in kept)
        raise UpdateError(f"git could not write the new version: {error}{where}") from error
    after = (root / NEWS).read_text(encoding="utf-8") if (root / NEWS).exists() else ""
    return Update(kept, changelog.news(before, after), newer, not PACKAGES.isdisjoint(incoming))


def report(done: Update) -> str:
    """Return what an update did, in words."""
    parts = []
    if done.kept:
        parts.append("You had edited files of the course in place. Your versions are kept here:")
        parts += [f"    {path}" for path in done.kept]
    parts.append("The course is up to date." + (" New for students:" if done.news else ""))
    if done.news:
        parts.append(done.news)
    if done.newer:
        parts.append(
            f"Your copies in my_work/ are as you left them. There is a newer version of {', '.join(done.newer)}; "
            f"to get it and keep your copy as well: course reset {done.newer[0]}"
        )
    if done.packages:
        parts.append(
            "The packages that the course needs have changed; to install them: make lab "
            "(conda: conda env update --file environment.yml)"
        )
    return "\n".join(parts)


def _upstream(root: Path) -> str:
    """Return the name of the branch to update from.

    Raises:
        UpdateError: the course is not a clone, or follows no branch.
    """
    if shutil.which("git") is None:
        raise UpdateError(f"Updating needs git, which is not installed. Without it: {_BY_HAND}")
    if not (root / ".git").exists():
        raise UpdateError(f"{root} was not made by git clone, so git cannot update it. {_BY_HAND}")
    if not os.access(root, os.W_OK):
        raise UpdateError(f"You may not write in {root}; whoever installed the course updates it.")
    branch = _git(root, "rev-parse", "--abbrev-ref", "HEAD").strip()
    if branch == "HEAD":
        raise UpdateError(
            "This clone stands on a single commit, not on a branch; go back to one first: git switch main"
        )
    try:
        return _git(root, "rev-parse", "--abbrev-ref", "@{upstream}").strip()
    except UpdateError as error:
        raise UpdateError(
            f"The branch {branch} follows no branch of another repository, so there is nothing to update from. "
            f"Name one: git branch --set-upstream-to=origin/{branch}"
        ) from error


_BY_HAND = "Download the new version, unpack it beside this one, and move my_work/ over."


def _make_way(root: Path, upstream: str, incoming: list[str], now: datetime.datetime) -> list[Path]:
    """Copy what the reader edited of the incoming files to ``my_work/kept/`` and give it back the released form.

    Returns:
        The copies; none of a notebook that was only opened.
    """
    edited = sorted(set(incoming) & set(_names(root, "diff", "HEAD")))
    untracked = [name for name in _names(root, "diff", "--diff-filter=A", "HEAD", upstream) if (root / name).exists()]
    worth = [name for name in edited if (root / name).exists() and not _only_opened(root, name)] + untracked
    try:
        place = files.dated_folder(now) if worth else None
        kept = []
        for name in worth:
            kept.append(place / name)
            kept[-1].parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, kept[-1])
        for name in untracked:
            (root / name).unlink()
    except OSError as error:
        raise UpdateError(
            f"What you edited ({', '.join(worth)}) cannot be kept in {settings.work_folder()}: {error.strerror}; "
            "ask: course doctor"
        ) from error
    if edited:
        _git(root, "checkout", "--quiet", "HEAD", "--", *edited)
    return kept


def _only_opened(root: Path, name: str) -> bool:
    """Return True for a notebook whose cells are as released: to open it in JupyterLab changes its metadata."""
    if not name.endswith(".ipynb"):
        return False
    try:
        mine = json.loads((root / name).read_bytes())["cells"]
        return mine == json.loads(_git(root, "show", f"HEAD:{name}"))["cells"]
    except (ValueError, KeyError, TypeError):
        return False


def _names(root: Path, *arguments: str) -> list[str]:
    """Return the names that a ``git diff`` lists."""
    listing = _git(root, *arguments[:1], "--name-only", "--no-renames", "-z", *arguments[1:])
    return [name for name in listing.split("\0") if name]


def _git(root: Path, *arguments: str) -> str:
    """Run git in the course and return what it prints.

    Raises:
        UpdateError: it failed; the message is the last line of its own.
    """
    done = subprocess.run(
        ["git", "-C", str(root), *arguments],
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},  # in a notebook nobody could answer
    )
    if done.returncode != 0:
        raise UpdateError((done.stderr.strip().splitlines() or ["git says nothing"])[-1])
    return done.stdout
