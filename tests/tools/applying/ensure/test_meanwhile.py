"""What others change while the user thinks, or after the first write."""

from __future__ import annotations

from tests.tools.applying.terminal import NAME, Terminal, delivery, document, full, search


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
