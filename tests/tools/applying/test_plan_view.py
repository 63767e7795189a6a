"""What a plan changes, on a screen: every change, nothing else, and nothing that a terminal would obey."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.support.fake_logs import SCOPE
from tests.tools.applying.terminal import HOME, delivery, document, search
from vended_logs.policy.compaction import context
from vended_logs.policy.document import ResourcePolicy
from vended_logs_tools.screen.console import console
from vended_logs_tools.screen.plan_view import PlanView, differences


def held(name: str, *statements: dict[str, Any], size: int = 0) -> ResourcePolicy:
    """Return a policy as it was read."""
    found = ResourcePolicy.parse(name, document(*statements))
    return replace(found, size=size) if size else found


def shown(
    before: list[ResourcePolicy], after: list[ResourcePolicy], environment: Mapping[str, str] | None = None, **how: Any
) -> list[str]:
    """Return the lines that are printed."""
    out = io.StringIO()
    PlanView(console(out, environment or {}), SCOPE).show(differences(before, after), **how)
    return out.getvalue().splitlines()


def test_policies_that_stay_are_not_shown() -> None:
    """Only what differs, by name."""
    same = held("same", search("/s"))
    lines = shown([same, held("b", search("/s"))], [held("a", search("/s")), same])
    assert [line for line in lines if not line.startswith("  ")] == [
        "+ a (new)",
        "- b (deleted: nothing else is in it)",
    ]
    assert lines[-1] == f"    {len(document(search('/s')))} characters freed"


def test_merged_statements_are_shown_as_one() -> None:
    """Entries that only moved to another statement of the same words are neither added nor dropped."""
    before = held("x", delivery("/a", sid="One"), delivery("/b", sid="Two"), search("/s"))
    after = held("x", delivery("/a", "/b", "/c", sid="One"), search("/s"))
    assert shown([before], [after])[:5] == [
        "  x",
        "    One, Two: delivery.logs.amazonaws.com",
        "      + /c:log-stream:*",
        "        2 entries as before",
        "    1 statement as before",
    ]


def test_statements_that_come_and_go_are_marked() -> None:
    """With who and what is out of the ordinary: a Deny, a Not- element, no condition, no Sid."""
    deny = search("/s", effect="Deny", sid="No")
    odd = {key: value for key, value in search("/s").items() if key not in ("Resource", "Sid")} | {
        "NotResource": f"{HOME}/x"
    }
    lines = shown([held("x", deny)], [held("x", odd, delivery("/a"))])
    assert lines[1] == "  - No: es.amazonaws.com (Deny; no condition)"
    assert "  + (no Sid): es.amazonaws.com (NotResource; no condition)" in lines
    assert "  + AWSLogDeliveryWrite: delivery.logs.amazonaws.com" in lines


def test_reasons_stand_beside_what_goes() -> None:
    """Covered, unless another reason is given."""
    said = context(held("x", delivery("/b")).document.statements[0])
    lines = shown(
        [held("x", delivery("/a", "/b", "/c"))],
        [held("x", delivery("/c"))],
        notes={("x", said, f"{HOME}/b:log-stream:*"): "no such log group"},
    )
    assert lines[2:4] == ["      - /a:log-stream:* (covered)", "      - /b:log-stream:* (no such log group)"]


def test_only_what_lost_its_condition_is_widened() -> None:
    """The same entry is added where the statement has the account's condition, and widened where it has none."""
    wide = f"{HOME}/a*:log-stream:*"
    before = [held("x", delivery("/b"), delivery("/a1", sid="Old", conditioned=False))]
    after = [held("x", delivery("/b", "/a*"), delivery("/a*", sid="Old", conditioned=False))]
    lines = shown(before, after, widened=(wide,))
    assert "      + /a*:log-stream:*" in lines
    assert "      ~ /a*:log-stream:* (no condition)" in lines


def test_a_large_policy_may_stay_large() -> None:
    """The limit is what it had where that was more than is documented; room left is never negative."""
    lines = shown([held("x", delivery("/a"), size=5211)], [held("x", delivery("/a", "/b"))])
    assert lines[-1].startswith("    5,211 -> ")
    assert " of 5,211 characters, " in lines[-1]


def test_entries_of_elsewhere_are_shown_whole() -> None:
    """Only what all log groups here begin with is left out."""
    elsewhere = HOME.replace("us-west-2", "eu-west-1") + "/a"
    lines = shown([], [held("x", search() | {"Resource": elsewhere})])
    assert f"      + {elsewhere}" in lines


def test_80_columns_are_enough() -> None:
    """Long names go on in the next line, below where they began; nothing is cut, no line ends in a blank."""
    name = f"/aws/vendedlogs/states/{'x' * 200}"
    lines = shown([], [held("p" * 120, delivery(name))])
    assert max(map(len, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)
    assert name in "".join(line.strip(" +") for line in lines)


def test_a_pipe_gets_no_colours_and_a_screen_may() -> None:
    """No escape codes unless colours are asked for; the marks are there in both."""
    before, after = [held("x", delivery("/a"))], [held("x", delivery("/b"))]
    assert not any("\x1b" in line for line in shown(before, after))
    coloured = "\n".join(shown(before, after, {"FORCE_COLOR": "1"}))
    assert "\x1b[32m" in coloured
    assert "\x1b[31m" in coloured


@pytest.mark.parametrize("text", ["\x1b[2J", "a\nb", "\u202e", "[red]x[/red]", ":boom:"])
def test_names_do_not_steer_the_terminal(text: str) -> None:
    """Control characters in what others named are shown as escapes, and markup as it is."""
    lines = shown([], [held(text, search() | {"Sid": text, "Resource": f"{HOME}{text}"})])
    assert not any(ord(letter) < 32 or letter == "\u202e" for line in lines for letter in line)
    assert len(lines) == 4


def test_reasons_are_of_one_policy_and_statement() -> None:
    """The same entry, lost in one policy, is covered in another: each line has its own reason."""
    said = context(held("x", delivery("/b")).document.statements[0])
    before = [held(name, delivery("/a", "/b"), delivery("/b", sid="Old", conditioned=False)) for name in "xy"]
    after = [held(name, delivery("/a")) for name in "xy"]
    lines = shown(before, after, notes={("x", said, f"{HOME}/b:log-stream:*"): "lost"})
    assert [line.rpartition("(")[2] for line in lines if "- /b" in line] == [
        "lost)",
        "covered)",
        "covered)",
        "covered)",
    ]


def test_actions_and_conditions_are_shown() -> None:
    """What is out of the ordinary is not agreed to blindly: actions, other accounts, who may be revoked."""
    theirs = {"StringEquals": {"aws:SourceAccount": ["999999999999", "111111111111"]}}
    odd = delivery("/a", sid="VendedLogsPolicyR0123abcd") | {"Action": "logs:*", "Condition": theirs}
    lines = shown([], [held("x", odd)])
    text = " ".join(line.strip(" +") for line in lines)
    assert "revocable; Action logs:*; if aws:SourceAccount StringEquals" in text
    assert "999999999999" in text
    assert "111111111111" in text


def test_a_changed_deny_shows_what_changed() -> None:
    """Two Denies that differ in their condition do not look alike."""
    one = search("/s", effect="Deny") | {"Condition": {"StringNotEquals": {"aws:SourceAccount": "1"}}}
    two = one | {"Condition": {"StringNotEquals": {"aws:SourceAccount": "2"}}}
    lines = [line for line in shown([held("x", one)], [held("x", two)]) if "Search" in line]
    assert len(lines) == len({line[4:] for line in lines}) == 2


def test_version_and_id_are_shown() -> None:
    """They change what a document says although no statement differs."""
    before = ResourcePolicy.parse("x", document(delivery("/a"), version="2008-10-17"))
    after = ResourcePolicy.of("x", replace(before.document, version="2012-10-17", id="mine"))
    lines = shown([before], [after])
    assert "  ~ Version 2008-10-17 -> 2012-10-17" in lines
    assert "  ~ Id (none) -> mine" in lines


def test_a_lasting_statement_that_becomes_revocable_is_a_change() -> None:
    """Of equal words but for the Sid: one goes, the other comes."""
    lines = shown([held("x", delivery("/a"))], [held("x", delivery("/a", sid="VendedLogsPolicyR0123abcd"))])
    assert "  - AWSLogDeliveryWrite: delivery.logs.amazonaws.com" in lines
    assert "  + VendedLogsPolicyR0123abcd: delivery.logs.amazonaws.com (revocable)" in lines
