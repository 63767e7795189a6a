"""What the documentation shows is what the code does, and what it links to is there."""

import json
import re
from pathlib import Path

import pytest

from tests.e2e.account import SHARED_POLICY, as_text, document, foreign, full
from tests.e2e.demo import EARLIER_GROUP, WAF_GROUPS
from tests.lint.project import ROOT
from tests.unit.policy.policies import described
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.grant import Scope
from vended_logs.policy.plan import Plan, plan
from vended_logs.policy.request import Request
from vended_logs.properties import KNOWN
from vended_logs.result import Result

PAGES = [
    *(ROOT / name for name in ("README.md", "README-SAR.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "examples").glob("*.md")),
    *sorted((ROOT / "examples").glob("*/README.md")),
]
REQUEST = Request(scope=Scope("aws", "us-west-2", "123456789012"))


def name_of(page: Path) -> str:
    """Return a page's path in the project."""
    return str(page.relative_to(ROOT))


def blocks(page: Path, language: str = "") -> list[str]:
    """Return the fenced blocks of a page in a language."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [block for name, block in fenced if name == language]


def first_column(page: Path, heading: str) -> list[str]:
    """Return the names in code style of the first column of the first table under a heading."""
    section = page.read_text(encoding="utf-8").split(f"## {heading}", 1)[1].split("\n## ")[0].split("\n### ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]


def test_the_readme_s_figures_are_the_demo_s() -> None:
    """Before and after in the README are the figures of the policy that the demo fills, planned for anew."""
    policy = described(as_text(document(*full(foreign(), also=(*WAF_GROUPS, EARLIER_GROUP)))))
    made = plan([ResourcePolicy.parse(SHARED_POLICY, policy)], REQUEST)
    [after] = made.puts
    page = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())

    figures = f"{len(policy):,} of {made.size_limit:,} characters and {made.entries_before} entries"
    assert f"before and after: {figures}, then {after.size:,} characters and {made.entries_after} entries]" in page
    assert f": {len(made.dropped)} entries become one, and" in page


def test_the_statement_that_is_shown_is_the_one_that_is_written() -> None:
    """The JSON in "How it works" is what a first write puts."""
    [shown] = blocks(ROOT / "docs" / "how-it-works.md", "json")

    assert json.loads(shown) == REQUEST.grants[0].statement().to_dict()


def test_each_property_and_attribute_has_its_row() -> None:
    """The tables of properties and attributes name what the code takes and gives, no more and no less."""
    page = ROOT / "docs" / "properties.md"
    attributes = Result("Added", settled=True, plan=Plan(outcome="Added", policy_name="x"), writes=1).attributes()

    assert sorted(first_column(page, "Properties")) == sorted(["ServiceToken", *KNOWN])
    assert sorted(first_column(page, "Attributes")) == sorted(attributes)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Each relative link names a file that is there, and each anchor a heading of it."""
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", page.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        linked = (page.parent / name) if name else page
        assert linked.exists(), target
        headings = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), re.MULTILINE) if anchor else []
        slugs = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
        assert not anchor or anchor in slugs, target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_targets_of_make_that_are_named_exist(page: Path) -> None:
    """A page names no target that the Makefile does not have."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))

    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)) <= targets
