"""Calls that AWS refuses or loses, and runs that are interrupted."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import pytest

from tests.support.fake_logs import lost_after, lost_before, refused, throttled
from tests.tools.applying.terminal import NAME, Terminal, delivery, document
from vended_logs.errors import AwsRefused, PolicyTooLarge
from vended_logs.policy.document import ResourcePolicy
from vended_logs_tools import ensure


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
    desk = replace(terminal.desk(), reword=lambda sentence: sentence.replace("PolicyName", "--policy-name"))
    assert ensure.run(ensure.Options(policy_name=""), desk) == 2
    assert terminal.complained[0].startswith("vended-logs: --policy-name is ''")


def _undo(terminal: Terminal) -> str:
    return next(line for line in terminal.said.splitlines() if line.startswith("To "))


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
