"""Whatever others do, and whatever fails: nothing is replaced that cannot be put back, and 0 means that it is done."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fake_logs import SCOPE, FakeLogs, Fault, VirtualClock, lost_after, throttled
from tests.tools.applying.terminal import NAME, NOON, Terminal, delivery, document, search, statements, texts_in
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs.policy.request import Request
from vended_logs.policy.standing import stands
from vended_logs_tools.applying import backup

State = dict[str, PolicyDocument]

_OLD = document(delivery("/mine/alive", "/mine/dead", "/aws/vendedlogs/a"), search("/s"))
_events = st.lists(st.sampled_from(["nothing", "append", "overwrite", "delete", "another", "group"]), max_size=5)
_faults: st.SearchStrategy[list[Fault | None]] = st.lists(
    st.sampled_from([None, None, None, None, throttled, lost_after]), max_size=12
)


@dataclass
class Watched(FakeLogs):
    """An account that remembers what each changing call found, and what each made of it."""

    found: list[State] = field(default_factory=list)
    made: list[State] = field(default_factory=list)

    def state(self) -> State:
        """Return what the policies say."""
        return {name: PolicyDocument.parse(text) for name, (text, _) in self.policies.items()}

    def _change(self, name: str, effect: Callable[[], None], may_send: Callable[[], bool]) -> None:
        def watched() -> None:
            self.found.append(self.state())
            effect()
            self.made.append(self.state())

        super()._change(name, watched, may_send)


def account(events: list[str], faults: list[Fault | None]) -> Watched:
    """Return an account in which others do these things while we sleep, and these calls fail."""
    logs = Watched(VirtualClock())
    logs.hold(NAME, _OLD)
    logs.groups = ["/mine/alive"]
    logs.faults = list(faults)
    logs.clock.on_sleep = [partial(happen, logs, event, number) for number, event in enumerate(events)]
    return logs


def happen(logs: Watched, event: str, number: int) -> None:
    """Have others do something."""
    held = logs.policies.get(NAME, (document(), 0))[0]
    if event == "append":
        logs.hold(NAME, document(*statements(held), delivery(f"/new/{number}", sid=f"New{number}")), 0)
    elif event == "overwrite":
        logs.hold(NAME, _OLD, 0)
    elif event == "delete":
        logs.policies.pop(NAME, None)
    elif event == "another":
        logs.hold(f"another-{number}", document(search(f"/{number}")), 0)
    elif event == "group":
        logs.groups.append("/mine/dead")


def assert_all_can_be_put_back(terminal: Terminal, logs: Watched) -> None:
    """Hold each state that was replaced against the backups and against what we had made ourselves."""
    kept = [
        {name: PolicyDocument.parse(json.dumps(one)) for name, one in texts_in(path).items()}
        for path in terminal.backups
    ]
    assert all(state in kept or state in logs.made for state in logs.found)


@given(_events, _faults, st.booleans(), st.booleans())
@settings(deadline=None)  # other work on the machine is no fault
def test_ensure_keeps_what_it_replaces(
    events: list[str],
    faults: list[Fault | None],
    yes: bool,  # noqa: FBT001 - drawn by hypothesis
    prune: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    """Each state that a write replaced is in a backup or our own; 0 means that the grant stands, others' grants too."""
    logs = account(events, faults)
    with tempfile.TemporaryDirectory() as folder:
        terminal = Terminal(Path(folder), logs)
        code = terminal.ensure(yes=yes, prune_stale=prune)
        assert_all_can_be_put_back(terminal, logs)
    held = [ResourcePolicy.of(name, one) for name, one in logs.state().items()]
    assert code in ({0} if yes else {0, 2})
    if code == 0:
        assert stands(held, Request(scope=SCOPE))
        if "delete" not in events:
            assert {"/mine/alive:log-stream:*", "/s:log-stream:*"} <= set(terminal.entries())


@given(_events, _faults, st.booleans(), st.booleans())
@settings(deadline=None)  # other work on the machine is no fault
def test_restore_keeps_what_it_replaces(
    events: list[str],
    faults: list[Fault | None],
    yes: bool,  # noqa: FBT001 - drawn by hypothesis
    exact: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    """Each state that a write replaced is in a backup or our own; 0 means that what the backup has is there."""
    logs = account(events, faults)
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder, "kept")
        kept.mkdir()
        held = ResourcePolicy.parse(NAME, document(delivery("/was"), search("/was")))
        file = backup.write(kept, SCOPE, [held], NOON)
        (Path(folder) / "here").mkdir()
        terminal = Terminal(Path(folder) / "here", logs)
        code = terminal.restore(file, yes=yes, exact=exact)
        assert_all_can_be_put_back(terminal, logs)
    assert code in ({0} if yes and not exact else {0, 2})
    if code == 0 and exact:
        assert logs.state()[NAME] == held.document
    elif code == 0:
        assert terminal.entries().count("/was:log-stream:*") == 2
