"""The house stands as CONTRIBUTING.md draws it: who imports whom, short files, nothing tracked that names a machine."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {"course_utils": range(5), "course_tools": range(5, 7)}  # and their floors
MAX_LINES = 300

NUMPY = {"numpy"}
TORCH = NUMPY | {"torch", "torchvision", "scipy", "sklearn", "skimage", "PIL", "requests", "tqdm"}
SEEING = TORCH | {"matplotlib", "cycler", "ipywidgets", "anywidget", "traitlets", "IPython"}
AUTHORING = SEEING | {"jupytext", "nbclient", "nbconvert", "nbformat", "nbgrader", "packaging"}
AUTHORING |= {"playwright", "sphinx"}
# What each floor may import from outside; the floors themselves are read from CONTRIBUTING.md.
# Floor 0 asks torch for the device and platformdirs for the user's folder, inside functions.
THIRD_PARTY = [
    set(),
    NUMPY,
    TORCH,
    SEEING,
    TORCH | {"IPython"},
    AUTHORING,
    AUTHORING | {"typer", "jupyterlab"},
]
LATE = [{"torch", "platformdirs"}, set(), set(), set(), set(), {"google"}, set()]


def floors() -> dict[str, int]:
    """Return the floor of each room, from the table in CONTRIBUTING.md."""
    table = re.findall(r"^\| (\d) [^|]*\|([^|]*)\|", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.M)
    return {room: int(floor) for floor, rooms in table for room in re.findall(r"`(\w+)`", rooms)}


def room_of(path: Path) -> str:
    """Return the room of a file: the first name below its package."""
    return path.relative_to(ROOT).parts[1].removesuffix(".py")


def imports(source: str) -> list[tuple[str, bool]]:
    """Return (dotted name, whether it is imported late or for type checkers only) for each import of a source."""
    found = []

    def visit(node: ast.AST, late: bool) -> None:
        if isinstance(node, ast.Import):
            found.extend((alias.name, late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module in PACKAGES:
            found.extend((f"{node.module}.{alias.name}", late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.append(("." * node.level + (node.module or ""), late))
        late |= isinstance(node, ast.FunctionDef) or (
            isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        )
        for child in ast.iter_child_nodes(node):
            visit(child, late)

    visit(ast.parse(source), False)
    return found


def broken_floors(room: str, source: str) -> list[str]:
    """Return the imports that a file of this room may not have."""
    floor = floors()[room]
    broken = []
    for name, late in imports(source):
        top, _, rest = name.partition(".")
        if top in PACKAGES:
            target = floors()[rest.partition(".")[0]]
            assert target in PACKAGES[top], f"{name} is not where the table of CONTRIBUTING.md says"
            allowed = target == floor if floor == 1 else target <= floor  # NumPy rooms know NumPy and each other
            # a floor-4 room explains answers, it does not draw: floors 0 to 2
            allowed &= not (floor == 4 and target == 3)
        else:
            allowed = top in sys.stdlib_module_names | THIRD_PARTY[floor] or (late and top in LATE[floor])
        if not allowed:
            broken.append(name)
    return broken


def tracked() -> list[Path]:
    """Return the files that git tracks."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode != 0:
        pytest.skip("not a git repository")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


SOURCES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if path != ROOT / package / "__init__.py"
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_room_imports_only_from_below(path):
    assert room_of(path) in floors(), f"{room_of(path)} has no floor in the table of CONTRIBUTING.md"
    assert floors()[room_of(path)] in PACKAGES[path.relative_to(ROOT).parts[0]]
    assert broken_floors(room_of(path), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("filtering", "import torch"),
        ("layers", "def f():\n    from torch import nn"),
        ("losses", "from course_utils import settings"),
        ("settings", "import torch"),
        ("settings", "from course_utils.data import digits"),
        ("models", "from course_utils import plots"),
        ("data", "import matplotlib.pyplot as plt"),
        ("exercises", "from course_utils import plots"),
        ("exercises", "import course_tools.authoring.student"),
        ("plots", "import jupytext"),
        ("training", "from .. import data"),
    ],
)
def test_an_import_from_above_is_found(room, line):
    assert len(broken_floors(room, line)) == 1


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("course_utils", {"torch", "matplotlib", "numpy"}),
        ("course_utils.settings", {"torch", "matplotlib", "numpy"}),
        ("course_tools.colab", {"typer", "torch", "numpy"}),
        ("course_tools.cli", {"torch", "matplotlib", "numpy", "jupyterlab", "nbformat"}),
        ("course_utils.data", {"torch", "matplotlib"}),
        ("course_utils.diagrams", {"torch"}),
        ("course_utils.widgets", {"torch", "anywidget"}),
        ("course_utils.evidence", {"torch", "matplotlib"}),
    ],
)
def test_importing_is_cheap(module, unwanted):
    script = f"import sys, {module}; print(*(set(sys.modules) & {unwanted!r}))"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.split() == []


def test_the_cheap_import_test_sees_torch():
    script = "import sys, course_utils.settings as s; s.device(); print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout.strip() == "True"


def test_files_are_short_enough_to_read():
    sources = [path for path in tracked() if path.suffix == ".py" and "notebooks" not in path.parts]
    lines = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8").count("\n") for path in sources}
    assert {name: count for name, count in lines.items() if count > MAX_LINES} == {}


# "lecture 03" where there are two, 03a and 03b. The chapters after 04 are split by and by; they follow.
UNSPLIT = re.compile(r"\b(?:lecture|sitting)s? (?:\d\d[a-z]?(?:, and | and | to |, ))*0[1-4](?![a-z\d])")


def test_a_module_names_the_sitting_that_teaches_it():
    named = {path: UNSPLIT.findall(path.read_text(encoding="utf-8")) for path in SOURCES}
    assert {path.relative_to(ROOT).as_posix(): found for path, found in named.items() if found} == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Taught in lecture 03.", 1),
        ("Taught in lectures 01b and 04.", 1),
        ("Taught in lectures 01, 03a and 04b.", 1),
        ("Taught in sittings 03a to 04b, and in chapter 04.", 0),
        ("Taught in lecture 05.", 0),
    ],
)
def test_a_lecture_that_is_two_is_found(text, found):
    assert len(UNSPLIT.findall(text)) == found


# A folder of one machine, or the address of a package index: both break on the next machine.
MACHINE = re.compile(rb"(?<![\w.$}\])/+=-])/(?:work|tmp|root|home|Users)/")
INDEX = re.compile(
    rb"(?:py[p]i|download\.py[t]orch|ana[c]onda)\.org|python[h]osted|--(?:extra-)?index-url|--find-links"
)


def test_no_tracked_file_names_a_machine_or_a_package_index():
    found = []
    for path in tracked():
        name, content = path.relative_to(ROOT).as_posix(), path.read_bytes()
        if path == Path(__file__):
            continue
        found += [f"{name}: {hit.decode()}" for hit in MACHINE.findall(content)]
        found += [f"{name}: {hit.decode()}" for hit in INDEX.findall(content)]
    assert found == []


@pytest.mark.parametrize(
    ("text", "folder"), [(b'open("/%s/ann/data")', b"home"), (b"    # via -c /%s/c.txt", b"tmp"), (b"\n/%s/x", b"root")]
)
def test_a_machine_path_is_found(text, folder):
    assert MACHINE.search(text % folder)


def test_nothing_that_must_stay_out_is_tracked():
    names = [path.relative_to(ROOT).as_posix() for path in tracked()]
    outside = re.compile(
        r"uv\.lock|(^|/)(\.venv|my_work|__pycache__|\.ipynb_checkpoints)/|^data/(?!README\.md|registry\.toml)"
    )
    assert [name for name in names if outside.search(name)] == []
