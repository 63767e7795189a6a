"""Several policies, and what others do between one write and the next."""

from __future__ import annotations

from pathlib import Path

from tests.support.fake_logs import refused
from tests.tools.applying.restore.backups import saved
from tests.tools.applying.terminal import NAME, Terminal, delivery, document, search, statements, texts_in
from vended_logs.errors import PolicyTooLarge


def half_gone(terminal: Terminal, kept: Path, *groups: str) -> Path:
    """Write a backup of a policy A and of B with these log groups, of each of which the account has a part."""
    terminal.logs.hold("A", document(delivery("/a1")))
    terminal.logs.hold("B", document(search("/s1", "/s2")))
    return saved(kept, A=document(delivery("/a1", "/a2")), B=document(search(*groups)))


def test_several_policies_come_back_one_write_at_a_time(terminal: Terminal, kept: Path) -> None:
    """Each write rests on a read of its own, and what came of them is looked at twice."""
    file = saved(kept, x=document(search("/x")), shared=document(delivery("/a")), y=document(search("/y")))
    assert terminal.restore(file, yes=True) == 0
    assert terminal.changing == [f"put {NAME}", "put x", "put y"]
    put = [terminal.logs.calls.index(call) for call in terminal.changing]
    assert all(terminal.logs.calls[at - 1] == "read" for at in put)
    assert terminal.logs.calls[put[-1] + 1 :] == ["read", "read"]
    assert sum(terminal.logs.clock.sleeps) >= 5


def test_an_undone_write_is_done_again(terminal: Terminal, kept: Path) -> None:
    """Somebody writes an old document over it before the second look: put back again, with a backup of that."""
    file = saved(kept, shared=document(delivery("/a")))
    old = document(delivery("/old"))
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, old, 0)]
    assert terminal.restore(file) == 0
    assert terminal.changing == [f"put {NAME}"] * 2
    assert set(terminal.entries()) == {"/a:log-stream:*", "/old:log-stream:*"}
    assert [list(texts_in(path)) for path in terminal.backups] == [[], [NAME]]


def test_a_policy_that_disappears_is_not_restored_unasked(terminal: Terminal, kept: Path) -> None:
    """Somebody deletes the second policy after the first was written: making it anew is asked for."""
    file = half_gone(terminal, kept, "/s1", "/s2", "/s3")
    terminal.once_written("A", lambda: terminal.logs.policies.pop("B", None))
    assert terminal.restore(file) == 0
    assert len(terminal.questions) == 2


def test_what_was_taken_back_meanwhile_is_not_restored_unasked(terminal: Terminal, kept: Path) -> None:
    """An entry that stood when the plan was shown was no part of what it adds."""
    file = half_gone(terminal, kept, "/s1", "/s2", "/s3")
    terminal.once_written("A", lambda: terminal.logs.hold("B", document(search("/s1")), 0))
    assert terminal.restore(file) == 0
    assert len(terminal.questions) == 2


def test_a_size_that_is_refused_after_the_first_write_is_asked_for(terminal: Terminal, kept: Path) -> None:
    """The smaller document of the second policy needs a yes of its own."""
    file = half_gone(terminal, kept, "/s*", "/s1", "/s2")
    terminal.logs.faults = [*[None] * 4, refused(PolicyTooLarge("It is too large: remove something."))]
    assert terminal.restore(file) == 0
    assert len(terminal.questions) == 2
    assert terminal.entries("B") == ["/s*:log-stream:*"]


def test_each_backup_that_was_needed_is_named_as_the_way_back(terminal: Terminal, kept: Path) -> None:
    """Another makes Z between our two writes: what it was stands in the second backup, and none is exact for both."""
    file = saved(kept, shared=document(search("/s", "/old")), Z=document(search("/z")))
    terminal.logs.hold(NAME, document(search("/s")))
    terminal.once_written(NAME, lambda: terminal.logs.hold("Z", document(search("/others"))))
    assert terminal.restore(file, yes=True) == 0
    assert set(terminal.entries("Z")) == {"/others:log-stream:*", "/z:log-stream:*"}
    first, second = terminal.backups
    assert ("Z" in texts_in(first), "Z" in texts_in(second)) == (False, True)
    ways = [line for line in terminal.said.splitlines() if line.startswith("To put")]
    assert [str(path) in line for path, line in zip((first, second), ways, strict=True)] == [True, True]
    assert "--exact" not in "".join(ways)


def test_a_read_that_lags_is_waited_for_after_another_write_too(terminal: Terminal, kept: Path) -> None:
    """The first policy looks as before its write, once the second was written: what came since would be lost."""
    file = saved(kept, shared=document(search("/s", "/old")), Z=document(search("/z")))
    terminal.logs.hold(NAME, document(search("/s")))
    before = dict(terminal.logs.policies)
    more = search("/x", sid="X")
    terminal.once_written(
        NAME, lambda: terminal.logs.hold(NAME, document(*statements(terminal.logs.policies[NAME][0]), more), 0)
    )
    terminal.once_written("Z", lambda: setattr(terminal.logs, "lagging", [before]))
    assert terminal.restore(file, yes=True) == 0
    assert set(terminal.entries()) == {"/s:log-stream:*", "/old:log-stream:*", "/x:log-stream:*"}
    assert [call for call in terminal.logs.calls if call.startswith("put")] == [f"put {NAME}", "put Z"]
