"""A backup put in place: what is lost is listed, and nothing else goes."""

from __future__ import annotations

from pathlib import Path

from tests.support.fake_logs import throttled
from tests.tools.applying.restore.backups import saved
from tests.tools.applying.terminal import NAME, Terminal, delivery, document, grant, search


def test_exact_lists_what_is_lost_and_asks_louder(terminal: Terminal, kept: Path) -> None:
    """Each entry and Deny that goes is listed before the question; then the policy is what it was."""
    file = saved(kept, shared=document(delivery("/a")))
    terminal.logs.hold(NAME, document(delivery("/a", "/new"), search("/s", effect="Deny", sid="No")))
    assert terminal.restore(file, exact=True) == 0
    assert terminal.questions == ["REPLACE in 123456789012 us-west-2, and LOSE what is listed above? [y/N] "]
    said = terminal.prose
    assert f"WARNING: {NAME} LOSES 1 entry and 1 Deny that stand now and are not in the backup:" in said
    assert "Allow AWSLogDeliveryWrite: arn:aws:logs:us-west-2:123456789012:log-group:/new:log-stream:*" in said
    assert "Deny No: arn:aws:logs:us-west-2:123456789012:log-group:/s:log-stream:*" in said
    assert "      - /new:log-stream:* (lost)" in terminal.said.splitlines()
    assert terminal.entries() == ["/a:log-stream:*"]


def test_a_deny_that_comes_back_is_asked_louder_too(terminal: Terminal, kept: Path) -> None:
    """It takes from others as much as an Allow that goes; one that stands already takes nothing new."""
    stands = search("/t", effect="Deny", sid="Stands")
    file = saved(kept, shared=document(delivery("/a"), search("/s", effect="Deny", sid="No"), stands))
    terminal.logs.hold(NAME, document(delivery("/a"), stands))
    assert terminal.restore(file, exact=True) == 0
    assert terminal.questions == ["REPLACE in 123456789012 us-west-2, and LOSE what is listed above? [y/N] "]
    assert f"WARNING: {NAME} DENIES again what its statement No says" in terminal.prose
    assert "Stands says" not in terminal.prose


def test_an_exact_restoration_that_takes_nothing_is_asked_plainly(terminal: Terminal, kept: Path) -> None:
    """Where nothing of now is lost there is nothing to warn of."""
    file = saved(kept, shared=document(delivery("/a", "/b")))
    terminal.logs.hold(NAME, document(delivery("/a")))
    assert terminal.restore(file, exact=True) == 0
    assert terminal.questions == ["Apply in 123456789012 us-west-2? [y/N] "]
    assert "WARNING" not in terminal.said


def test_exact_takes_nothing_that_was_not_listed(terminal: Terminal, kept: Path) -> None:
    """An entry that came while the user thought: 2, and nothing is changed, although the document is the same."""
    file = saved(kept, shared=document(delivery("/a")))
    terminal.logs.hold(NAME, document(delivery("/new")))
    terminal.meanwhile = [lambda: terminal.logs.hold(NAME, document(delivery("/new", "/newer")))]
    assert terminal.restore(file, exact=True) == 2
    assert "changed since the plan was shown: nothing was changed" in terminal.complained[0]
    assert terminal.changing == []


def test_exact_takes_nothing_new_after_its_first_write_either(terminal: Terminal, kept: Path) -> None:
    """Somebody appends before the second look: that is not taken away, and what is left undone is said."""
    file = saved(kept, shared=document(delivery("/a")))
    terminal.logs.hold(NAME, document(delivery("/new")))
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, document(delivery("/a", "/newer")), 0)]
    assert terminal.restore(file, exact=True) == 2
    assert f"{NAME} was written, and the rest was not" in terminal.complained[-1]
    assert "/newer:log-stream:*" in terminal.entries()
    assert "To put it back exactly as it was" in terminal.said


def test_exact_takes_nothing_that_was_not_listed_with_yes_either(terminal: Terminal, kept: Path) -> None:
    """What AWS adds while it runs was in no list that anybody could have read: 2, and it stays."""
    file = saved(kept, shared=document(delivery("/a")))
    terminal.logs.hold(NAME, document(delivery("/new")))
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, document(delivery("/newer")), 0)]
    assert terminal.restore(file, exact=True, yes=True) == 2
    assert terminal.entries() == ["/newer:log-stream:*"]
    assert f"{NAME} was written, and the rest was not" in terminal.complained[-1]


def test_with_yes_exact_takes_what_was_listed_again_and_warns_again(terminal: Terminal, kept: Path) -> None:
    """Somebody writes the old document over it: the same loss was listed, so it is shown in full and taken again."""
    file = saved(kept, shared=document(delivery("/a")))
    terminal.logs.hold(NAME, document(delivery("/new")))
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, document(delivery("/new")), 0)]
    assert terminal.restore(file, exact=True, yes=True) == 0
    assert terminal.entries() == ["/a:log-stream:*"]
    assert terminal.said.splitlines().count("      - /new:log-stream:* (lost)") == 2
    assert terminal.prose.count("LOSES 1 entry") == 2


def test_exact_puts_no_deny_back_that_was_not_listed(terminal: Terminal, kept: Path) -> None:
    """A Deny that stood when the plan was shown and was taken away since would come back: 2, and it does not."""
    deny = search("/s", effect="Deny", sid="No")
    file = saved(kept, shared=document(delivery("/a"), deny))
    terminal.logs.hold(NAME, document(delivery("/new"), deny))
    terminal.logs.faults = [None, None, throttled]
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, document(delivery("/new")), 0)]
    assert terminal.restore(file, exact=True, yes=True) == 2
    assert "Deny" not in terminal.logs.policies[NAME][0]


def test_an_exact_restoration_that_takes_the_grant_says_so(terminal: Terminal, kept: Path) -> None:
    """A backup from before ensure has no grant: whoever puts it back is told that first."""
    terminal.logs.hold(NAME, document(grant()))
    old = saved(kept, shared=document(delivery("/aws/vendedlogs/a")))
    warning = "WARNING: the vended-logs grant will not be in force any more"
    assert terminal.restore(old, exact=True, dry_run=True) == 0
    assert warning in terminal.prose
    same = saved(kept, shared=document(grant(), delivery("/x", sid="X")))
    assert terminal.restore(same, exact=True, dry_run=True) == 0
    assert terminal.prose.count(warning) == 1
