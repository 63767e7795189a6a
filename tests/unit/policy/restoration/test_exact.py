"""A backup put in the place of what stands now, and what is lost by that."""

from dataclasses import replace

from tests.unit.policy.policies import SHARED, aws_statement, group, states, text
from tests.unit.policy.restoration.backups import (
    BOTH,
    DENIAL,
    ENTRY_A,
    REVOCABLE,
    SEARCHES,
    VARIABLE,
    policy_of,
    written_by,
)
from vended_logs.policy.compaction import resources
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs_tools.planning.restoration import Restoration, gains, losses, plan_restore, remakes


def test_an_exact_restoration_tells_what_is_read_otherwise() -> None:
    """A statement with ${...} whose text stays is lost all the same if its Version changes."""
    found = plan_restore([policy_of(VARIABLE)], [policy_of(VARIABLE, version="2008-10-17")], exact=True)
    assert [(name, [one.sid for one in lost]) for name, lost in found.lost] == [(SHARED, ["Mine"])]


def test_what_goes_is_listed_once() -> None:
    """Also a statement with ${...}, an Allow or a Deny, that is not in a backup of another Version at all."""
    deny = VARIABLE | {"Sid": "No", "Effect": "Deny"}
    found = plan_restore([policy_of(ENTRY_A, VARIABLE, deny)], [policy_of(ENTRY_A, version="2008-10-17")], exact=True)
    assert [[one.sid for one in lost] for _, lost in found.lost] == [["Mine", "No"]]


def test_an_id_makes_a_difference_to_an_exact_restoration() -> None:
    """The Id is put back although nothing else differs; nothing is lost by that."""
    then = ResourcePolicy.of(SHARED, replace(PolicyDocument.parse(text(ENTRY_A)), id="Mine"))
    found = plan_restore([policy_of(ENTRY_A)], [then], exact=True)
    assert ([made.puts for made in found.plans], found.lost) == ([(then,)], ())
    assert plan_restore([then], [then], exact=True) == Restoration(())


def test_an_exact_restoration_lists_what_goes() -> None:
    """Allows are cut to the entries that go, Denies and revocable grants are named, what stays and others' are not."""
    stays = DENIAL | {"Sid": "Stays", "Resource": group("/stays")}
    now = policy_of(BOTH, stays, DENIAL, REVOCABLE | {"Resource": group("/r")}, SEARCHES)
    theirs = policy_of(ENTRY_A, name="theirs")
    found = plan_restore([now, theirs], [policy_of(ENTRY_A, SEARCHES, stays)], exact=True)
    [(name, lost)] = found.lost
    assert (name, found.untouched) == (SHARED, ("theirs",))
    assert [(one.sid, one.resource.values if one.resource else ()) for one in lost] == [
        ("AWSLogDeliveryWrite", (group("/aws/vendedlogs/b"),)),
        ("VendedLogsPolicyR0123abcd", (group("/r"),)),
        ("No", (group("/search"),)),
    ]
    assert [one["Sid"] for one in written_by(found)] == ["AWSLogDeliveryWrite", "Search", "Stays"]


def test_an_exact_restoration_of_the_same_is_none() -> None:
    """Neither the order of the statements nor a Version that is written out makes a difference."""
    then = policy_of(ENTRY_A, SEARCHES, version=None)
    assert plan_restore([policy_of(SEARCHES, ENTRY_A, version="2008-10-17")], [then], exact=True) == Restoration(())
    [made] = plan_restore([policy_of(SEARCHES, ENTRY_A)], [then], exact=True).plans
    assert made.puts[0].document.version == "2008-10-17"


def test_a_lasting_grant_that_becomes_revocable_is_lost() -> None:
    """What a resource may take back is no stand-in for what nobody could; the other way round nothing is lost."""
    lasting, revocable = (
        policy_of(aws_statement(states(1))),
        policy_of(aws_statement(states(1), sid="VendedLogsPolicyR0123abcd")),
    )
    [(name, lost)] = plan_restore([lasting], [revocable], exact=True).lost
    assert (name, [resources(one) for one in lost]) == (SHARED, [(states(1)[0],)])
    assert plan_restore([revocable], [lasting], exact=True).lost == ()


def test_what_makes_agreed_grants_anew() -> None:
    """Nothing that stands may go, nothing but what was agreed to may come, and the Version stays."""
    now, more = policy_of(aws_statement(states(1))).document, policy_of(aws_statement(states(3))).document
    agreed = gains(now, policy_of(aws_statement(states(2))).document)
    assert [resources(one) for one in agreed] == [(states(2)[1],)]
    assert remakes(now, policy_of(aws_statement(states(2))).document, agreed)
    assert not remakes(now, more, agreed)
    assert not remakes(more, now, agreed)
    assert not remakes(now, replace(policy_of(aws_statement(states(2))).document, version="2008-10-17"), agreed)
    both = policy_of(aws_statement(states(2)), aws_statement(states(1), sid="B", condition=False)).document
    assert not remakes(now, both, agreed)
    deny = aws_statement(states(1)) | {"Effect": "Deny", "Sid": "No"}
    denied = policy_of(aws_statement(states(1)), deny).document
    assert not remakes(now, denied, agreed)
    assert [one.sid for one in losses(denied, now)] == ["No"]
    assert remakes(now, denied, gains(now, denied))
