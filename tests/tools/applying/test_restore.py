"""`vended-logs restore`: a backup merged in or put in place, itself planned, shown, agreed to and backed up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.fake_logs import SCOPE, lost_after, refused, throttled
from tests.tools.applying.terminal import (
    HEADING,
    NAME,
    NOON,
    PLACE,
    Terminal,
    delivery,
    document,
    grant,
    search,
    statements,
    texts_in,
)
from vended_logs.errors import PolicyTooLarge
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.grant import Scope
from vended_logs_tools.applying import backup


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder for the backups that are put back, beside the one that the runs write to."""
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A user before an account without policies, who agrees to everything."""
    folder = tmp_path / "here"
    folder.mkdir()
    return Terminal(folder)


def saved(folder: Path, scope: Scope = SCOPE, **policies: str) -> Path:
    """Write a backup of these policies; `shared` stands for the shared one."""
    held = [ResourcePolicy.parse(NAME if name == "shared" else name, text) for name, text in policies.items()]
    return backup.write(folder, scope, held, NOON)


def described(folder: Path, **policies: str) -> Path:
    """Write what `aws logs describe-resource-policies` prints."""
    path = folder / "described.json"
    listed = [{"policyName": name, "policyDocument": text, "lastUpdatedTime": 1} for name, text in policies.items()]
    path.write_text(json.dumps({"resourcePolicies": listed}), encoding="utf-8")
    return path


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


@pytest.mark.parametrize(
    "elsewhere",
    [
        Scope("aws", "us-west-2", "999999999999"),
        Scope("aws", "eu-west-1", "123456789012"),
        Scope("aws-cn", "us-west-2", "123456789012"),
    ],
)
def test_a_backup_of_elsewhere_is_refused(terminal: Terminal, kept: Path, elsewhere: Scope) -> None:
    """Another account, region or partition: 2, both named, and no call."""
    file = saved(kept, elsewhere, shared=document(delivery("/a")))
    assert terminal.restore(file, yes=True) == 2
    assert elsewhere.account in terminal.complained[0]
    assert elsewhere.region in terminal.complained[0]
    assert terminal.logs.calls == []


def test_the_plain_output_of_the_aws_cli_is_taken(terminal: Terminal, kept: Path) -> None:
    """It does not say where it is from, so it is said where it would go, whether or not anybody is asked."""
    file = described(kept, mine=document(delivery("/a")))
    assert terminal.restore(file, dry_run=True) == 0
    assert terminal.restore(file, yes=True) == 0
    assert terminal.entries("mine") == ["/a:log-stream:*"]
    said = "The file does not say where it is from; this is account 123456789012 in us-west-2."
    assert terminal.prose.count(said) == 2


def test_the_output_of_another_account_is_refused(terminal: Terminal, kept: Path) -> None:
    """If the log groups that it names are all elsewhere, it is not of this account."""
    text = document(delivery("/a")).replace("123456789012", "999999999999")
    assert terminal.restore(described(kept, mine=text), yes=True) == 2
    assert "names log groups of account 999999999999 in us-west-2" in terminal.complained[0]
    assert terminal.logs.calls == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no backup (it is not JSON)"),
        (b"\xff\xfe", "is no backup (it is not JSON)"),
        (b"[" * 100_000, "is no backup (it is not JSON)"),
        (b"[]", "is no backup (it has no resourcePolicies)"),
        (b'{"resourcePolicies": 1}', "is no backup (it has no resourcePolicies)"),
        (b'{"resourcePolicies": [1]}', "holds a policy without policyName or policyDocument"),
        (b'{"resourcePolicies": [{"policyName": "x"}]}', "holds a policy without policyName or policyDocument"),
        (b'{"resourcePolicies": [{"policyName": "", "policyDocument": "{}"}]}', "holds a policy without policyName"),
        (
            b'{"resourcePolicies": [{"policyName": "x", "policyDocument": "{}"}]}',
            "the policy 'x' cannot be read in full",
        ),
        (b'{"format": "vended-logs-backup", "version": 2, "resourcePolicies": []}', "of another format or version"),
        (b'{"format": "other", "version": 1, "resourcePolicies": []}', "of another format or version"),
        (b'{"format": "vended-logs-backup", "version": 1, "resourcePolicies": []}', "does not say of which account"),
    ],
)
def test_what_is_no_backup_is_one_sentence(terminal: Terminal, kept: Path, content: bytes, said: str) -> None:
    """2, one line, and no call."""
    file = kept / "x.json"
    file.write_bytes(content)
    assert terminal.restore(file) == 2
    [line] = terminal.complained
    assert line.startswith(f"vended-logs: {file}")
    assert said in line
    assert terminal.logs.calls == []


def test_a_missing_file_is_one_sentence(terminal: Terminal, kept: Path) -> None:
    """2, with what the system says."""
    assert terminal.restore(kept / "missing.json") == 2
    assert "cannot be read (No such file or directory)" in terminal.complained[0]


def test_a_policy_twice_in_a_file_is_refused(terminal: Terminal, kept: Path) -> None:
    """Which of the two is meant cannot be known."""
    one = {"policyName": "x", "policyDocument": document(delivery("/a"))}
    file = kept / "x.json"
    file.write_text(json.dumps({"resourcePolicies": [one, one]}), encoding="utf-8")
    assert terminal.restore(file) == 2
    assert "holds the policy 'x' twice" in terminal.complained[0]


@pytest.mark.parametrize("exact", [False, True])
def test_ensure_and_restore_are_a_round_trip(terminal: Terminal, exact: bool) -> None:  # noqa: FBT001
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


def test_a_policy_that_disappears_is_not_restored_unasked(terminal: Terminal, kept: Path) -> None:
    """Somebody deletes the second policy after the first was written: making it anew is asked for."""
    file = saved(kept, A=document(delivery("/a1", "/a2")), B=document(search("/s1", "/s2", "/s3")))
    terminal.logs.hold("A", document(delivery("/a1")))
    terminal.logs.hold("B", document(search("/s1", "/s2")))
    put = terminal.logs.put

    def deleting(policy: ResourcePolicy, may_send: Any) -> None:
        put(policy, may_send)
        terminal.logs.policies.pop("B", None) if policy.name == "A" else None

    terminal.logs.put = deleting  # type: ignore[assignment, method-assign]
    assert terminal.restore(file) == 0
    assert len(terminal.questions) == 2


def test_what_was_taken_back_meanwhile_is_not_restored_unasked(terminal: Terminal, kept: Path) -> None:
    """An entry that stood when the plan was shown was no part of what it adds."""
    file = saved(kept, A=document(delivery("/a1", "/a2")), B=document(search("/s1", "/s2", "/s3")))
    terminal.logs.hold("A", document(delivery("/a1")))
    terminal.logs.hold("B", document(search("/s1", "/s2")))
    put = terminal.logs.put

    def revoking(policy: ResourcePolicy, may_send: Any) -> None:
        put(policy, may_send)
        terminal.logs.hold("B", document(search("/s1")), 0) if policy.name == "A" else None

    terminal.logs.put = revoking  # type: ignore[assignment, method-assign]
    assert terminal.restore(file) == 0
    assert len(terminal.questions) == 2


def test_a_size_that_is_refused_after_the_first_write_is_asked_for(terminal: Terminal, kept: Path) -> None:
    """The smaller document of the second policy needs a yes of its own."""
    file = saved(kept, A=document(delivery("/a1", "/a2")), B=document(search("/s*", "/s1", "/s2")))
    terminal.logs.hold("A", document(delivery("/a1")))
    terminal.logs.hold("B", document(search("/s1", "/s2")))
    terminal.logs.faults = [*[None] * 4, refused(PolicyTooLarge("It is too large: remove something."))]
    assert terminal.restore(file) == 0
    assert len(terminal.questions) == 2
    assert terminal.entries("B") == ["/s*:log-stream:*"]


def test_the_policy_of_a_log_group_is_left_out_and_named(terminal: Terminal, kept: Path) -> None:
    """It is no account-level policy, though the same call lists it."""
    own = {"policyName": "own", "policyDocument": document(delivery("/g")), "policyScope": "RESOURCE"}
    account = {"policyName": "x", "policyDocument": document(delivery("/a")), "policyScope": "ACCOUNT"}
    file = kept / "x.json"
    file.write_text(json.dumps({"resourcePolicies": [own, account]}), encoding="utf-8")
    assert terminal.restore(file) == 0
    assert list(terminal.logs.policies) == ["x"]
    assert "own: the policy of one log group, and no account-level policy: left out" in terminal.prose


def test_a_restoration_that_takes_too_long_is_told_as_such(terminal: Terminal, kept: Path) -> None:
    """It is no grant that was to stand."""
    file = saved(kept, shared=document(delivery("/a")))
    terminal.logs.latency = 2.6
    assert terminal.restore(file, yes=True) == 2
    assert "The time ran out before all was put back" in terminal.complained[-1]


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


def test_each_backup_that_was_needed_is_named_as_the_way_back(terminal: Terminal, kept: Path) -> None:
    """Another makes Z between our two writes: what it was stands in the second backup, and none is exact for both."""
    file = saved(kept, shared=document(search("/s", "/old")), Z=document(search("/z")))
    terminal.logs.hold(NAME, document(search("/s")))
    write = terminal.logs.put

    def put(policy: ResourcePolicy, may_send: Any = lambda: True) -> None:
        write(policy, may_send)
        if policy.name == NAME:
            terminal.logs.hold("Z", document(search("/others")))

    terminal.logs.put = put  # type: ignore[method-assign]
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
    write = terminal.logs.put

    def put(policy: ResourcePolicy, may_send: Any = lambda: True) -> None:
        write(policy, may_send)
        if policy.name == NAME:
            terminal.logs.hold(NAME, document(*statements(terminal.logs.policies[NAME][0]), search("/x", sid="X")), 0)
        else:
            terminal.logs.lagging = [before]

    terminal.logs.put = put  # type: ignore[method-assign]
    assert terminal.restore(file, yes=True) == 0
    assert set(terminal.entries()) == {"/s:log-stream:*", "/old:log-stream:*", "/x:log-stream:*"}
    assert [call for call in terminal.logs.calls if call.startswith("put")] == [f"put {NAME}", "put Z"]
