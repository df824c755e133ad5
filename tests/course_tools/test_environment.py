"""The ways to set up the course agree: pyproject.toml, the files for conda, the lock files, CITATION.cff, make."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rattler import MatchSpec

import course_utils
from course_utils import data

ROOT = Path(__file__).parents[2]
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = CONFIGURATION["project"]
CONDA_NAMES = {"torch": "pytorch"}
NOT_IN_CONDA = {
    "axe-playwright-python",
    "django-static-mathjax",
    "playwright",
    "sphinx-revealjs",
}  # pip fetches them in a conda environment too
READER = [Requirement(line) for line in PROJECT["dependencies"]]
AUTHOR = [Requirement(line) for line in PROJECT["optional-dependencies"]["dev"]]
SETUP = [Requirement(line) for line in CONFIGURATION["dependency-groups"]["setup"]]


def conda(file: str) -> dict:
    return yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))


def conda_bounds(lines: list) -> dict[str, str]:
    """Return the bounds of each conda package, by name; a line that conda would not understand raises."""
    specs = [MatchSpec(line, strict=True) for line in lines if isinstance(line, str)]
    return {spec.name.normalized: str(spec.version or "") for spec in specs} | {"pip": ""}


def bounds(requirements: list[Requirement]) -> dict[str, str]:
    """Return the same from lines of pyproject.toml."""
    ours = {CONDA_NAMES.get(one.name, one.name): str(one.specifier) for one in requirements}
    return {name: bound for name, bound in ours.items() if name not in NOT_IN_CONDA} | {"pip": ""}


def test_conda_asks_a_reader_for_the_same_as_pyproject():
    python = {"python": PROJECT["requires-python"]}
    assert conda_bounds(conda("environment.yml")["dependencies"]) == bounds(READER) | python


def test_conda_asks_an_author_for_the_same_as_pyproject():
    assert conda_bounds(conda("environment-dev.yml")["dependencies"]) == bounds(AUTHOR)


@pytest.mark.parametrize("planted", ["pytest >=1.26", "left-pad >=1.0"])
def test_another_bound_or_package_in_conda_is_found(planted):
    assert conda_bounds([*conda("environment-dev.yml")["dependencies"], planted]) != bounds(AUTHOR)


def test_both_files_of_conda_fill_one_environment_and_pip_adds_what_conda_forge_lacks():
    reader, author = conda("environment.yml"), conda("environment-dev.yml")
    assert (reader["name"], reader["channels"]) == (author["name"], author["channels"])
    assert reader["channels"][0] == "conda-forge"
    assert reader["dependencies"][-1] == {"pip": ["--editable ."]}
    others = {str(Requirement(line)) for line in author["dependencies"][-1]["pip"]}
    assert others == {str(one) for one in AUTHOR if one.name in NOT_IN_CONDA}


def lock(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(text: str) -> dict[str, list[str]]:
    """Return the pinned versions of each package; systems and Pythons may differ in theirs."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.M):
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


def missing(requirements: list[Requirement], *locks: str) -> list[str]:
    """Return what the locks do not hold, or hold in a version that does not suit; mended by: make lock."""
    locked = pins("".join(lock(name) for name in locks))
    return [
        str(one)
        for one in requirements
        if not (versions := locked.get(canonicalize_name(one.name)))
        or not all(one.specifier.contains(version) for version in versions)
    ]


def test_the_locks_hold_what_pyproject_asks_for():
    assert missing(READER + SETUP, "requirements.lock") == []
    assert missing(AUTHOR, "requirements.lock", "requirements-dev.lock") == []


def test_a_requirement_that_the_locks_do_not_hold_is_found():
    planted = [Requirement("left-pad>=1"), Requirement("numpy>=99"), Requirement("nbgrader>=0.9")]
    assert missing(planted, "requirements.lock") == [str(one) for one in planted]


def test_no_package_is_in_both_locks_and_a_reader_gets_no_tools_of_authors():
    reader, author = pins(lock("requirements.lock")), pins(lock("requirements-dev.lock"))
    assert reader.keys() & author.keys() == set()
    assert {"nbgrader", "nbval", "pytest-xdist", "ruff"} <= author.keys()


@pytest.mark.parametrize(("name", "at_least"), [("requirements.lock", 100), ("requirements-dev.lock", 20)])
def test_every_pin_of_a_lock_has_a_hash_and_no_address(name, at_least):
    blocks = re.split(r"^(?=[\w.-]+==)", lock(name), flags=re.M)[1:]
    assert len(blocks) > at_least
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in lock(name)


def test_set_up_without_build_isolation_has_its_build_tools():
    assert {Requirement(line).name for line in CONFIGURATION["build-system"]["requires"]} <= {one.name for one in SETUP}


def test_one_version_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"] == course_utils.__version__
    assert PROJECT["license"] in citation["license"]


def test_hosted_workflow_runs_the_commands_of_the_readme():
    workflow = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    jobs = yaml.safe_load(workflow)["jobs"]
    for command in ["make test", "uv run course", "conda env create --file environment.yml", "conda activate course"]:
        assert command in workflow and command in readme
    assert f'"{PROJECT["requires-python"].removeprefix(">=")}"' in workflow
    (oldest,) = (row for row in jobs["packages"]["strategy"]["matrix"]["include"] if row["name"] == "oldest")
    assert oldest["python"] == PROJECT["requires-python"].removeprefix(">=")
    assert "--resolution lowest-direct" in oldest["options"]  # each lower bound, PyTorch's too


def test_every_claim_is_mutated_once_a_week():
    workflow = yaml.safe_load((ROOT / ".github/workflows/mutations.yml").read_text(encoding="utf-8"))
    steps = [step.get("run", "") for step in workflow["jobs"]["mutations"]["steps"]]
    assert steps[-1].endswith("course mutate --all")
    for name in data.registry():
        assert any(f"course data get {name}" in step for step in steps), name
    (schedule,) = workflow[True]["schedule"]  # YAML 1.1 reads the key "on" as a truth value
    assert len(schedule["cron"].split()[-1]) == 1  # one day of the week


def test_ci_runs_exactly_make_test():
    lines = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "make test" and sum("make" in line for line in lines) == 1
