"""The ways to set up the course agree: pyproject.toml, environment.yml, requirements.lock, CITATION.cff, make."""

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
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA_NAMES = {"torch": "pytorch"}
NOT_IN_CONDA = {"django-static-mathjax", "sphinx-revealjs"}  # pip fetches them in a conda environment too
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def requirements() -> list[Requirement]:
    """Return everything the course asks for, the tools of authors included."""
    return [Requirement(line) for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]]


def conda() -> dict:
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def conda_bounds(lines: list) -> dict[str, str]:
    """Return the bounds of each conda package, by name; a line that conda would not understand raises."""
    specs = [MatchSpec(line, strict=True) for line in lines if isinstance(line, str)]
    return {spec.name.normalized: str(spec.version or "") for spec in specs}


def project_bounds() -> dict[str, str]:
    bounds = {
        CONDA_NAMES.get(one.name, one.name): str(one.specifier)
        for one in requirements()
        if one.name not in NOT_IN_CONDA
    }
    return bounds | {"python": PROJECT["requires-python"], "pip": ""}


def test_conda_asks_for_the_same_as_pyproject():
    assert conda_bounds(conda()["dependencies"]) == project_bounds()


@pytest.mark.parametrize("planted", ["numpy >=1.26", "left-pad >=1.0"])
def test_another_bound_or_package_in_conda_is_found(planted):
    assert conda_bounds([*conda()["dependencies"], planted]) != project_bounds()


def test_conda_installs_the_course_itself_last():
    (itself, *others) = conda()["dependencies"][-1]["pip"]
    assert itself == "--editable ."
    assert {str(Requirement(line)) for line in others} == {
        str(one) for one in requirements() if one.name in NOT_IN_CONDA
    }
    assert conda()["channels"][0] == "conda-forge"


def pins() -> dict[str, list[str]]:
    """Return the pinned versions of each package; systems and Pythons may differ in theirs."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", LOCK, re.M):
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


@pytest.mark.parametrize("requirement", requirements(), ids=lambda requirement: requirement.name)
def test_lock_holds_what_pyproject_asks_for(requirement):
    versions = pins().get(canonicalize_name(requirement.name), [])
    assert versions, "run the command of CONTRIBUTING.md, The lock file"
    assert all(requirement.specifier.contains(version) for version in versions)


def test_every_pin_of_the_lock_has_a_hash_and_no_address():
    blocks = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.M)[1:]
    assert len(blocks) > 100
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in LOCK


def test_set_up_without_build_isolation_has_its_build_tools_in_the_lock():
    system = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    assert {Requirement(line).name for line in system} | {"editables"} <= pins().keys()


def test_one_version_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"] == course_utils.__version__
    assert PROJECT["license"] in citation["license"]


def test_hosted_workflow_runs_the_commands_of_the_readme():
    workflow = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    jobs = yaml.safe_load(workflow)["jobs"]
    for command in ["make test", "conda env create --file environment.yml", "conda activate course"]:
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
