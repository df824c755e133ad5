"""A browser is found where its system puts it, and what goes wrong is said."""

import re
import shutil
import sys

import pytest

from course_tools.slides import browser
from tests.course_tools.slides import needs_browser


@pytest.fixture
def nothing_installed(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda command: None)
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        monkeypatch.delenv(variable, raising=False)


def test_a_program_of_windows_is_found_in_its_folder(nothing_installed, monkeypatch, tmp_path):
    monkeypatch.setattr(browser, "_PROGRAMS", [one for one in browser._PROGRAMS if "{" in one])
    assert browser.find() is None
    program = tmp_path / "Microsoft" / "Edge" / "Application" / "msedge.exe"
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
    assert browser.find() == program


def test_without_a_browser_it_says_what_to_install(nothing_installed, monkeypatch):
    monkeypatch.setattr(browser, "_PROGRAMS", [])
    with pytest.raises(browser.BrowserError, match="Install Chromium, Chrome or Edge"), browser.page(100, 100):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="Windows runs no shell script")
def test_a_browser_that_does_not_start_is_named(monkeypatch, tmp_path):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nsleep 60\n")
    program.chmod(0o755)
    monkeypatch.setattr(browser, "find", lambda: program)
    monkeypatch.setattr(browser, "_PATIENCE", 300)
    with pytest.raises(browser.BrowserError, match=re.escape(str(program))), browser.page(100, 100):
        pass


@needs_browser
def test_a_script_that_throws_is_reported():
    with browser.page(100, 100) as page:
        assert page.evaluate("new Promise((done) => setTimeout(() => done(6 * 7)))") == 42
    with pytest.raises(browser.BrowserError, match="no good"), browser.page(100, 100) as page:
        page.evaluate("throw new Error('no good')")
