"""The pages of the site that are written from tables, tags, and exercises: each returns Markdown (MyST)."""

from __future__ import annotations

import html
import pkgutil
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence

from nbformat import NotebookNode

from course_tools import syllabus
from course_tools.authoring import glossary
from course_tools.authoring.pairing import read_source
from course_tools.authoring.reading import headings
from course_tools.authoring.student import is_notes, tagged, tags
from course_tools.site.cards import card
from course_tools.site.lectures import anchor, escaped, is_solution
from course_tools.syllabus import Lecture
from course_utils import settings
from course_utils.exercises import engine


def pages() -> dict[str, str]:
    """Return the text of each generated page by its path without ending."""
    lectures = syllabus.lectures()
    made = {
        "lectures": lecture_page(lectures),
        "exercises/index": _index("Exercises", "exercises", lectures, "The tasks of every lecture on one page each."),
        "teaching/index": _index(
            "Teaching notes",
            "teaching",
            lectures,
            "For whoever teaches a lecture: minutes, what to say and ask, and the wrong answers that students give.",
        ),
        "glossary": glossary_page(),
        "notation": f"# Notation\n\nOne symbol, one meaning, in the whole course.\n\n{glossary.notation_table()}\n",
        "errata": errata_page(lectures),
        "topics": topics_page(lectures),
        "api": api_page(),
    }
    for lecture in lectures:
        made[f"exercises/{lecture.number}"] = exercise_page(lecture)
        made[f"teaching/{lecture.number}"] = teaching_page(lecture)
    return made | module_pages()


def lecture_page(lectures: Sequence[Lecture]) -> str:
    """Return the chapters with a card for each sitting, and the table of contents behind them."""
    parts = ["# Lectures\n"]
    for number, title in syllabus.chapters().items():
        sittings = [lecture for lecture in lectures if lecture.chapter == number]
        entries = "\n".join(f"notebooks/{lecture.slug}" for lecture in sittings)
        parts.append(f"## {number} {title}\n\n```{{toctree}}\n:hidden:\n\n{entries}\n```\n")
        parts.append(f'<div class="sittings">{"".join(map(card, sittings))}</div>\n')
    return "\n".join(parts)


def glossary_page() -> str:
    """Return the words of the course in alphabetical order, each linked to the cell that defines it."""
    there = {lecture.number for lecture in syllabus.lectures()}
    rows = [
        (
            f"**{term.name}**",
            _table_text(term.means),
            _link(term.sitting, anchor("defines", term.name), term.sitting) if term.sitting in there else term.sitting,
        )
        for term in sorted(glossary.terms(), key=lambda term: term.name.lower())
    ]
    return "# Glossary\n\n" + _table(("term", "what it means", "lecture"), rows)


def errata_page(lectures: Sequence[Lecture]) -> str:
    """Return what the slides say and what is right, with the lecture that proves it."""
    proven = {erratum: lecture.number for lecture in lectures for erratum in lecture.errata}
    path = syllabus.notebooks_folder() / "errata.toml"
    rows = [
        (
            row["id"],
            _table_text(row["slides"]),
            _table_text(row["right"]),
            _link(proven[row["id"]], anchor("erratum", row["id"]), proven[row["id"]]),
        )
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["erratum"]
    ]
    text = (
        "# Errata of the slides\n\nThe course began as a deck of slides. Where a slide is wrong or says too much, a "
        "lecture shows what is right with a computation that would fail if the correction were wrong.\n\n"
    )
    return text + _table(("id", "the slides", "what is right", "proven in"), rows)


def topics_page(lectures: Sequence[Lecture]) -> str:
    """Return the index from a topic of the slides to the cell that teaches it, with the section that it stands in."""
    rows = []
    for lecture in lectures:
        where = _sections_of_topics(read_source(lecture))
        for topic in lecture.topics:
            link = _link(lecture.number, anchor("topic", topic), where[topic])
            rows.append((topic.replace("-", " "), lecture.number, link))
    return "# Topics\n\nWhere each topic of the plan is taught.\n\n" + _table(
        ("topic", "lecture", "section"), sorted(rows)
    )


def _sections_of_topics(notebook: NotebookNode) -> dict[str, str]:
    """Return topic → heading of the section that teaches it."""
    titles = headings(notebook)
    found = {}
    for position, cell in enumerate(notebook.cells):
        above = [one.title for one in titles if one.position <= position]
        found |= {tag.removeprefix("topic:"): above[-1] for tag in tags(cell) if tag.startswith("topic:")}
    return found


def exercise_page(lecture: Lecture) -> str:
    """Return the tasks of a lecture with their hints; solutions stand in the lecture."""
    parts = [f"# {lecture.number} · Exercises\n"]
    parts.append(
        f"They practice {_link(lecture.number, '', lecture.title)}. In your notebook, `check` says whether an answer "
        "is right, and if not, why.\n"
    )
    for exercise_id, task in _tasks(lecture):
        exercise = engine.find(exercise_id)
        parts.append(re.sub(r"^### ", "## ", task) + "\n")
        parts += [_details(f"Hint {n}", hint) for n, hint in enumerate(exercise.hints, start=1)]
        parts.append(_link(lecture.number, anchor("exercise", exercise_id), "The task in the lecture") + "\n")
    return "\n".join(parts)


def teaching_page(lecture: Lecture) -> str:
    """Return speaker notes by section, predictions, and the named wrong answers of each exercise."""
    notebook = read_source(lecture)
    minutes = f"{lecture.minutes} minutes, and {lecture.exercise_minutes} minutes of exercises"
    parts = [
        f"# {lecture.number} · Teaching notes\n",
        f"{_link(lecture.number, '', lecture.title)}: {minutes}. The slides are one file that needs no network: "
        f'<a href="../slides/{lecture.slug}.html">open them alone</a>, and press S there for the speaker\'s view.\n',
        f'<iframe class="deck" src="../slides/{lecture.slug}.html" title="Slides of {lecture.number}" loading="lazy">'
        "</iframe>\n",
    ]
    notes = list(_notes(notebook))
    if notes:
        parts.append("## What to say and ask\n")
        parts += [f"### {section}\n\n{text}\n" for section, text in notes]
    asked = [cell.source for cell in notebook.cells if "predict" in tags(cell)]
    if asked:
        parts.append("## Predictions\n\nLet everybody write an answer down before you go on.\n")
        parts += [_quoted(re.sub(r"^#+ ", "", text, flags=re.MULTILINE)) for text in asked]
    if exercises := engine.of_lecture(lecture.number):
        parts.append("## Wrong answers\n\nWhat each check recognizes, and what it says.\n")
    for exercise in exercises.values():
        parts.append(f"### {exercise.id} {exercise.title} ({exercise.minutes} min)\n")
        rows = [(_table_text(mistake.name), _table_text(escaped(mistake.message))) for mistake in exercise.mistakes]
        parts.append(_table(("wrong answer", "what the student reads"), rows))
    return "\n".join(parts)


def api_page() -> str:
    """Return the list of the package's modules with what each is for."""
    entries = "\n".join(f"api/course_utils.{name}" for name in _modules())
    return (
        "# The course's package\n\nWhat the lectures import, from the lowest floor up; each entry names the "
        f"lecture that teaches it.\n\n```{{toctree}}\n:maxdepth: 1\n\n{entries}\n```\n"
    )


def module_pages() -> dict[str, str]:
    """Return the page of each module of ``course_utils``, and of the modules in a package that lectures import."""
    made = {}
    for name in _modules():
        inner = sorted(_imported_inside(name))
        modules = [f"course_utils.{name}", *inner]
        blocks = [f"```{{eval-rst}}\n.. automodule:: {module}\n   :members:\n```\n" for module in modules]
        made[f"api/course_utils.{name}"] = f"# {name}\n\n" + "\n".join(blocks)
    return made


def _modules() -> list[str]:
    """Return the names of the modules of ``course_utils``."""
    return [info.name for info in pkgutil.iter_modules([str(settings.course_root() / "course_utils")])]


def _imported_inside(name: str) -> set[str]:
    pattern = re.compile(rf"from (course_utils\.{name}\.\w+) import")
    return {found for lecture in syllabus.lectures() for found in pattern.findall(lecture.source.read_text("utf-8"))}


def _index(title: str, folder: str, lectures: Sequence[Lecture], text: str) -> str:
    entries = "\n".join(f"{lecture.number} {lecture.title} <{lecture.number}>" for lecture in lectures)
    return f"# {title}\n\n{text}\n\n```{{toctree}}\n:maxdepth: 1\n\n{entries}\n```\n"


def _tasks(lecture: Lecture) -> Iterator[tuple[str, str]]:
    """Yield id and text of each exercise of a lecture; later text of a task is joined to it."""
    texts: dict[str, list[str]] = {}
    for cell in read_source(lecture).cells:
        exercise_id = tagged(cell, "exercise")
        if exercise_id and cell.cell_type == "markdown" and not (is_solution(cell) or is_notes(cell)):
            texts.setdefault(exercise_id, []).append(cell.source)
    for exercise_id, parts in texts.items():
        yield exercise_id, "\n\n".join(parts)


def _notes(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    for position, cell in enumerate(notebook.cells):
        if is_notes(cell):
            above = [one for one in headings(notebook) if one.position < position]
            yield above[-1].title, cell.source.replace("\n", " ")


def _link(number: str, place: str, text: str) -> str:
    """Return a link from a page to a place in a lecture; a page in a folder is one level down."""
    address = f"{{root}}notebooks/{syllabus.lecture(number).slug}.html" + (f"#{place}" if place else "")
    return f'<a class="reference internal" href="{address}">{text}</a>'


def _details(summary: str, text: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{escaped(text)}\n\n</details>\n"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines()) + "\n"


def _table_text(text: str) -> str:
    return html.unescape(text).replace("\n", " ").replace("|", "\\|") if "\\|" not in text else text


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"
