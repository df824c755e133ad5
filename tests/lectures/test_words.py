"""The words and symbols of the course: its tables are sound, and each kind of fault is planted and found."""

import re

import jupytext
import pytest

from course_tools import syllabus
from course_tools.authoring import glossary, lint, notation, words
from course_tools.authoring.glossary import Term
from course_utils import settings
from course_utils.exercises import engine
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import ValueExercise

TERMS = glossary.terms()
LECTURE = syllabus.Lecture("02a", "02a_toy", "Toy", 60, 0, 1, (), ())
SITTING = """\
# %% [markdown]
# # 02a · Toy
# Today: kernels and feature maps, with gradients and activation functions.

# %% [markdown] tags=["defines:kernel"]
# Lay a small table of weights, the **kernel**, over the image.

# %% [markdown]
# The kernels have parameters.

# %% [markdown]
# ## Recap
# It slides.
#
# **Next.** We keep the response of a filter as a feature map.

# %% [markdown]
# ## References
# - A. Author, The colour of feature maps, 1990.
"""
TOY_TERMS = [
    Term("parameter", "01a", "A number that is learned."),
    Term("kernel", "02a", "A table of weights."),
    Term("feature", "02b", "A number that describes."),
    Term("feature map", "02b", "The response everywhere."),
    Term("receptive field", "03b", "What a value sees.", ("view",)),
]


@pytest.fixture
def toy(monkeypatch):
    """A glossary of five words, no exercises."""
    monkeypatch.setattr(glossary, "terms", lambda: TOY_TERMS)
    monkeypatch.setattr(engine, "of_lecture", lambda number: {})


def problems(old="", new=""):
    """Return what is wrong with the words of the toy sitting, one piece of it replaced by another."""
    assert old in SITTING
    return words.problems(jupytext.reads(SITTING.replace(old, new, 1) if old else SITTING, "py:percent"), LECTURE)


def test_a_sitting_that_explains_its_words(toy):
    assert problems() == []


NEW_CELL = "# %% [markdown]\n# A kernel.\n\n"
CODE_CELL = "# %%\n# the centre\n\n"
NOTES = '# %% [markdown] slideshow={"slide_type": "notes"}\n# Features!\n\n'
RECAP = "# %% [markdown]\n# ## Recap"
FAULTS = [
    ("of weights", "of features", "cell 1: 'features' is used before it is explained, in 02b"),
    ("have parameters", "make a Feature\n# map", "cell 2: 'Feature map' is used before it is explained, in 02b"),
    ("It slides", "It has a view", "cell 3: 'view' is used before it is explained, in 03b"),
    (
        "# %% [markdown] tags",
        f"{NEW_CELL}# %% [markdown] tags",
        "cell 1: 'kernel' is used before it is explained, below",
    ),
    (' tags=["defines:kernel"]', "", "no cell is tagged defines:kernel, which glossary.toml expects here"),
    ("]\n# The kernels", '] tags=["defines:kernel"]\n# The kernels', "cell 1 and cell 2 both define kernel"),
    ("**kernel**", "*kernel*", "cell 1: defines kernel, which does not stand there in **bold**"),
    ("defines:kernel", "defines:mask", "cell 1: defines mask, which has no entry in glossary.toml"),
    ("defines:kernel", "defines:feature", "cell 1: defines feature, which glossary.toml leaves to 02b"),
    ("It slides", "This is called a **stride**", "cell 3: stride is introduced, but has no entry in glossary.toml"),
    ("Today: kernels", "Today: colours", "cell 0: 'colours'; American spelling: color"),
    (RECAP, CODE_CELL + RECAP, "cell 3: 'centre'; American spelling: center"),
    ("It slides", "It shall slide", "cell 3: 'shall'; we ask it to …, it should …, let it …"),
]


@pytest.mark.parametrize(("old", "new", "complaint"), FAULTS)
def test_planted_fault_is_found(toy, old, new, complaint):
    assert complaint in problems(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("It slides.", "A receptive field grows (chapter 03)."),
        ("It slides.", "In 02b we compute features."),
        ("It slides.", "Call `feature_map(view)` for $feature$."),
        ("It slides.", "That is **not** a featureless preview."),
        (RECAP, NOTES + RECAP),
    ],
)
def test_what_is_fine_is_left_alone(toy, old, new):
    assert problems(old, new) == []


def test_messages_of_exercises_are_read_too(toy, monkeypatch):
    exercise = ValueExercise(
        id="02a.1",
        title="Grey",
        minutes=1,
        hints=("Count the neighbours.",),
        expected=lambda: 5,
        mistakes=(Mistake("far", 4, "You shall look."),),
    )
    monkeypatch.setattr(engine, "of_lecture", lambda number: {"02a.1": exercise} if number == "02a" else {})
    assert [line.partition(";")[0] for line in problems()] == [
        "exercise 02a.1: 'shall'",
        "exercise 02a.1: 'neighbours'",
        "exercise 02a.1: 'Grey'",
    ]


def test_lint_reads_words_and_symbols(toy):
    notebook = jupytext.reads(SITTING.replace("Today", "Neighbours and $S$ today"), "py:percent")
    found = "\n".join(lint.source_problems(notebook, LECTURE))
    assert "American spelling: neighbor" in found and "S stands for stride" in found


def test_a_word_that_is_explained_and_never_used_is_found(tmp_path, monkeypatch):
    source = tmp_path / "notebooks" / "source" / "02a_toy.py"
    source.parent.mkdir(parents=True)
    source.write_text(SITTING, encoding="utf-8")
    (tmp_path / "notebooks" / "syllabus.toml").write_text(
        '[[lecture]]\nnumber = "02a"\nslug = "02a_toy"\ntitle = "Toy"\nminutes = 1\nexercise_minutes = 1\n'
        "cpu_seconds = 1\ntopics = []\nerrata = []\n"
    )
    monkeypatch.setattr(settings, "course_root", lambda: tmp_path)
    monkeypatch.setattr(glossary, "terms", lambda: [*TOY_TERMS, Term("table", "02a", "Rows and columns.")])
    assert words.unused_terms() == []  # "table" stands in a cell that defines something else
    source.write_text(SITTING.replace("small table of", "few"), encoding="utf-8")
    assert words.unused_terms() == ["glossary.toml: table is explained in 02a and used nowhere else"]


def test_no_word_of_the_course_is_explained_for_nothing():
    assert words.unused_terms() == []


def test_every_entry_belongs_to_a_sitting_in_course_order():
    sittings = [term.sitting for term in TERMS]
    assert sittings == sorted(sittings)
    numbers = {one.number for one in syllabus.lectures()}
    for sitting in sittings + [symbol.sitting for symbol in glossary.symbols()]:
        assert re.fullmatch(r"\d\d[a-z]?", sitting)
        planned = sitting[:2] not in syllabus.chapters()
        assert planned or sitting in numbers, f"there is no sitting {sitting}"


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_entry_explains_one_term_in_plain_words(term):
    assert len(re.findall(r"[.!?](?: |$)", term.means)) in (1, 2)
    assert term.means[0].isupper() and 5 <= len(term.means.split()) <= 45 and "|" not in term.means
    assert [habit.say for habit in words.habits() if habit.found_in(term.means)] == []
    for form in (term.name, *term.forms):
        assert [other.name for other in TERMS if other.names(form)] == [term.name]


@pytest.mark.parametrize("habit", words.habits(), ids=lambda habit: habit.example)
def test_habit_is_found_in_its_example_and_not_beside_it(habit):
    assert habit.found_in(habit.example)
    assert not habit.found_in(habit.fine)
    assert not habit.found_in(habit.say)


@pytest.mark.parametrize("entry", glossary.contradictions(), ids=lambda entry: entry.example)
def test_contradiction_is_found_in_its_example_and_not_beside_it(entry):
    assert entry.name in {symbol.name for symbol in glossary.symbols()}
    notebook = jupytext.reads("# %% [markdown]\n# Read $FORMULA$ aloud.\n", "py:percent")
    text = notebook.cells[0].source
    notebook.cells[0].source = text.replace("FORMULA", entry.example)
    late = syllabus.Lecture("99", "99_toy", "Toy", 60, 0, 1, (), ())
    assert [line for line in notation.problems(notebook, late) if entry.say in line]
    notebook.cells[0].metadata["tags"] = [f"deviates:{entry.name}"]
    assert not [line for line in notation.problems(notebook, late) if entry.say in line]
    notebook.cells[0].metadata["tags"] = []
    notebook.cells[0].source = text.replace("FORMULA", entry.fine)
    assert notation.problems(notebook, late) == []


@pytest.mark.parametrize(
    ("text", "number", "found"),
    [
        ("With $\\lambda = 2$", "02a", ["λ"]),
        ("With λ = 2", "02a", ["λ"]),
        ("With $$K \\times K$$", "01a", ["K"]),
        ("With $(L - K + 2P)/S$", "02a", ["S", "P"]),
        ("With $(L - K + 2P)/S$", "03a", []),
        ("With $\\Delta x$, $\\text{PSNR}$, `S`, S and $w_\\text{S}$", "02a", []),
        ("With $\\lambda = 2$", "08a", []),
    ],
)
def test_a_symbol_waits_for_its_sitting(text, number, found):
    notebook = jupytext.reads(f"# %% [markdown]\n# {text}\n", "py:percent")
    lecture = syllabus.Lecture(number, f"{number}_toy", "Toy", 60, 0, 1, (), ())
    complaints = notation.problems(notebook, lecture)
    assert [line.partition("; ")[2].split()[0] for line in complaints] == found


def test_symbols_are_distinct_and_findable():
    symbols = glossary.symbols()
    assert len({symbol.name for symbol in symbols}) == len(symbols)
    for symbol in symbols:
        shown = f"{symbol.symbol} {symbol.name}"
        assert all(re.search(pattern, shown) for pattern in symbol.finds)


def test_both_tables_are_markdown():
    for table, rows in ((glossary.glossary_table(), TERMS), (glossary.notation_table(), glossary.symbols())):
        lines = table.splitlines()
        assert len(lines) == len(rows) + 2
        assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {4}
    assert "| kernel | The small table of weights" in glossary.glossary_table()
    names = [line.split(" | ")[0].removeprefix("| ").lower() for line in glossary.glossary_table().splitlines()[2:]]
    assert names == sorted(names)
