"""A backup merged in: what is gone comes back, once the user has agreed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.fake_logs import lost_after, refused, throttled
from tests.tools.applying.restore.backups import saved
from tests.tools.applying.terminal import HEADING, NAME, PLACE, Terminal, delivery, document, search, texts_in
from vended_logs.errors import PolicyTooLarge
from vended_logs.policy.document import ResourcePolicy


def test_what_is_gone_is_merged_in(terminal: Terminal, kept: Path) -> None:
    """What came since the backup stays; the plan is shown, and what stands now is backed up first."""
    file = saved(kept, shared=document(delivery("/a", "/b"), search("/s")))
    terminal.logs.hold(NAME, document(delivery("/a", "/new")))
    assert terminal.restore(file) == 0
    assert set(terminal.entries()) == {f"{name}:log-stream:*" for name in ("/a", "/b", "/new", "/s")}
    [before] = terminal.backups
    assert len(texts_in(before)[NAME]["Statement"][0]["Resource"]) == 2
    assert terminal.questions == ["Apply in 123456789012 us-west-2? [y/N] "]
    was, becomes = len(document(delivery("/a", "/new"))), len(terminal.logs.policies[NAME][0])
    assert terminal.said.splitlines() == [
        HEADING,
        f"  {NAME}",
        "    AWSLogDeliveryWrite: delivery.logs.amazonaws.com",
        "      + /b:log-stream:*",
        "        2 entries as before",
        "  + Search: es.amazonaws.com (no condition)",
        "      + /s:log-stream:*",
        f"    {was} -> {becomes} of 5,120 characters, {5120 - becomes:,} left",
        f"Backup of what stands now: {before}",
        f"Done: {NAME} put back.",
        f"To put back what is missing from it:  vended-logs restore {before} {PLACE}",
        f"To put it back exactly as it was:     vended-logs restore {before} --exact {PLACE}",
    ]


def test_with_everything_there_nothing_is_done(terminal: Terminal, kept: Path) -> None:
    """Nothing asked, nothing written: 0."""
    file = saved(kept, shared=document(delivery("/a")))
    terminal.logs.hold(NAME, document(delivery("/a", "/new")))
    assert terminal.restore(file) == 0
    assert terminal.said == f"{HEADING}\nThere is nothing to put back.\n"
    assert (terminal.logs.calls, terminal.backups) == (["read"], [])


def test_what_is_not_put_back_is_named(terminal: Terminal, kept: Path) -> None:
    """A Deny and a revocable grant, each with the reason; policies that are not in the backup are left and named."""
    revocable = delivery("/r", sid="VendedLogsPolicyR0123abcd")
    file = saved(kept, shared=document(delivery("/a"), search("/s", effect="Deny", sid="No"), revocable))
    terminal.logs.hold("theirs", document(search("/t")))
    assert terminal.restore(file, dry_run=True) == 0
    said = terminal.prose
    assert f"{NAME}: statement No is gone and is not put back (a Deny, which would take from others)" in said
    assert "VendedLogsPolicyR0123abcd is gone and is not put back (a grant" in said
    assert "--exact puts these back too, in place of what stands now." in said
    assert "theirs: not in the backup, left as it is" in said
    assert (terminal.changing, terminal.backups, terminal.questions) == ([], [], [])


def test_no_is_1(terminal: Terminal, kept: Path) -> None:
    """Whoever says no gets 1, and no write."""
    terminal.answer = False
    assert terminal.restore(saved(kept, shared=document(delivery("/a")))) == 1
    assert (terminal.changing, terminal.backups) == ([], [])


def test_nobody_to_ask_is_2(terminal: Terminal, kept: Path) -> None:
    """Without a terminal it must be agreed to with --yes."""
    terminal.answer = None
    assert terminal.restore(saved(kept, shared=document(delivery("/a")))) == 2
    assert "--yes" in terminal.complained[0]


def test_a_refused_plan_is_1(terminal: Terminal, kept: Path) -> None:
    """Ten policies and an eleventh in the backup: the sentence, and nothing is changed."""
    for number in range(10):
        terminal.logs.hold(f"p{number}", document(search(f"/{number}")))
    assert terminal.restore(saved(kept, shared=document(delivery("/a")))) == 1
    assert "10 of 10 policies" in terminal.complained[0]
    assert (terminal.changing, terminal.backups) == ([], [])


def test_a_refused_size_is_planned_for(terminal: Terminal, kept: Path) -> None:
    """CloudWatch Logs refuses the merged document: the compacted one is shown, and asked for, before it is written."""
    file = saved(kept, shared=document(search("/s")))
    broad = delivery("/a*", sid="Broad")
    terminal.logs.hold(NAME, document(broad, delivery("/ab", "/ac")))
    terminal.logs.faults = [None, None, refused(PolicyTooLarge("It is too large: remove something."))]
    assert terminal.restore(file) == 0
    assert set(terminal.entries()) == {"/a*:log-stream:*", "/s:log-stream:*"}
    assert len(terminal.questions) == 2


@pytest.mark.parametrize("fault", [throttled, lost_after])
def test_calls_that_fail_are_tried_again(terminal: Terminal, kept: Path, fault: Any) -> None:
    """A throttled or lost write is told in one line, and a read comes before it is sent again."""
    terminal.logs.faults = [None, None, fault]
    assert terminal.restore(saved(kept, shared=document(delivery("/a")))) == 0
    assert terminal.entries() == ["/a:log-stream:*"]
    assert terminal.complained[0].startswith("vended-logs: trying again: ")


@pytest.mark.parametrize("exact", [False, True])
def test_ensure_and_restore_are_a_round_trip(terminal: Terminal, exact: bool) -> None:  # noqa: FBT001 - a table's column
    """The backup that ensure writes puts back all that was there; exactly, if so asked."""
    held = {NAME: document(delivery("/aws/vendedlogs/a", "/gone")), "other": document(search("/s"))}
    for name, text in held.items():
        terminal.logs.hold(name, text)
    assert terminal.ensure(prune_stale=True, yes=True) == 0
    assert terminal.entries() == ["/aws/vendedlogs/*"]
    [file] = terminal.backups
    assert terminal.restore(file, exact=exact, yes=True) == 0
    found = {name: ResourcePolicy.parse(name, text).document for name, (text, _) in terminal.logs.policies.items()}
    wanted = {name: ResourcePolicy.parse(name, text).document for name, text in held.items()}
    if exact:
        assert found == wanted
    else:
        assert set(terminal.entries()) == {"/aws/vendedlogs/*", "/gone:log-stream:*"}


def test_a_restoration_that_takes_too_long_is_told_as_such(terminal: Terminal, kept: Path) -> None:
    """It is no grant that was to stand."""
    file = saved(kept, shared=document(delivery("/a")))
    terminal.logs.latency = 2.6
    assert terminal.restore(file, yes=True) == 2
    assert "The time ran out before all was put back" in terminal.complained[-1]
