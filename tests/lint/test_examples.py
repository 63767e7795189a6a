"""Every way in has its page, its test and its place in the comparison; the pages keep to one screen."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.deploying import read_template
from tests.examples import table
from tests.lint.project import ROOT, Json
from tests.support.shipped import files

EXAMPLES: Final = sorted(table.EXAMPLES)
TESTS: Final = ROOT / "tests" / "examples"
LINES: Final = 50
COLUMNS: Final = 140


def text(*path: str) -> str:
    """Return a file of the project."""
    return ROOT.joinpath(*path).read_text(encoding="utf-8")


def linked(page: str) -> set[str]:
    """Return the examples whose pages a page links to."""
    return set(re.findall(r"\]\((?:\.\./examples/)?([a-z-]+)/README\.md\)", page))


def test_each_has_a_test_and_each_test_an_example() -> None:
    """What `make test-examples` executes are the examples and the installed command, no more and no less."""
    modules = {path: table.example_of(str(path.relative_to(ROOT))) for path in TESTS.rglob("test_*.py")}
    assert set(modules.values()) - {None} == set(EXAMPLES) | {table.COMMAND}
    assert [path.name for path, example in modules.items() if example is None and path.parent == TESTS] == []


def test_all_are_found_from_the_list_and_from_the_comparison() -> None:
    """The list names every example, and the comparison every one that brings the grant to somebody."""
    assert linked(text("examples", "README.md")) == set(EXAMPLES)
    assert linked(text("docs", "choosing.md")) == set(EXAMPLES) - {"publishing"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_page_is_one_screen(name: str) -> None:
    """The page says what it is for in its title, and is not longer than a screen."""
    page = text("examples", name, "README.md").splitlines()
    assert page[0].startswith(f"# {name}: ")
    assert len(page) <= LINES
    prose = [line for line in page if not line.startswith(("|", " ", "["))]
    assert [line for line in prose if len(line) > COLUMNS] == []


def custom_resources() -> list[tuple[str, Json]]:
    """Return the custom resources of all templates in the examples, by file and name."""
    templates = [path for path in files(ROOT / "examples") if path.suffix == ".yaml"]
    return [
        (f"{path.relative_to(ROOT)}: {name}", resource)
        for path in templates
        for name, resource in (read_template(path).get("Resources") or {}).items()
        if resource["Type"].startswith(("Custom::", "AWS::CloudFormation::CustomResource"))
    ]


def test_no_provider_is_waited_for_for_an_hour() -> None:
    """Every custom resource says how long CloudFormation is to wait for its provider."""
    found = custom_resources()
    assert len(found) >= 4
    assert [name for name, resource in found if resource["Properties"].get("ServiceTimeout") != 360] == []


def test_what_is_retained_at_a_delete_is_so_at_a_replacement() -> None:
    """Where a resource is retained, so that no provider is needed for its deletion, it is also when it is replaced."""
    policies = [{one.get("DeletionPolicy"), one.get("UpdateReplacePolicy")} for _, one in custom_resources()]
    assert {"Retain"} in policies
    assert all(len(policy) == 1 for policy in policies)


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_its_page_mentions_is_there(name: str) -> None:
    """Files that the page names in code style, by a name with an ending, are in the example or in the project."""
    folder = ROOT / "examples" / name
    there = {path.name for place in (folder, ROOT / "release") for path in place.rglob("*")} | {
        path.name for path in ROOT.iterdir()
    }
    page = re.sub(r"```.*?```", "", text("examples", name, "README.md"), flags=re.DOTALL)
    named = re.findall(r"`([-\w./]*\w\.(?:ts|py|yaml|yml|tf|json|toml|md))`", page)
    assert [file for file in named if Path(file).name not in there] == []
