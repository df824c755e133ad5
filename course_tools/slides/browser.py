"""A Chromium without a window, driven by Playwright: it measures and prints decks, and shows pages to tests.

Any browser of the family will do that the machine has: Chromium, Chrome, Edge. Nothing is downloaded.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright

# Chromium last: Ubuntu's is a snap, which may not read every folder.
_COMMANDS = (
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
    "chromium",
    "chromium-browser",
)
_PROGRAMS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "{PROGRAMFILES}/Google/Chrome/Application/chrome.exe",
    "{PROGRAMFILES(X86)}/Google/Chrome/Application/chrome.exe",
    "{LOCALAPPDATA}/Google/Chrome/Application/chrome.exe",
    "{PROGRAMFILES(X86)}/Microsoft/Edge/Application/msedge.exe",
)
_PATIENCE = 300_000  # milliseconds for one answer; seconds where nothing else runs, minutes on a busy machine


class BrowserError(Exception):
    """There is no browser of the Chromium family, or it did not do what was asked; the message says what helps."""


def find() -> Path | None:
    """Return the program of a browser of the Chromium family, or None."""
    for command in _COMMANDS:
        if (found := shutil.which(command)) is not None:
            return Path(found)
    programs = (Path(program.format_map(_Folders(os.environ))) for program in _PROGRAMS)
    return next((program for program in programs if program.is_file()), None)


@contextmanager
def page(width: int, height: int) -> Iterator[Page]:
    """Start a browser, give an empty page of this size in pixels, and end the browser.

    Raises:
        BrowserError: there is none, it does not start, or it did not do what was asked in time.
    """
    program = find()
    if program is None:
        raise BrowserError(
            "No browser of the Chromium family was found. Install Chromium, Chrome or Edge; on Debian and Ubuntu: "
            "sudo apt-get install chromium"
        )
    options = ["--disable-gpu", "--disable-dev-shm-usage"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--no-sandbox")  # root has none; only pages of the course are opened
    try:
        with sync_playwright() as playwright:
            started = playwright.chromium.launch(executable_path=program, args=options, timeout=_PATIENCE)
            shown = started.new_page(viewport={"width": width, "height": height})
            shown.set_default_timeout(_PATIENCE)
            yield shown
            started.close()
    except Error as error:
        raise BrowserError(f"{program}: {error.message}") from error


class _Folders(dict):
    """Environment variables; one that is not set leaves a path that does not exist."""

    def __missing__(self, name: str) -> str:
        return "missing"
