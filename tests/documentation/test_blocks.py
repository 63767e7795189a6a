"""What writes the generated parts of the pages: tables of the code's own facts, refused where two of them differ."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from documentation import account, command, doctor_json, figures, makefile, markdown, resource, rules, template
from tests.documentation.texts import ROOT
from vended_logs.properties import KNOWN
from vended_logs.result import Result
from vended_logs_tools.check import RULES
from vended_logs_tools.screen import as_json

PAGE: Final = """\
# A page

<!-- [[[cog from documentation import makefile; print(makefile.targets("demo")) ]]] -->
{}
<!-- [[[end]]] -->
"""


def test_a_table_keeps_its_cells_apart() -> None:
    """Bars in cells are escaped, and what spans lines becomes one."""
    assert markdown.table(["a", "b"], [["x|y", "two\nlines"]]) == "| a | b |\n|---|---|\n| x\\|y | two lines |"


def test_code_may_hold_backticks() -> None:
    """A text with a backtick is fenced by two."""
    assert (markdown.code("x"), markdown.code("a`b")) == ("`x`", "`` a`b ``")


def test_properties_and_attributes_are_all_told() -> None:
    """Each property that the function takes has its row with the template's default, each attribute its meaning."""
    told = resource.properties()
    assert [name for name in KNOWN if f"| `{name}` | {template.default(name)} | " not in told] == []
    assert "| `Outcome` | `AlreadyGranted`, `Created`," in resource.attributes()
    assert "| `WhenFull` | `Widen` | Widen, Spill or Fail |" in resource.values()


def test_defaults_that_differ_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is not written while the template and the function disagree about a default."""
    monkeypatch.setattr(resource, "default", lambda name: "`Fail`" if name == "WhenFull" else template.default(name))
    with pytest.raises(ValueError, match=r"template\.yaml gives WhenFull the default `Fail`, the function another"):
        resource.properties()


def test_an_attribute_without_a_word_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An attribute that the code gives and does not explain keeps the page from being written."""
    given = Result.attributes

    def more(self: Result) -> dict[str, str]:
        return {**given(self), "More": "1"}

    more.__doc__ = given.__doc__
    monkeypatch.setattr(Result, "attributes", more)
    with pytest.raises(ValueError, match="make both one"):
        resource.attributes()


@pytest.mark.parametrize(
    ("maker", "told", "otherwise", "refusal"),
    [
        (doctor_json.policy, "    stale: ", "    stales: ", "make both one"),
        (doctor_json.region, "``used`` and", "used and", "does not tell that slots has"),
        (doctor_json.finding, "or ``note``", "or ``info``", "tells of the weights"),
    ],
)
def test_a_field_that_is_told_otherwise_is_refused(
    monkeypatch: pytest.MonkeyPatch, maker: Callable[[], str], told: str, otherwise: str, refusal: str
) -> None:
    """The doctor's JSON is described by what makes it, and not at all where that differs from what it makes."""
    assert "| `" in maker()
    for function in (as_json.as_json, as_json._policy, as_json._finding):  # noqa: SLF001 - their docstrings are told
        monkeypatch.setattr(function, "__doc__", (function.__doc__ or "").replace(told, otherwise))
    with pytest.raises(ValueError, match=refusal):
        maker()


def test_unknown_names_are_refused() -> None:
    """A group of parameters, a target of make or a figure that is not there stops the writing, by its name."""
    with pytest.raises(ValueError, match="No group of parameters is called 'Guards'"):
        template.parameters("Guards")
    with pytest.raises(ValueError, match="no target tset"):
        makefile.targets("test", "tset")
    with pytest.raises(ValueError, match="does not tell 'Nothing'"):
        figures.found("Nothing")


def test_every_rule_is_listed_with_its_page() -> None:
    """The table of the rules has one row a rule, in their order."""
    assert [line[3:8] for line in rules.rules("docs/rules/").splitlines()[2:]] == list(RULES)


def test_a_session_is_what_the_command_prints() -> None:
    """Errors are shown as well, where they came, and no folder of this machine."""
    told = command.session("vended-logs check nosuch.yaml")
    assert told.startswith("```console\n$ vended-logs check nosuch.yaml\nvended-logs: nosuch.yaml: cannot be read")
    assert str(ROOT) not in told


def test_no_colour_of_the_shell_reaches_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where everything is to be coloured, a session is still what a pipe would get."""
    plain = command.session("vended-logs check template.yaml")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert command.session("vended-logs check template.yaml") == plain
    assert "\x1b" not in plain


def test_sessions_of_accounts_are_the_verbs_own() -> None:
    """A doctor with a finding, a plan that adds the grant, and a backup of which something is put back."""
    assert "fault: policy-full" in account.doctor()
    assert "+ /aws/vendedlogs/*\n" in account.ensure()
    assert "+ aws-waf-logs-shop" in account.restore()


@pytest.mark.parametrize(("stands", "code"), [(makefile.targets("demo"), 0), ("| `make demo` | something else |", 5)])
def test_a_stale_block_is_found(tmp_path: Path, stands: str, code: int) -> None:
    """The look at the pages passes over a block that is current, and fails at one that is not."""
    page = tmp_path / "PAGE.md"
    page.write_text(PAGE.format(stands), encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "cogapp", "-P", "--check", str(page)], cwd=ROOT, check=False)  # noqa: S603 - our own page
    assert done.returncode == code
