"""`vended-logs ensure --prune-stale`: entries whose log groups are gone go too, and no others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.fake_logs import lost_after, lost_before, refused, throttled
from tests.tools.applying.terminal import (
    BROAD,
    NAME,
    Terminal,
    delivery,
    document,
    search,
    statements,
    texts_in,
)
from vended_logs.errors import AwsRefused, PolicyTooLarge

GRANT = {**delivery(sid="VendedLogsPolicy"), "Resource": BROAD}
LISTED = delivery("/mine/alive", "/mine/dead", "waf-dead")


@pytest.fixture
def _groups(terminal: Terminal) -> None:
    terminal.logs.groups = ["/mine/alive", "/mine/other", "unrelated"]


pytestmark = pytest.mark.usefixtures("_groups")


def test_stale_entries_go_and_the_grant_comes(terminal: Terminal) -> None:
    """One write, one diff, one question; each line says why its entry goes."""
    terminal.logs.hold(NAME, document(LISTED, search("/search/dead")))
    assert terminal.ensure(prune_stale=True) == 0
    assert terminal.changing == [f"put {NAME}"]
    assert set(terminal.entries()) == {"/mine/alive:log-stream:*", "/aws/vendedlogs/*", "/search/dead:log-stream:*"}
    lines = terminal.said.splitlines()
    assert "      - /mine/dead:log-stream:* (no such log group)" in lines
    assert "      - waf-dead:log-stream:* (no such log group)" in lines
    assert "      + /aws/vendedlogs/*" in lines
    assert "        1 entry as before" in lines
    assert len(terminal.questions) == 1


def test_a_pruning_alone_is_done_too(terminal: Terminal) -> None:
    """Where the grant is in force already, only the stale entries go."""
    terminal.logs.hold(NAME, document(GRANT, LISTED))
    assert terminal.ensure(prune_stale=True) == 0
    assert terminal.changing == [f"put {NAME}"]
    assert set(terminal.entries()) == {"/aws/vendedlogs/*", "/mine/alive:log-stream:*"}
    assert "Drops entries naming log groups that do not exist" in terminal.said


def test_without_stale_entries_there_is_nothing_to_prune(terminal: Terminal) -> None:
    """One read and the pages of log groups; no write."""
    terminal.logs.hold(NAME, document(GRANT, delivery("/mine/alive")))
    assert terminal.ensure(prune_stale=True) == 0
    assert terminal.logs.calls == ["read", "groups /mine/alive"]


def test_only_folders_with_names_are_listed(terminal: Terminal) -> None:
    """A call a page of each prefix that the names share; none for what nobody names."""
    terminal.logs.hold(NAME, document(LISTED))
    assert terminal.ensure(prune_stale=True, dry_run=True) == 0
    assert terminal.logs.calls == ["read", "groups /mine/", "groups /mine/", "groups waf-dead"]


def test_a_policy_of_stale_entries_alone_is_made_anew(terminal: Terminal) -> None:
    """One write replaces it by the grant alone; it is never gone, and the backup holds what it was."""
    terminal.logs.hold(NAME, document(delivery("/mine/dead")))
    assert terminal.ensure(prune_stale=True) == 0
    assert terminal.changing == [f"put {NAME}"]
    assert terminal.entries() == ["/aws/vendedlogs/*"]
    assert list(texts_in(terminal.backups[0])) == [NAME]


def test_a_log_group_made_while_the_user_thought_keeps_its_entry(terminal: Terminal) -> None:
    """After the question the log groups are looked at again: what differs is not written."""
    terminal.logs.hold(NAME, document(LISTED))
    terminal.meanwhile = [lambda: terminal.logs.groups.append("/mine/dead")]
    assert terminal.ensure(prune_stale=True) == 2
    assert terminal.complained[0].endswith(
        "the policies or their log groups changed since the plan was shown: nothing was changed; run it again"
    )
    assert terminal.changing == []


def test_a_log_group_made_meanwhile_gets_its_entry_back(terminal: Terminal) -> None:
    """One that appears between the looks is put back after the writes, by a merge of the backup."""
    terminal.logs.hold(NAME, document(LISTED, search("/search")))
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.groups.append("/mine/dead")]
    assert terminal.ensure(prune_stale=True, yes=True) == 0
    assert set(terminal.entries()) == {
        "/mine/alive:log-stream:*",
        "/mine/dead:log-stream:*",
        "/search:log-stream:*",
        "/aws/vendedlogs/*",
    }
    assert "vended-logs: created meanwhile: /mine/dead" in terminal.complained


def test_entries_that_were_not_shown_stay(terminal: Terminal) -> None:
    """Others add an entry while the first write is throttled: agreed to beforehand, only those that were shown go."""
    terminal.logs.hold(NAME, document(LISTED))
    added = delivery("/mine/alive", "/mine/dead", "waf-dead", "/mine/coming")
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, document(added))]
    terminal.logs.faults = [*[None] * 5, throttled]
    assert terminal.ensure(prune_stale=True, yes=True) == 0
    assert set(terminal.entries()) == {"/mine/alive:log-stream:*", "/mine/coming:log-stream:*", "/aws/vendedlogs/*"}


def test_the_grant_is_looked_at_once_more_after_entries_are_put_back(terminal: Terminal) -> None:
    """Somebody overwrites everything while entries are put back: success is told only when the grant stands again."""
    before = document(LISTED)
    terminal.logs.hold(NAME, before)
    terminal.logs.clock.on_sleep = [
        lambda: terminal.logs.groups.append("/mine/dead"),
        lambda: terminal.logs.hold(NAME, before, 0),
    ]
    assert terminal.ensure(prune_stale=True) == 0
    assert {"/aws/vendedlogs/*", "/mine/dead:log-stream:*"} <= set(terminal.entries())


@pytest.mark.parametrize("granted", [[GRANT], []], ids=["pruning-alone", "with-the-grant"])
def test_what_comes_back_stays(terminal: Terminal, granted: list[dict[str, Any]]) -> None:
    """Somebody enables logging again, so that AWS appends the entry again: it is not dropped a second time."""
    terminal.logs.hold(NAME, document(*granted, delivery("/mine/alive", "/mine/dead")))

    def append() -> None:
        found = statements(terminal.logs.policies[NAME][0])
        terminal.logs.hold(NAME, document(*found, delivery("/mine/dead", sid="Again")), 0)

    terminal.logs.clock.on_sleep = [append]
    assert terminal.ensure(prune_stale=True) == 0
    assert set(terminal.entries()) == {"/mine/alive:log-stream:*", "/mine/dead:log-stream:*", "/aws/vendedlogs/*"}


def test_a_refused_size_ends_a_pruning(terminal: Terminal) -> None:
    """CloudWatch Logs refuses even the smaller document: 1, and a sentence that says so."""
    terminal.logs.hold(NAME, document(GRANT, LISTED))
    terminal.logs.groups = ["/mine/alive"]
    terminal.logs.faults = [*[None] * 4, refused(PolicyTooLarge("It is too large: remove something."))]
    assert terminal.ensure(prune_stale=True, yes=True) == 1
    assert "even without its stale entries" in terminal.complained[-1]


def _appended(terminal: Terminal, *found: dict[str, Any]) -> None:
    terminal.logs.hold(NAME, document(*statements(terminal.logs.policies[NAME][0]), *found), 0)


@pytest.mark.parametrize("fault", [lost_before, lost_after])
def test_after_a_lost_answer_and_a_change_nothing_more_is_dropped(terminal: Terminal, fault: Any) -> None:
    """What stands there then may have been put there since: it stays, and is named."""
    terminal.logs.hold(NAME, document(LISTED))
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, document(LISTED, search("/s")), 0)]
    terminal.logs.faults = [*[None] * 5, fault]
    assert terminal.ensure(prune_stale=True, yes=True) == 0
    assert {"/mine/dead:log-stream:*", "waf-dead:log-stream:*", "/aws/vendedlogs/*"} <= set(terminal.entries())
    assert any("entries stay, because others wrote meanwhile" in line for line in terminal.complained)


def test_another_statement_s_entry_of_the_same_log_group_stays(terminal: Terminal) -> None:
    """AWS adds it in another shape while the first write is throttled: it was not shown."""
    terminal.logs.hold(NAME, document(GRANT, delivery("/mine/alive", "/mine/dead")))
    new = delivery("/mine/dead", sid="New", conditioned=False)
    terminal.logs.clock.on_sleep = [lambda: _appended(terminal, new)]
    terminal.logs.faults = [*[None] * 3, throttled]
    assert terminal.ensure(prune_stale=True, yes=True) == 0
    assert terminal.entries().count("/mine/dead:log-stream:*") == 1


def test_what_was_dropped_is_looked_at_again_whatever_fails(terminal: Terminal) -> None:
    """A Deny stops the run after its write: the entry whose log group has come is put back all the same; 2."""
    terminal.logs.hold(NAME, document(LISTED))

    def meanwhile() -> None:
        terminal.logs.groups.append("/mine/dead")
        deny = search("/aws/vendedlogs/*", effect="Deny") | {"Principal": "*"}
        terminal.logs.hold("bad", document(deny), 0)

    terminal.logs.clock.on_sleep = [meanwhile]
    assert terminal.ensure(prune_stale=True) == 2
    assert "/mine/dead:log-stream:*" in terminal.entries()
    assert "vended-logs: created meanwhile: /mine/dead" in terminal.complained


def test_ctrl_c_after_the_write_does_not_leave_it_dropped(terminal: Terminal) -> None:
    """Interrupted while it settles: what has come meanwhile is put back before the run ends."""
    terminal.logs.hold(NAME, document(GRANT, delivery("/mine/alive", "/mine/dead")))

    def interrupt() -> None:
        terminal.logs.groups.append("/mine/dead")
        raise KeyboardInterrupt

    terminal.logs.clock.on_sleep = [interrupt]
    with pytest.raises(KeyboardInterrupt):
        terminal.ensure(prune_stale=True)
    assert "/mine/dead:log-stream:*" in terminal.entries()


def test_what_cannot_be_looked_at_again_is_named(terminal: Terminal) -> None:
    """The log groups cannot be listed any more after the write: 2, and each is named."""
    terminal.logs.hold(NAME, document(GRANT, delivery("/mine/alive", "/mine/dead")))
    denied = refused(AwsRefused("You may not list: ask someone."))
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.faults.extend([None, denied])]
    assert terminal.ensure(prune_stale=True, yes=True) == 2
    assert any("not looked at once more" in line and line.endswith("/mine/dead") for line in terminal.complained)


def test_nothing_is_said_to_stay_allowed_that_does_not(terminal: Terminal) -> None:
    """Entries go, so the sentence is of all else."""
    terminal.logs.hold(
        NAME, document(LISTED, delivery(*(f"/aws/vendedlogs/{'x' * 60}{at}" for at in range(32)), sid="F"))
    )
    terminal.logs.groups += [f"/aws/vendedlogs/{'x' * 60}{at}" for at in range(32)]
    terminal.ensure(prune_stale=True, dry_run=True)
    assert "All else that is allowed stays allowed." in terminal.prose
    assert "Everything that is allowed" not in terminal.prose


def test_a_listing_that_takes_too_long_is_told_as_such(terminal: Terminal) -> None:
    """Nobody who only looked is told of other writers."""
    terminal.logs.hold(NAME, document(GRANT, delivery("/mine/dead", "/mine/zz")))
    terminal.logs.groups = [f"/mine/{number}" for number in range(6000)]
    assert terminal.ensure(prune_stale=True, dry_run=True) == 2
    assert "The time ran out while log groups were listed" in terminal.complained[-1]
    assert "writers" not in terminal.complained[-1]


def test_what_we_dropped_ourselves_nobody_else_took(terminal: Terminal) -> None:
    """The answer to our write is lost, and another appends before the next look: the drop is ours all the same."""
    terminal.logs.hold(NAME, document(LISTED, search("/s")))
    terminal.logs.clock.on_sleep = [lambda: _appended(terminal, search("/f", sid="F"))]
    terminal.logs.faults = [*[None] * 5, lost_after]
    assert terminal.ensure(prune_stale=True, yes=True) == 0
    assert "/mine/dead:log-stream:*" not in terminal.entries()
    assert "/f:log-stream:*" in terminal.entries()
    assert not any("others took" in line for line in terminal.complained)
