"""What runs on GitHub: it calls what exists, publishes only what was tested, and may do no more than it has to."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, Final

import pytest
import yaml

from tests.lint.project import ROOT

Json = dict[str, Any]

WORKFLOWS: Final = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PERMISSIONS: Final = {
    ("ci", "everything"): {"contents": "read"},
    ("ci", "newer-pythons"): {"contents": "read"},
    ("release", "test"): {"contents": "read"},
    ("release", "build"): {"contents": "read"},
    ("release", "pypi"): {"id-token": "write"},
    ("release", "serverless-repo"): {"contents": "read", "id-token": "write"},
    ("release", "page"): {"contents": "write"},
}
"""What each job may do: whatever is added here is a decision."""
PUBLISHING: Final = {"pypi": "pypi", "serverless-repo": "serverless-repo", "page": None}
"""The jobs that publish, each with the environment that guards it."""


def read(name: str) -> Json:
    """Return a workflow, by the name of its file."""
    text = (ROOT / ".github" / "workflows" / f"{name}.yml").read_text(encoding="utf-8")
    workflow: dict[Any, Any] = yaml.safe_load(text)
    return {"on": workflow.pop(True), **workflow}  # YAML 1.1 takes the word for a truth value


def jobs() -> dict[tuple[str, str], Json]:
    """Return every job by its workflow and its own name."""
    return {(path.stem, name): job for path in WORKFLOWS for name, job in read(path.stem)["jobs"].items()}


def lines() -> Iterator[str]:
    """Yield every line that a job runs."""
    for job in jobs().values():
        for step in job["steps"]:
            yield from step.get("run", "").splitlines()


def needed(name: str, among: dict[str, Json]) -> set[str]:
    """Return the jobs that a job needs, and those that they need."""
    needs = among[name].get("needs", [])
    direct = {needs} if isinstance(needs, str) else set(needs)
    return direct | {far for near in direct for far in needed(near, among)}


def pythons(job: Json) -> list[str]:
    """Return the versions of Python that a job sets up, the one that `python3` is last."""
    found = [step["with"]["python-version"] for step in job["steps"] if "setup-python@" in step.get("uses", "")]
    return found[0].split() if found else []


def test_what_is_called_exists() -> None:
    """Every `make` names a target of the Makefile, and every `python -m` a module that is there."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    called = {target for line in lines() for target in re.findall(r"(?:^| )make ([\w-]+)", line)}
    assert called == {"publish", "release-check", "setup", "test"}
    assert called - targets == set()
    modules = {name for line in lines() for name in re.findall(r"\.venv/bin/python -m ([\w.]+)", line)}
    assert modules == {"hatchling", "release.check", "release.notes", "release.published"}
    assert [name for name in modules if find_spec(name) is None] == []


def test_everything_is_run_by_ci_run() -> None:
    """A push, a pull request and a release run `.ci/run`, which can be started and runs demo, test and check."""
    running = {where for where, job in jobs().items() if any(step.get("run") == ".ci/run" for step in job["steps"])}
    assert running == {("ci", "everything"), ("release", "test")}
    assert read("ci")["on"] == {"push": {"branches": ["main"]}, "pull_request": None}
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    stages = re.findall(r"^stage (.*)$", script.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert stages == ["make demo", "make test", "make check"]


@pytest.mark.parametrize("where", PERMISSIONS, ids="/".join)
def test_a_job_may_do_what_is_listed_and_no_more(where: tuple[str, str]) -> None:
    """The workflow as a whole may do nothing, and each job exactly what the table above lists."""
    assert read(where[0])["permissions"] == {}
    assert jobs()[where]["permissions"] == PERMISSIONS[where]


def test_every_job_is_listed_and_ends() -> None:
    """There is no job whose permissions nobody decided on, and none that may run for GitHub's six hours."""
    assert jobs().keys() == PERMISSIONS.keys()
    assert [where for where, job in jobs().items() if not 0 < job["timeout-minutes"] <= 90] == []


def test_what_publishes_is_reached_by_a_tag_alone() -> None:
    """No job that may write is in a workflow that anything but a tag starts: a pull request cannot reach it."""
    assert read("release")["on"] == {"push": {"tags": ["v*"]}}
    writing = {where for where, job in jobs().items() if "write" in job["permissions"].values()}
    assert writing == {("release", name) for name in PUBLISHING}


@pytest.mark.parametrize("name", PUBLISHING)
def test_what_publishes_was_tested(name: str) -> None:
    """Whatever publishes needs the tests, is guarded by its environment, and is not done by a fork."""
    among = read("release")["jobs"]
    assert "test" in needed(name, among)
    assert among[name].get("environment") == PUBLISHING[name]
    guarded = [job for job in (name, *needed(name, among)) if "github.repository ==" in among[job].get("if", "")]
    assert guarded
    repository = PROJECT["urls"]["Homepage"].removeprefix("https://github.com/")
    assert {among[job]["if"] for job in guarded} == {f"github.repository == '{repository}'"}


def test_the_tag_is_checked_before_anything_is_built() -> None:
    """The release's first job holds the tag against the version, before the tests."""
    ran = [step["run"] for step in read("release")["jobs"]["test"]["steps"] if "run" in step]
    assert ran == ["make setup", '.venv/bin/python -m release.check --committed --tag "$GITHUB_REF_NAME"', ".ci/run"]


def test_actions_are_pinned() -> None:
    """Every action is named by a commit, with its tag in a comment, and each action by one commit everywhere."""
    used = [line for path in WORKFLOWS for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    pinned = [re.fullmatch(r" +- uses: ([\w./-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)", line) for line in used]
    assert [line for line, found in zip(used, pinned, strict=True) if not found] == []
    commits = {found.groups() for found in pinned if found}
    assert len(commits) == len({action for action, _, _ in commits}) == 6


def test_the_pythons_are_those_that_are_promised() -> None:
    """The whole is run on the oldest Python, the tests on the function's and on the newest; bytecode can be made."""
    makefile = (ROOT / "src" / "lambda" / "Makefile").read_text(encoding="utf-8")
    [runtime] = re.findall(r"^RUNTIME := (.*)$", makefile, flags=re.MULTILINE)
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    assert PROJECT["requires-python"] == f">={promised[0]}"
    both = [("ci", "everything"), ("release", "test"), ("release", "serverless-repo")]
    assert [pythons(jobs()[where]) for where in both] == [[runtime, promised[0]]] * 3
    assert read("ci")["jobs"]["newer-pythons"]["strategy"]["matrix"]["python"] == [runtime, promised[-1]]


def test_nothing_of_the_outside_is_part_of_a_script() -> None:
    """No expression is pasted into what a shell runs: values come by the environment."""
    assert [line for line in lines() if "${{" in line] == []


def test_the_pins_do_not_rot() -> None:
    """Dependabot looks after the actions, and those alone: Python's packages are resolved by `make lock`."""
    settings = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))
    assert [update["package-ecosystem"] for update in settings["updates"]] == ["github-actions"]


def test_a_report_has_what_is_needed_to_answer_it() -> None:
    """The form for bugs asks for version, sentence and doctor's findings, and says what to take out first."""
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "bug.yml").read_text(encoding="utf-8"))
    said = {part.get("id"): str(part["attributes"]) for part in form["body"]}
    assert "`vended-logs --version`" in said["version"]
    assert "vended-logs doctor --json" in said["doctor"]
    assert "account ids" in said[None]
    assert {"sentence", "happened"} <= said.keys()


def test_links_lead_into_the_project() -> None:
    """The pages that the issue chooser links to are of this project's repository, and the files among them exist."""
    settings = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml").read_text(encoding="utf-8"))
    urls = [link["url"].removeprefix(PROJECT["urls"]["Homepage"]) for link in settings["contact_links"]]
    assert urls == ["/security/advisories/new", "/blob/main/docs/troubleshooting.md"]
    assert (ROOT / "docs" / "troubleshooting.md").is_file()
