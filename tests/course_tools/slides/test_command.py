"""``course slides``: writes, says what is missing, serves on this machine only."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from course_tools import syllabus
from course_tools.authoring import pairing
from course_tools.cli import app, slides
from course_tools.slides import browser, deck
from tests.course_tools.slides import needs_browser, toy


def course(*arguments: str):
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def lectures(monkeypatch):
    """Every lecture is the toy lecture."""
    monkeypatch.setattr(pairing, "paired_notebook", lambda lecture: toy())
    return syllabus.lectures()


def test_slides_writes_a_deck_and_prints_its_path(lectures, tmp_path):
    result = course("slides", lectures[1].number, "--to", str(tmp_path))
    path = tmp_path / f"{lectures[1].slug}.html"
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{path}\n", "")
    assert deck.MADE_HERE in path.read_text(encoding="utf-8")
    assert "number + number" not in path.read_text(encoding="utf-8")


def test_all_writes_a_deck_for_each_lecture(lectures, tmp_path, monkeypatch):
    monkeypatch.setattr(deck, "deck_html", lambda notebook, title, solutions: f"{title} {solutions}")
    result = course("slides", "--all", "--solutions", "--to", str(tmp_path))
    assert result.exit_code == 0
    assert {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {
        lecture.slug: f"{lecture.title} True" for lecture in lectures
    }


@pytest.mark.parametrize("arguments", [[], ["05a", "--all"]])
def test_slides_wants_one_lecture_or_all(arguments):
    result = course("slides", *arguments)
    assert result.exit_code == 2 and "--all" in result.stderr


def test_cells_without_output_are_named_with_the_command_that_runs_them(lectures, tmp_path, monkeypatch):
    monkeypatch.setattr(deck, "without_outputs", lambda lecture: 3)
    result = course("slides", lectures[1].number, "--to", str(tmp_path))
    assert (
        result.exit_code == 0
        and "3 code cells" in result.stderr
        and f"course execute {lectures[1].number}" in result.stderr
    )


def test_without_a_browser_pdf_says_what_to_install(lectures, tmp_path, monkeypatch):
    monkeypatch.setattr(browser, "find", lambda: None)
    result = course("slides", lectures[1].number, "--pdf", "--to", str(tmp_path))
    assert result.exit_code == 1 and "Install Chromium, Chrome or Edge" in result.stderr


@needs_browser
def test_measure_prints_counts_and_faults(lectures, tmp_path):
    result = course("slides", lectures[1].number, "--measure", "--to", str(tmp_path))
    assert result.stdout.splitlines()[1].startswith(f"{lectures[1].slug}.html: 8 slides, 2 fragments, 2 notes")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
def test_serve_presents_on_this_machine_until_it_is_interrupted(tmp_path):
    (tmp_path / "a deck.html").write_text("slides", encoding="utf-8")
    call = f"present(Path({str(tmp_path)!r}), 'a deck.html')"
    # A process that was started in the background inherits a SIGINT that is ignored, and would never end.
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    script = f"{listen}; from pathlib import Path; from course_tools.cli.slides import present; {call}"
    environment = {
        name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER"}
    }
    with subprocess.Popen(
        [sys.executable, "-u", "-c", script], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            address = process.stdout.readline().split()[0]
            assert address.startswith("http://127.0.0.1:") and address.endswith("/a%20deck.html")
            assert urllib.request.urlopen(address, timeout=300).read() == b"slides"
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(timeout=300) == 0


def test_serve_opens_the_browser_where_there_is_one(monkeypatch):
    opened = []
    monkeypatch.setattr(slides, "browser_available", lambda: True)
    monkeypatch.setattr(slides.webbrowser, "open", opened.append)
    monkeypatch.setattr(slides.ThreadingHTTPServer, "serve_forever", lambda server: None)
    slides.present(Path(), "deck.html")
    assert len(opened) == 1 and opened[0].endswith("/deck.html")
