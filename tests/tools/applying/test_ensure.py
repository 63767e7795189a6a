"""`vended-logs ensure`: shown, agreed to, backed up, written, and nothing else."""

from __future__ import annotations

import json
import logging
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.support.fake_logs import lost_after, lost_before, refused, throttled
from tests.tools.applying.terminal import (
    HEADING,
    HOME,
    NAME,
    PLACE,
    Terminal,
    delivery,
    document,
    full,
    grant,
    search,
    texts_in,
)
from vended_logs.errors import AwsRefused, PolicyTooLarge
from vended_logs.policy.document import ResourcePolicy

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
    """--when-full spill makes a policy of its own where the shared one is full."""
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
    """--pattern, repeated, and --policy-name make the request."""
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


def test_the_backup_is_whole_and_private(terminal: Terminal) -> None:
    """All policies as they were read, with the account, the region and the time, readable by the owner alone."""
    terminal.logs.hold("other", document(search("/search")))
    terminal.logs.hold(NAME, document(delivery("/a")))
    assert terminal.ensure() == 0
    [backup] = terminal.backups
    assert backup.name == "vended-logs-123456789012-us-west-2-20260304T120000Z.backup.json"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    held = json.loads(backup.read_text(encoding="utf-8"))
    assert {key: held[key] for key in ("format", "version", "partition", "region", "account", "taken")} == {
        "format": "vended-logs-backup",
        "version": 1,
        "partition": "aws",
        "region": "us-west-2",
        "account": "123456789012",
        "taken": "2026-03-04T12:00:00Z",
    }
    assert set(texts_in(backup)) == {"other", NAME}
    assert texts_in(backup)[NAME]["Statement"][0]["Resource"] == f"{HOME}/a:log-stream:*"


def test_without_a_backup_nothing_is_changed(terminal: Terminal, tmp_path: Path) -> None:
    """A folder that is not there: one sentence, 2, and no write."""
    terminal.folder = tmp_path / "missing"
    assert terminal.ensure(yes=True) == 2
    [line] = terminal.complained
    assert line.startswith("vended-logs: the backup cannot be written to ")
    assert terminal.changing == []


def test_what_changed_while_the_user_thought_is_not_overwritten(terminal: Terminal) -> None:
    """A document that is not the one shown is not written: 2, and the policies are as the others left them."""
    terminal.logs.hold(NAME, document(delivery("/a")))
    terminal.meanwhile = [lambda: terminal.logs.hold(NAME, document(delivery("/a", "/b")))]
    assert terminal.ensure() == 2
    [line] = terminal.complained
    assert line == (
        "vended-logs: the policies or their log groups changed since the plan was shown: nothing was changed;"
        " run it again"
    )
    assert (terminal.changing, terminal.entries()) == ([], ["/a:log-stream:*", "/b:log-stream:*"])
    assert "restore" not in terminal.said


def test_a_change_in_another_policy_is_backed_up_too(terminal: Terminal) -> None:
    """What is written is what was shown, so it goes; but the backup of what it rests on is a new one."""
    terminal.meanwhile = [lambda: terminal.logs.hold("new", document(search("/search")))]
    assert terminal.ensure() == 0
    first, second = terminal.backups
    assert (texts_in(first), set(texts_in(second))) == ({}, {"new"})
    assert f"Backup: {second}" in terminal.said.splitlines()


def test_with_yes_a_changed_plan_is_shown_backed_up_and_applied(terminal: Terminal) -> None:
    """Agreed to beforehand: the entry that came in between is in the second backup, and stays."""
    terminal.logs.hold(NAME, document(delivery("/a")))
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, document(delivery("/a", "/b")))]
    terminal.logs.faults = [None, throttled]
    assert terminal.ensure(yes=True) == 0
    first, second = terminal.backups
    assert len(texts_in(second)[NAME]["Statement"][0]["Resource"]) == 2
    assert isinstance(texts_in(first)[NAME]["Statement"][0]["Resource"], str)
    assert set(terminal.entries()) == {"/a:log-stream:*", "/b:log-stream:*", "/aws/vendedlogs/*"}
    assert any("what is written now differs from what was shown" in line for line in terminal.complained)


def test_an_overwritten_grant_is_repaired_with_a_backup_of_its_own(terminal: Terminal) -> None:
    """Somebody writes an old document over ours while we wait: it is put back, and what that replaced is kept."""
    terminal.logs.hold(NAME, document(delivery("/a")))
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, document(delivery("/a", "/theirs")), 0)]
    assert terminal.ensure() == 0
    assert terminal.changing == [f"put {NAME}"] * 2
    assert set(terminal.entries()) == {"/a:log-stream:*", "/theirs:log-stream:*", "/aws/vendedlogs/*"}
    _, second = terminal.backups
    assert f"{HOME}/theirs:log-stream:*" in texts_in(second)[NAME]["Statement"][0]["Resource"]


def test_the_backup_holds_what_each_write_replaced(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the moment of each write, the newest backup file holds just what the account holds."""
    terminal.logs.hold(NAME, document(delivery("/a")))
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, document(delivery("/b")), 0)]
    seen = []
    put = terminal.logs.put

    def watched(policy: ResourcePolicy, may_send: Any) -> None:
        held = {name: json.loads(text) for name, (text, _) in terminal.logs.policies.items()}
        seen.append((_meaning(texts_in(terminal.backups[-1])), _meaning(held)))
        put(policy, may_send)

    monkeypatch.setattr(terminal.logs, "put", watched)
    assert terminal.ensure() == 0
    assert len(seen) == 2
    assert all(kept == held for kept, held in seen)


def _meaning(policies: dict[str, Any]) -> dict[str, ResourcePolicy]:
    return {name: ResourcePolicy.parse(name, json.dumps(one)).document for name, one in policies.items()}  # type: ignore[misc]


def test_a_slow_disk_does_not_make_a_write_late(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """If writing a backup takes longer than a write may rest on its read, the policies are read again first."""
    from vended_logs_tools.applying import backup  # noqa: PLC0415

    write = backup.write

    def slowly(*arguments: Any) -> Path:
        terminal.logs.clock.now += 3
        return write(*arguments)

    terminal.meanwhile = [lambda: terminal.logs.hold("new", document(search("/search")))]
    monkeypatch.setattr(backup, "write", slowly)
    assert terminal.ensure() == 0
    assert terminal.logs.calls[:4] == ["read", "read", "read", f"put {NAME}"]


def test_a_refused_size_is_shown_and_asked_again(terminal: Terminal) -> None:
    """CloudWatch Logs refuses what was agreed to for its size: the smaller plan needs a yes of its own."""
    terminal.logs.hold(NAME, document(delivery("/aws/vendedlogs/a", "/b")))
    too_large = refused(PolicyTooLarge("It is too large: remove something."))
    terminal.logs.faults = [None, None, too_large]
    assert terminal.ensure() == 0
    assert terminal.questions == ["Apply in 123456789012 us-west-2? [y/N] "] * 2
    assert "      - /aws/vendedlogs/a:log-stream:* (covered)" in terminal.said.splitlines()
    assert set(terminal.entries()) == {"/b:log-stream:*", "/aws/vendedlogs/*"}


def test_no_at_the_second_question_changes_nothing(terminal: Terminal) -> None:
    """Whoever does not want the smaller plan has lost nothing."""
    before = document(delivery("/aws/vendedlogs/a", "/b"))
    terminal.logs.hold(NAME, before)
    terminal.logs.faults = [None, None, refused(PolicyTooLarge("It is too large: remove something."))]

    def said_no() -> None:
        terminal.answer = False

    terminal.meanwhile = [lambda: None, said_no]
    assert terminal.ensure() == 1
    assert terminal.logs.policies[NAME][0] == before


def test_what_aws_refuses_is_2(terminal: Terminal) -> None:
    """No permission: the sentence that says so, and 2."""
    terminal.logs.faults = [refused(AwsRefused("You may not: ask someone."))]
    assert terminal.ensure() == 2
    assert terminal.complained == ["vended-logs: You may not: ask someone."]


def test_retries_are_short_lines(terminal: Terminal) -> None:
    """A throttled call is a line of its cause alone, the function's log stays off the terminal and as it was."""
    logger = logging.getLogger("vended-logs-policy")
    before = (logger.handlers, logger.propagate, logger.level)
    terminal.logs.faults = [throttled, None, None, lost_after]
    assert terminal.ensure() == 0
    assert terminal.complained == [
        "vended-logs: trying again: It was throttled",
        "vended-logs: trying again: The answer was lost",
    ]
    assert (logger.handlers, logger.propagate, logger.level) == before


def test_a_sentence_can_be_reworded(terminal: Terminal) -> None:
    """What names a property is made to name the option before it is printed."""
    from dataclasses import replace  # noqa: PLC0415

    from vended_logs_tools import ensure  # noqa: PLC0415

    desk = replace(terminal.desk(), reword=lambda sentence: sentence.replace("PolicyName", "--policy-name"))
    assert ensure.run(ensure.Options(policy_name=""), desk) == 2
    assert terminal.complained[0].startswith("vended-logs: --policy-name is ''")


def _undo(terminal: Terminal) -> str:
    return next(line for line in terminal.said.splitlines() if line.startswith("To "))


def test_a_policy_that_disappears_is_not_made_again_unasked(terminal: Terminal) -> None:
    """Somebody deletes what we made: shown and asked once more; no means 2, with what was written."""

    def deleted() -> None:
        terminal.logs.policies.clear()

    def said_no() -> None:
        terminal.answer = False

    terminal.logs.clock.on_sleep = [deleted]
    terminal.meanwhile = [lambda: None, said_no]
    assert terminal.ensure() == 2
    assert (len(terminal.questions), terminal.changing, terminal.logs.policies) == (2, [f"put {NAME}"], {})
    assert f"vended-logs: not all of it was done: {NAME} was written" in terminal.complained
    assert "Nothing was changed." not in terminal.said


def test_a_widening_after_the_first_write_is_asked_for(terminal: Terminal) -> None:
    """Somebody overwrites ours with a full policy, so that the grant fits by widening alone: that was not agreed to."""
    terminal.logs.hold(NAME, document(delivery("/a")))
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, full(conditioned=False), 0)]
    assert terminal.ensure() == 0
    assert terminal.questions == ["Apply in 123456789012 us-west-2? [y/N] "] * 2
    assert "      ~ /aws/vendedlogs/* (no condition)" in terminal.said.splitlines()


def test_with_yes_a_widening_later_is_shown_as_such(terminal: Terminal) -> None:
    """The same marks and words as at first."""
    terminal.logs.hold(NAME, document(delivery("/a")))
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, full(conditioned=False), 0)]
    assert terminal.ensure(yes=True) == 0
    assert "      ~ /aws/vendedlogs/* (no condition)" in terminal.said.splitlines()
    assert "without the account's condition" in terminal.prose
    assert any("differs from what was shown" in line for line in terminal.complained)


def test_a_refusal_after_a_write_is_2(terminal: Terminal) -> None:
    """A Deny that comes after our write: not 'refused, nothing was changed' but unfinished, with what was written."""
    terminal.logs.hold(NAME, document(delivery("/a")))
    deny = search("/aws/vendedlogs/*", effect="Deny") | {"Principal": "*"}
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold("bad", document(deny), 0)]
    assert terminal.ensure() == 2
    assert f"vended-logs: before it stopped, {NAME} was written" in terminal.complained
    assert "nothing was changed" not in terminal.complained[-1]


@pytest.mark.parametrize("applied", [True, False])
def test_an_interrupted_write_is_told(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, *, applied: bool) -> None:
    """Ctrl-C while a write is under way: it may have been applied, and the way back is said."""
    terminal.logs.hold(NAME, document(delivery("/a")))
    put = terminal.logs.put

    def interrupted(policy: ResourcePolicy, may_send: Any) -> None:
        if applied:
            put(policy, may_send)
        raise KeyboardInterrupt

    monkeypatch.setattr(terminal.logs, "put", interrupted)
    with pytest.raises(KeyboardInterrupt):
        terminal.ensure()
    assert terminal.complained == [f"vended-logs: interrupted: what was sent for {NAME} may have been applied"]
    assert _undo(terminal).startswith("To put back what is missing from it:  vended-logs restore ")


def test_an_interrupted_question_is_told(terminal: Terminal) -> None:
    """Ctrl-C at the question: nothing was changed."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    terminal.meanwhile = [interrupt]
    with pytest.raises(KeyboardInterrupt):
        terminal.ensure()
    assert terminal.complained == ["vended-logs: interrupted: nothing was changed"]


def test_what_was_turned_away_is_no_change(terminal: Terminal) -> None:
    """A throttled write was not applied: what follows says so, and offers no way back."""
    terminal.logs.hold(NAME, document(delivery("/a")))
    terminal.logs.faults = [None, None, throttled]
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, document(delivery("/b")))]
    assert terminal.ensure() == 2
    assert "the plan was shown: nothing was changed; run it again" in terminal.complained[-1]
    assert "restore" not in terminal.said


def test_what_was_lost_may_be_a_change(terminal: Terminal) -> None:
    """An answer that never came is another thing: it may have been applied."""
    terminal.logs.hold(NAME, document(delivery("/a")))
    terminal.logs.faults = [None, None, lost_before]
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, document(delivery("/b")))]
    assert terminal.ensure() == 2
    assert f"vended-logs: before it stopped, what was sent for {NAME} may have been applied" in terminal.complained
    assert "vended-logs restore" in terminal.said


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
