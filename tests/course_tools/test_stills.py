"""The server of ``course lab`` saves the picture of a slider and not the widget, which cannot be shown again."""

import asyncio
import copy

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from traitlets.config import Config

from course_tools.cli import lab, stills

SLIDER = {stills.WIDGET: {"model_id": "1"}, "text/html": "<img alt='a line'>", "text/plain": "a line"}
BUTTON = {stills.WIDGET: {"model_id": "2"}, "text/plain": "Button()"}  # a reader's own widget, without a picture


def notebook():
    outputs = [nbformat.v4.new_output("display_data", data=copy.deepcopy(data)) for data in (SLIDER, BUTTON)]
    cells = [nbformat.v4.new_markdown_cell("text"), nbformat.v4.new_code_cell("x", outputs=outputs)]
    return nbformat.v4.new_notebook(cells=cells)


def hook():
    """Return what the arguments of ``course lab`` tell the server to do before it saves."""
    name, value = next(one.split("=", 1) for one in lab.server_arguments(None) if "pre_save_hook" in one)
    assert name == "--ContentsManager.pre_save_hook"
    return value


def test_a_saved_notebook_keeps_the_picture_and_loses_the_widget_beside_it(tmp_path):
    manager = AsyncLargeFileManager(
        root_dir=str(tmp_path), config=Config(ContentsManager={"pre_save_hook": hook()}), allow_hidden=True
    )
    model = {"type": "notebook", "format": "json", "content": notebook()}
    asyncio.run(manager.save(model, "saved.ipynb"))
    saved = nbformat.read(tmp_path / "saved.ipynb", as_version=4)
    slider, button = (output.data for output in saved.cells[1].outputs)
    assert dict(slider) == {"text/html": SLIDER["text/html"], "text/plain": "a line"}
    assert stills.WIDGET in button


@pytest.mark.parametrize("kind", ["file", "directory"])
def test_other_files_are_left_alone(kind):
    model = {"type": kind, "content": "cells"}
    stills.leave_out_widgets(model, path="notes.txt", contents_manager=None)
    assert model == {"type": kind, "content": "cells"}
