"""What the pages name and link to is there, and what is generated stands in them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

import pytest
import yaml

from documentation import command
from tests.documentation.texts import PAGES, ROOT, name_of, prose, spans, text_of, without_code

HOME: Final = "https://github.com/vended-logs-policy/vended-logs-policy"
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)|^\[[^\]]+\]: (https?:\S+)$", re.MULTILINE)
_NO_MODULES: Final = {"make", "parse"}
"""Names in code style that are of another kind: the command, and a function whose module stands beside it."""
_MODULE: Final = re.compile(r"[a-z_]+(/[a-z_]+)*(\.py)?")
_BLOCK: Final = re.compile(r"\[\[\[cog (from documentation import .*?) \]\]\]")


def links(page: Path) -> list[str]:
    """Return what a page links to, but for what stands in fenced blocks."""
    return [inline or below for inline, below in _LINK.findall(prose(page))]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings as GitHub makes them; of headings that are alike, the first alone."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Each relative link names a file that is there, and each anchor a heading of it."""
    for target in links(page):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        linked = (page.parent / name) if name else page
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_references_are_defined(page: Path) -> None:
    """Each link by a name, `[text][name]`, has its name's line; and no address stands open to be read on its way."""
    text = without_code(page)
    defined = {name.lower() for name in re.findall(r"^\[([^\]]+)\]: \S+$", text, re.MULTILINE)}
    used = {(name or shown).lower() for shown, name in re.findall(r"\[([^\]\[]+)\]\[([^\]\[]*)\]", text)}

    assert used <= defined
    assert re.findall(r"http://\S+", text) == []


def test_a_comment_of_a_shell_is_no_heading(tmp_path: Path) -> None:
    """What looks like a heading or a link in a fenced block is none."""
    page = tmp_path / "page.md"
    page.write_text("# A\n\n```sh\n# B\n[c](d)\n```\n\n## E f\n", encoding="utf-8")
    assert (anchors(page), links(page)) == ({"a", "e-f"}, [])


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_to_the_project_s_own_files_lead_somewhere(page: Path) -> None:
    """Each link to a file of the project's home is to one that the project has; all others are encrypted."""
    for target in links(page):
        if target.startswith("http"):
            assert target.startswith("https://"), target
        if found := re.match(rf"{HOME}/(?:blob|tree)/main/([^#]+)", target):
            assert (ROOT / found[1]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_targets_of_make_that_are_named_exist(page: Path) -> None:
    """A page names no target that the Makefile does not have."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))

    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)) <= targets


def test_every_generated_block_is_one_that_is_looked_at() -> None:
    """No page outside of those that `make docs` writes holds a block of cog's."""
    with_blocks = {name_of(page) for page in ROOT.rglob("*.md") if "[[[cog" in page.read_text(encoding="utf-8")}
    listed = {name_of(page) for page in PAGES}
    assert {name for name in with_blocks if not name.startswith((".venv", ".cache", ".aws-sam"))} <= listed


def test_the_front_page_shows_what_the_code_says() -> None:
    """Picture, properties, attributes, permissions and costs of the README are generated, not written."""
    shown = set(_BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    wanted = {
        "figures": {"before_and_after()", "costs()"},
        "resource": {"properties()", "attributes()"},
        "template": {"permissions()"},
    }
    calls = {
        f"from documentation import {module}; print({module}.{call})" for module in wanted for call in wanted[module]
    }
    assert calls <= shown


@pytest.mark.parametrize("verb", ["", "check", "inject", "doctor", "ensure", "restore"])
def test_each_verb_shows_its_help(verb: str) -> None:
    """The page of the command line has the help of the command and of each verb, whole."""
    assert command.usage(verb) in (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


def test_the_settings_that_are_shown_are_yaml() -> None:
    """Every block of settings can be read, and names hooks and rules that are there."""
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    blocks = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)[1:]]
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    named = {hook["id"] for block in blocks for repo in block.get("repos", []) for hook in repo["hooks"]}

    assert named
    assert named <= hooks
    assert "vended_logs_tools.cfn_lint_rules" in json.dumps(blocks)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_files_that_are_named_exist(page: Path) -> None:
    """What a page names in code style below one of the project's folders is there."""
    named = re.findall(
        r"`((?:tests|src|docs|release|benchmarks|documentation|requirements|examples|events|\.ci|\.github)/[\w./-]*)`",
        text_of(page),
    )
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_modules_that_are_named_shortly_exist() -> None:
    """In the page for contributors, the short name of a module or package is one of the function's or the command's."""
    named = {code for code in spans(prose(ROOT / "CONTRIBUTING.md")) if _MODULE.fullmatch(code)}
    folders = ("", "src/lambda", "src/lambda/vended_logs", "src/tools", "src/tools/vended_logs_tools", "benchmarks")

    assert {"policy/plan.py", "diagnosis", "check.py", "rules"} <= named
    gone = {name for name in named - _NO_MODULES if not any((ROOT / one / name).exists() for one in folders)}
    assert gone == set()
