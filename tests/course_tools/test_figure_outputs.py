"""A stored figure has a sentence of alt text; lint asks for it, and nbval compares it and leaves the pixels alone."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from course_tools.authoring import lint

ROOT = Path(__file__).parents[2]
ALT = "A line that rises from zero to one."


def tag(alt: str = ALT, pixels: str = "AAAA") -> str:
    return f'<img alt="{alt}" width="9" src="data:image/png;base64,{pixels}">'


def notebook(source: str = "", metadata: dict | None = None, **data: str) -> nbformat.NotebookNode:
    """Return a notebook of one cell with one output; its data are named by MIME type with _ for /."""
    bundle = {mime.replace("_", "/"): content for mime, content in data.items()}
    output = nbformat.v4.new_output("display_data", data=bundle, metadata=metadata or {})
    cell = nbformat.v4.new_code_cell(source, execution_count=1, outputs=[output])
    return nbformat.v4.new_notebook(cells=[cell])


@pytest.mark.parametrize(
    ("stored", "faults"),
    [
        (notebook(text_html=tag(), text_plain=ALT), 0),
        (notebook(text_html=tag("a plot"), text_plain="a plot"), 1),
        (notebook(text_html="<p><img src='x.png'></p>", text_plain=ALT), 1),
        (notebook(image_png="AAAA", text_plain="<Figure>"), 1),
        (notebook(image_png="AAAA", text_plain="<Figure>", metadata={"image/png": {"alt": ALT}}), 1),
    ],
    ids=["sentence", "two words", "no alt", "plt.show", "alt text in the metadata"],
)
def test_lint_asks_for_a_sentence(stored, faults):
    found = lint.output_problems(stored)
    assert sum("figure without alt text" in problem for problem in found) == faults


def test_a_figure_is_no_compared_output():
    assert any(problem.startswith("only 0 text outputs") for problem in lint.output_problems(notebook(text_html=tag())))
    assert any(problem.startswith("only 1 text outputs") for problem in lint.output_problems(notebook(text_plain="2")))


@pytest.mark.parametrize(("stored", "verdict"), [(ALT, 0), ("A line that falls from one to zero.", 1)])
def test_nbval_compares_the_sentence_and_not_the_pixels(tmp_path, stored, verdict):
    data = {"text/html": tag(pixels="BBBB"), "text/plain": ALT}
    source = f"from IPython.display import display\n\ndisplay({data}, raw=True)"
    nbformat.write(notebook(source, text_html=tag(), text_plain=stored), tmp_path / "figure.ipynb")
    (tmp_path / "conftest.py").write_text((ROOT / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider"]
    run = subprocess.run([*command, "figure.ipynb"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert run.returncode == verdict, run.stdout
