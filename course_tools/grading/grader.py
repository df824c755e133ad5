"""Grade one notebook: each exercise in a closed process of its own, compared out here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from course_tools.grading import submission
from course_tools.grading.limits import Limits
from course_tools.grading.master import Task
from course_tools.grading.remote import RoomClosed, Server
from course_tools.grading.stand_ins import StudentsError
from course_utils.exercises import engine
from course_utils.exercises.engine import CORRECT, INCORRECT, NOT_ATTEMPTED, Result
from course_utils.exercises.kinds import CASE_NOTE, FunctionExercise

MISSING = "missing"
ONLY_THERE = "Right for the inputs that the check in the notebook tries, wrong for others."
ALONE = " In grading each exercise runs alone after the imports of the lecture: define what it uses in its own cell."


@dataclass(frozen=True)
class Mark:
    """What became of one exercise of one student.

    Attributes:
        exercise_id: ``"02.3"``.
        title: of the exercise.
        status: ``"correct"``, ``"incorrect"``, ``"not attempted yet"`` or ``"missing"``.
        message: for the student: what the check in the notebook says; it shows no input of the grading.
        traceback: the student's own part of it.
        answer: source of the cell that was graded.
    """

    exercise_id: str
    title: str
    status: str
    message: str
    traceback: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Graded:
    """What became of one file.

    Attributes:
        student, file: who handed in, and what, as paths below the folder of submissions.
        lecture: number; empty where nothing could be graded.
        marks: one for each exercise of the lecture.
        remarks: what was odd about the file.
        isolation: what closed the processes in which its code ran; empty where none ran.
    """

    student: str
    file: str
    lecture: str = ""
    marks: list[Mark] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    isolation: str = ""

    @property
    def points(self) -> int:
        return sum(mark.status == CORRECT for mark in self.marks)


def grade(
    folder: Path, path: Path, tasks_of: Callable[[str], Mapping[str, Task]], server: Server, seed: int, limits: Limits
) -> Graded:
    """Grade a file.

    Args:
        folder: of all submissions.
        path: the file below it.
        tasks_of: returns the tasks of a lecture by its number, none for a lecture that the course does not have.
        server: forks the processes of the exercises.
        seed: of the random inputs; another than the notebook's, so that nobody has seen them.
        limits: of each process.
    """
    file = path.relative_to(folder)
    student = file.parts[0] if len(file.parts) > 1 else file.stem
    found = submission.read(path)
    if found.problem:
        return Graded(student, file.as_posix(), remarks=[found.problem])
    tasks = tasks_of(found.lecture)
    if not tasks:
        return Graded(student, file.as_posix(), remarks=[f"the course has no lecture {found.lecture}"])
    remarks = []
    strangers = sorted(set(found.answers) - set(tasks))
    if strangers:
        remarks.append(f"exercises that this release does not have: {', '.join(strangers)}")
    marks = []
    for exercise_id, task in tasks.items():
        sources = found.answers.get(exercise_id, [])
        if len(sources) > 1:
            remarks.append(f"{exercise_id} is there {len(sources)} times: the last edited cell counts")
        marks.append(_mark(task, sources, server, seed, limits))
    return Graded(student, file.as_posix(), found.lecture, marks, remarks, server.isolation)


def _mark(task: Task, sources: list[str], server: Server, seed: int, limits: Limits) -> Mark:
    exercise = task.exercise
    edited = [source for source in sources if source.strip() != task.stub.strip()]
    if not sources:
        return Mark(exercise.id, exercise.title, MISSING, "The cell of this exercise is not in the notebook.")
    if not edited:
        return Mark(exercise.id, exercise.title, NOT_ATTEMPTED, "", answer=sources[-1])
    result = _examine(task, edited[-1], server, seed, limits)
    message = result.message.replace(CASE_NOTE, "")
    if result.status == NOT_ATTEMPTED:
        message = ""
    return Mark(exercise.id, exercise.title, result.status, message, result.traceback, edited[-1])


def _examine(task: Task, answer: str, server: Server, seed: int, limits: Limits) -> Result:
    """Return what the check finds with hidden inputs; what it says is said about those that the notebook tries."""
    exercise = task.exercise
    cells = [("imports", task.imports), ("given code", task.given), (f"exercise {exercise.id}", answer)]
    server.prepare(task.imports)
    with server.room(limits) as room:
        try:
            handed_in = room.run(cells, task.check)
        except StudentsError as error:
            name = type(error).__name__
            hint = ALONE if name == "NameError" else ""
            text = f"The cell raised {name}: {str(error)[:300]}.{hint}"
            return exercise.incorrect(text, traceback=error.students_trace)
        except RoomClosed as error:
            return exercise.incorrect(str(error))
        if handed_in.blank:
            return exercise.not_attempted()
        result = engine.judge(exercise, handed_in.value, seed)
        hidden = isinstance(exercise, FunctionExercise)  # the other kinds try what the notebook tries
        if hidden and result.status == INCORRECT and not room.fate:
            result = engine.judge(exercise, handed_in.value, engine.SEED)
            if result.status != INCORRECT:
                result = exercise.incorrect(ONLY_THERE)
        # Whatever the check made of it: nobody passes by dying.
        return exercise.incorrect(room.fate) if room.fate else result
