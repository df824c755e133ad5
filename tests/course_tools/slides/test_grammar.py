"""Which cell stands on which slide follows from tags and headings."""

import pytest
from nbformat import NotebookNode

from course_tools.slides import grammar
from tests.course_tools.slides import toy


def slides(notebook: NotebookNode, solutions: bool = False) -> list[list[tuple[str, str]]]:
    """Return the slides of a lecture, each a list of (slide type, first line)."""
    found: list[list[tuple[str, str]]] = []
    for cell in grammar.slide_cells(notebook, solutions):
        if grammar.slide_type(cell) in grammar.STARTS:
            found.append([])
        found[-1].append((grammar.slide_type(cell), cell.source.partition("\n")[0]))
    return found


def test_the_toy_lecture_is_laid_out_as_the_grammar_says():
    sums = "### A sum has $n$ terms"
    assert slides(toy()) == [
        [("slide", "# 02x · A toy lecture"), ("notes", "Minute 0 to 5. Ask for $\\sqrt{2}$.")],
        [("slide", "## A sum has $n$ terms"), ("-", "print(sum([1, 2, 3]))")],
        [("subslide", sums), ("-", "")],
        [
            ("subslide", sums),
            ("-", "We add 1, 2 and 3."),
            ("-", "**Predict first.** Is it larger than 5?"),
            ("notes", "The usual answer is 5."),
            ("fragment", 'print("the sum is", 6)'),
            ("fragment", "It is: 6."),
            ("-", "And more of the same click."),
        ],
        [
            ("subslide", "### Exercise 02x.1 · Double it (8 min)"),
            ("-", "def double(number):  # Exercise 02x.1"),
            ("-", "Your turn: 8 minutes"),
        ],
        [("subslide", sums), ("-", "Back to sums.")],
        [("slide", "## Quiz")],
        [("subslide", "### Answers")],
    ]


def test_a_solution_has_a_slide_of_its_own_where_it_is_asked_for():
    blank, solved = slides(toy()), slides(toy(), solutions=True)
    assert len(solved) == len(blank) + 1
    assert solved[5] == [("subslide", "### Solution 02x.1"), ("-", "def double(number):  # Exercise 02x.1")]
    text = {asked: "\n".join(cell.source for cell in grammar.slide_cells(toy(), asked)) for asked in (False, True)}
    assert "number + number" not in text[False] and "number + number" in text[True]
    assert "SOLUTION" not in text[True] and "    ...\n" in text[False] + "\n"


def test_the_task_shows_no_output_of_its_solution():
    notebook = toy()
    (exercise,) = [cell for cell in notebook.cells if "number + number" in cell.source]
    exercise.outputs = [NotebookNode(output_type="stream", name="stdout", text="42\n")]
    shown = {asked: [cell.get("outputs") for cell in grammar.slide_cells(notebook, asked)] for asked in (False, True)}
    assert exercise.outputs not in shown[False] and exercise.outputs in shown[True]


def test_an_answer_to_be_filled_in_ends_with_its_blank():
    notebook = toy()
    (exercise,) = [cell for cell in notebook.cells if "number + number" in cell.source]
    exercise.source = "answer = None  # Exercise 02x.1\n### BEGIN SOLUTION\nanswer = 6\n### END SOLUTION"
    shown = [cell.source for cell in grammar.slide_cells(notebook)]
    assert exercise.source.partition("\n")[0] in shown


def test_the_lecture_itself_stays_as_it_is():
    notebook = toy()
    grammar.slide_cells(notebook, solutions=True)
    assert notebook == toy()


@pytest.mark.parametrize(("typed", "kind"), [("subslide", "subslide"), ("slide", "slide"), ("fragment", "fragment")])
def test_an_author_may_start_a_slide_with_what_a_prediction_asks_for(typed, kind):
    notebook = toy()
    (reveals,) = [cell for cell in notebook.cells if "reveals" in cell.metadata.get("tags", [])]
    reveals.metadata.slideshow = {"slide_type": typed}
    kinds = [first for slide in slides(notebook) for first in slide if first[1].startswith(("###", "print"))]
    place = [line for _, line in kinds].index('print("the sum is", 6)')
    assert kinds[place if typed == "fragment" else place - 1][0] == kind


def test_a_lecture_of_which_nothing_is_shown_has_no_slides():
    notebook = toy()
    for cell in notebook.cells:
        cell.metadata.slideshow = {"slide_type": "skip"}
    with pytest.raises(ValueError, match="no cell"):
        grammar.slide_cells(notebook)
