"""What a slide shows of a cell's code."""

import pytest

from course_tools.slides.folding import folded


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("x = 1\nprint(x)", "x = 1\nprint(x)"),
        ('x = 1\nplots.curves(\n    {"x": x},\n    alt="A line.",\n)\nprint(x)', "x = 1\nprint(x)"),
        ("x = 1\n# claim: it is one\nassert x == 1  # always", "x = 1"),
        ("# the sum\nx = 1\n\n\ndef f():\n    return x", "# the sum\nx = 1\n\ndef f():\n    return x"),
        ("def at(i):\n    return diagrams.window(i)\n\n\nwidgets.explore(at, alt='A window.')", ""),
        ("figure, axis = plt.subplots()\naxis.plot(x)\nplots.show(figure, 'x')", ""),
        ("for x in y:\n    assert x\n    print(x)", "for x in y:\n    assert x\n    print(x)"),
        ("assert a\nassert b", ""),
        ("!course doctor", "!course doctor"),
    ],
    ids=["all", "drawing", "claim", "blank lines", "slider", "matplotlib", "loop", "asserts only", "no Python"],
)
def test_drawing_and_assertions_are_folded(source, shown):
    assert folded(source) == shown
