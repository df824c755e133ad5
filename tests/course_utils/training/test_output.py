"""What a run says: one line an epoch, and a progress bar that leaves nothing behind."""

import io
import sys

import pytest

from course_utils.training import progress
from tests.course_utils.training.helpers import fit, overfit, small_net


def test_one_line_an_epoch_and_nothing_on_stderr(digits, capsys, monkeypatch):
    monkeypatch.setenv("COURSE_WIDGETS", "1")  # silent because nobody watches, not because it was told to be
    history = fit(small_net(), *digits, epochs=2, verbose=True)
    printed = capsys.readouterr()
    assert printed.err == ""
    lines = printed.out.splitlines()
    assert len(lines) == 2 + (history.best_epoch != 2)
    assert lines[0] == (
        f"epoch 1/2  training loss {history.train_loss[0]:.2f}  validation loss {history.val_loss[0]:.2f}"
        f"  accuracy {100 * history.val_accuracy[0]:.2f} %"
    )


def test_early_stop_and_restored_epoch_are_said(digits, capsys):
    _, history = overfit(digits, patience=2, verbose=True)
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "stopped early: 2 epochs without a lower validation loss",
        f"weights of epoch {history.best_epoch} restored: the lowest validation loss",
    ]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def as_a_terminal_shows_it(written):
    """Apply carriage returns: what is left to read on each line."""
    shown = []
    for line in written.split("\n"):
        cells = []
        for part in line.split("\r"):
            cells[: len(part)] = part
        shown.append("".join(cells).rstrip())
    return shown


def test_the_bar_shows_in_a_terminal_and_wipes_itself_out(digits, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COURSE_WIDGETS", "1")
    fit(small_net(), digits[0], epochs=1)
    assert "training" in terminal.getvalue()
    assert as_a_terminal_shows_it(terminal.getvalue()) == [""]


def test_in_an_open_notebook_only_the_epochs_are_left(digits, monkeypatch):
    page = io.StringIO()
    monkeypatch.setattr(sys, "stdout", page)
    monkeypatch.setenv("COURSE_WIDGETS", "1")
    monkeypatch.setattr(progress, "_front_end_is_live", lambda: True)
    history = fit(small_net(), digits[0], epochs=2, verbose=True)
    assert "step/s" in page.getvalue()
    expected = [f"epoch {epoch}/2  training loss {history.train_loss[epoch - 1]:.2f}" for epoch in (1, 2)]
    assert as_a_terminal_shows_it(page.getvalue()) == [*expected, ""]


def test_course_widgets_0_silences_the_bar(digits, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COURSE_WIDGETS", "0")
    fit(small_net(), digits[0], epochs=1)
    assert terminal.getvalue() == ""


@pytest.mark.parametrize(("metadata", "live"), [({"cellId": "a1"}, True), ({}, False)])
def test_a_front_end_is_known_by_the_cell_it_names(monkeypatch, metadata, live):
    class Kernel:
        def get_parent(self):
            return {"metadata": metadata}

    shell = type("Shell", (), {"kernel": Kernel()})()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    assert progress._front_end_is_live() is live
