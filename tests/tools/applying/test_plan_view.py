"""What a plan changes, on a screen: every change, nothing else, and nothing that a terminal would obey."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.support.fake_logs import SCOPE
from tests.tools.applying.terminal import HOME, delivery, document, search
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
    assert lines[1] == "  - No: es.amazonaws.com (Deny, no condition)"
    assert "  + (no Sid): es.amazonaws.com (NotResource, no condition)" in lines
    assert "  + AWSLogDeliveryWrite: delivery.logs.amazonaws.com" in lines


def test_reasons_stand_beside_what_goes() -> None:
    """Covered, unless another reason is given."""
    lines = shown(
        [held("x", delivery("/a", "/b", "/c"))],
        [held("x", delivery("/c"))],
        notes={f"{HOME}/b:log-stream:*": "no such log group"},
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
