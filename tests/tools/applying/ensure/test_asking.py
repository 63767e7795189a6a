"""What is shown and asked, and the options that make the request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.fake_logs import refused
from tests.tools.applying.terminal import HEADING, NAME, PLACE, Terminal, delivery, document, full, grant
from vended_logs.errors import PolicyTooLarge

GRANT = grant()


def test_an_empty_account_gets_the_policy(terminal: Terminal) -> None:
    """Shown, asked, backed up and written; what was done and how to undo it is said."""
    assert terminal.ensure() == 0
    assert terminal.entries() == ["/aws/vendedlogs/*"]
    assert terminal.changing == [f"put {NAME}"]
    assert terminal.questions == ["Apply in 123456789012 us-west-2? [y/N] "]
    [backup] = terminal.backups
    assert terminal.said.splitlines() == [
        HEADING,
        f"+ {NAME} (new)",
        "  + VendedLogsPolicy: delivery.logs.amazonaws.com",
        "      + /aws/vendedlogs/*",
        "    0 -> 401 of 5,120 characters, 4,719 left",
        "Makes the policy, with the grant in it.",
        f"Backup: {backup}",
        f"Done: {NAME} carries the grant (401 of 5,120 characters).",
        f"To take away what was made:           aws logs delete-resource-policy --policy-name {NAME} {PLACE}",
    ]
    assert terminal.complained == []


def test_a_grant_in_force_is_left_alone(terminal: Terminal) -> None:
    """One call, nothing asked, nothing written, no backup: 0."""
    terminal.logs.hold("another", document(GRANT))
    assert terminal.ensure() == 0
    assert terminal.said == f"{HEADING}\nThe grant is in force, in another.\nThere is nothing to do.\n"
    assert (terminal.logs.calls, terminal.questions, terminal.backups) == (["read"], [], [])


def test_a_dry_run_shows_and_changes_nothing(terminal: Terminal) -> None:
    """The same diff, and no question, no backup and no write."""
    terminal.logs.hold(NAME, document(delivery("/aws/vendedlogs/a", "/other")))
    assert terminal.ensure(dry_run=True) == 0
    assert terminal.said.splitlines()[:6] == [
        HEADING,
        f"  {NAME}",
        "    AWSLogDeliveryWrite: delivery.logs.amazonaws.com",
        "      + /aws/vendedlogs/*",
        "        2 entries as before",
        "    487 -> 553 of 5,120 characters, 4,567 left",
    ]
    assert terminal.said.endswith("Nothing was changed.\n")
    assert (terminal.changing, terminal.questions, terminal.backups) == ([], [], [])


def test_no_is_1_and_changes_nothing(terminal: Terminal) -> None:
    """Whoever says no gets 1, and neither a write nor a backup."""
    terminal.answer = False
    assert terminal.ensure() == 1
    assert terminal.said.endswith("Nothing was changed.\n")
    assert (terminal.changing, terminal.backups) == ([], [])


def test_without_a_terminal_it_must_be_agreed_beforehand(terminal: Terminal) -> None:
    """Nobody to ask, and no --yes: 2; with --yes it is done without a question."""
    terminal.answer = None
    assert terminal.ensure() == 2
    assert terminal.complained == [
        "vended-logs: there is no terminal to ask on, so nothing was changed: agree beforehand with --yes"
    ]
    assert terminal.changing == []
    assert terminal.ensure(yes=True) == 0
    assert terminal.entries() == ["/aws/vendedlogs/*"]


def test_a_full_policy_is_compacted(terminal: Terminal) -> None:
    """What the grant covers goes, entry by entry on the screen, and the size says what that gives."""
    before = full(conditioned=True)
    terminal.logs.hold(NAME, before)
    assert terminal.ensure(yes=True) == 0
    assert terminal.entries() == ["/aws/vendedlogs/*"]
    lines = terminal.said.splitlines()
    assert "      - /aws/vendedlogs/states/Machine007:log-stream:* (covered)" in lines
    assert f"    {len(before):,} -> 404 of 5,120 characters, 4,716 left" in lines
    assert "Adds the grant, and drops what is covered. Everything that is allowed stays allowed." in terminal.prose


def test_widening_is_shown_as_such(terminal: Terminal) -> None:
    """Entries without a condition: what takes their place is marked, and said in words."""
    terminal.logs.hold(NAME, full(conditioned=False))
    assert terminal.ensure(yes=True) == 0
    assert "      ~ /aws/vendedlogs/* (no condition)" in terminal.said.splitlines()
    assert "without the account's condition" in terminal.prose


@pytest.mark.parametrize("spelt", ["spill", "Spill", "SPILL"])
def test_when_full_is_taken_in_any_case(terminal: Terminal, spelt: str) -> None:
    """With --when-full spill a policy of its own is made where the shared one is full."""
    terminal.logs.hold(NAME, full(conditioned=False))
    assert terminal.ensure(yes=True, when_full=spelt) == 0
    assert terminal.entries(f"{NAME}-VendedLogsPolicy") == ["/aws/vendedlogs/*"]


def test_a_plan_that_is_refused_is_1(terminal: Terminal) -> None:
    """A full policy that may not be widened: the plan's own sentence, a hint, and nothing is changed."""
    terminal.logs.hold(NAME, full(conditioned=False))
    assert terminal.ensure(when_full="fail") == 1
    hint, sentence = terminal.complained
    assert "--prune-stale" in hint
    assert sentence.startswith(f"vended-logs: The CloudWatch Logs resource policy '{NAME}' is full")
    assert (terminal.changing, terminal.backups, terminal.questions) == ([], [], [])


def test_patterns_and_name_are_the_options(terminal: Terminal) -> None:
    """The options --pattern, repeated, and --policy-name make the request."""
    assert terminal.ensure(yes=True, patterns=("/mine/*", "/yours"), policy_name="mine") == 0
    assert terminal.entries("mine") == ["/mine/*", "/yours:*"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"patterns": ("a b",)}, "LogGroupPatterns is 'a b': give log group names"),
        ({"policy_name": "a:b"}, "PolicyName is 'a:b'"),
        ({"when_full": "burst"}, "WhenFull is 'Burst': give Widen, Spill or Fail"),
    ],
)
def test_options_are_validated_like_properties(terminal: Terminal, options: dict[str, Any], said: str) -> None:
    """What the resource would refuse is refused here, with 2 and before any call."""
    assert terminal.ensure(**options) == 2
    assert said in terminal.complained[0]
    assert terminal.logs.calls == []


def test_spilling_for_a_refused_size_is_said_as_such(terminal: Terminal) -> None:
    """The policy is not full; its size was refused."""
    terminal.logs.hold(NAME, document(delivery("/x")))
    terminal.logs.faults = [None, None, refused(PolicyTooLarge("It is too large: remove something."))]
    assert terminal.ensure(when_full="spill") == 0
    assert "refused the size of the policy, so the grant gets a policy of its own" in terminal.prose
    assert "is full" not in terminal.prose
    assert f"delete-resource-policy --policy-name {NAME}-VendedLogsPolicy {PLACE}" in terminal.said


def test_a_folder_like_an_option_is_no_option(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that is shown works for a folder whose name begins with a dash."""
    monkeypatch.chdir(terminal.folder)
    (terminal.folder / "-d").mkdir()
    terminal.folder = Path("-d")
    terminal.logs.hold(NAME, document(delivery("/a")))
    assert terminal.ensure() == 0
    assert "vended-logs restore ./-d/vended-logs-" in terminal.said


def test_a_policy_that_cannot_be_read_in_full_is_refused(terminal: Terminal) -> None:
    """As by the provider: nothing is written beside it, 1."""
    terminal.logs.hold("junk", "not json")
    assert terminal.ensure(yes=True) == 1
    assert "cannot be read in full" in terminal.complained[-1]
    assert (terminal.changing, terminal.backups) == ([], [])
