"""What is asked for: defaults, grants, names and owners."""

import hashlib
from dataclasses import replace
from itertools import islice

import pytest

from vended_logs.policy.document import Clause, Element, Statement
from vended_logs.policy.grant import Grant, Scope
from vended_logs.policy.request import DEFAULT_PATTERN, DEFAULT_POLICY_NAME, Owner, Request, digest, is_revocable, sids

from .policies import BROAD
from .strategies import SCOPE
from .universe import ACCOUNT, DELIVERY, HOME, SEARCH

REQUEST = Request(scope=SCOPE)
REVOCABLE = Request(scope=SCOPE, on_delete="RemoveWhenUnused", stack_id="stack/one", logical_id="Logs")
_ACTIONS = ("logs:CreateLogStream", "logs:PutLogEvents")
_ACCOUNT = Clause("StringEquals", "aws:SourceAccount", (ACCOUNT,))
_SOURCE = Clause("ArnLike", "aws:SourceArn", (f"{HOME}:*",))


def _eight(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]


def _allow(sid: str | None, effect: str = "Allow") -> Statement:
    return Statement(effect, Element((f"Service:{DELIVERY}",)), Element(("logs:*",)), Element(("*",)), sid=sid)


def test_the_defaults_are_the_documented_ones() -> None:
    """A request that says nothing asks for AWS's own policy, the vended logs, and a lasting, bounded grant."""
    assert (
        Request(
            scope=SCOPE,
            policy_name="AWSLogDeliveryWrite20150319",
            patterns=("/aws/vendedlogs/*",),
            principals=("delivery.logs.amazonaws.com",),
            source_conditions=True,
            when_full="Widen",
            on_delete="Retain",
            settle_seconds=5,
            stack_id="",
            logical_id="",
            may_spill=True,
        )
        == REQUEST
    )
    assert (REQUEST.policy_name, REQUEST.patterns[0]) == (DEFAULT_POLICY_NAME, DEFAULT_PATTERN)


def test_the_default_grant_is_the_documented_one() -> None:
    """One grant: log delivery, the two actions, the broad entry, under the account and the source ARN."""
    assert REQUEST.grants == (Grant(DELIVERY, _ACTIONS, (BROAD,), (_SOURCE, _ACCOUNT), "VendedLogsPolicy"),)


@pytest.mark.parametrize(
    ("pattern", "entry"), [("/a", "/a:*"), ("/a*", "/a*"), ("/a*b", "/a*b:*"), ("/a?", "/a?:*"), ("*", "*")]
)
def test_an_entry_reaches_the_streams(pattern: str, entry: str) -> None:
    """A pattern gets `:*` for the streams of its groups unless it ends in a star."""
    assert SCOPE.log_group_arn(pattern) == f"{HOME}:log-group:{entry}"


def test_each_principal_has_a_grant_and_each_pattern_an_entry_once() -> None:
    """Grants and entries come in the order asked for; what is named twice is asked for once."""
    request = replace(REQUEST, principals=(SEARCH, DELIVERY, SEARCH), patterns=("/b/*", "/a", "/b/*"))
    assert [grant.principal for grant in request.grants] == [SEARCH, DELIVERY]
    for grant in request.grants:
        assert grant.resources == (f"{HOME}:log-group:/b/*", f"{HOME}:log-group:/a:*")
    assert [grant.condition for grant in request.grants] == [(_ACCOUNT,), (_SOURCE, _ACCOUNT)]
    assert all(grant.condition == () for grant in replace(request, source_conditions=False).grants)


def test_a_grant_is_written_as_aws_writes_it() -> None:
    """The statement of a grant is an Allow with everything sorted, for all entries or for those named."""
    grant = Grant(DELIVERY, ("logs:b", "logs:a"), ("y", "x", "y"), (_ACCOUNT,), "Mine")
    whole = Statement(
        "Allow",
        Element((f"Service:{DELIVERY}",)),
        Element(("logs:a", "logs:b")),
        Element(("x", "y")),
        (_ACCOUNT,),
        "Mine",
    )
    assert grant.statement() == whole
    assert grant.statement("z", "x", "z") == replace(whole, resource=Element(("x", "z")))
    assert grant.bare() == replace(whole, condition=())


def test_a_sid_tells_principal_and_condition() -> None:
    """Only log delivery under its condition has the plain Sid; any other has a digest of whom and under what."""
    assert REQUEST.grants[0].sid == "VendedLogsPolicy"
    [bare] = replace(REQUEST, source_conditions=False).grants
    assert bare.sid == "VendedLogsPolicy" + _eight(DELIVERY)
    [search] = replace(REQUEST, principals=(SEARCH,)).grants
    assert search.sid == "VendedLogsPolicy" + _eight(SEARCH, "StringEquals", "aws:SourceAccount", ACCOUNT)


def test_a_revocable_sid_tells_the_resource() -> None:
    """It has a digest of stack, logical id and policy name, and for each further principal one of that."""
    own = "VendedLogsPolicyR" + _eight("stack/one", "Logs", DEFAULT_POLICY_NAME)
    assert REVOCABLE.owner == Owner(DEFAULT_POLICY_NAME, "stack/one", "Logs")
    assert REVOCABLE.owner.sid == own
    both = replace(REVOCABLE, principals=(SEARCH, DELIVERY))
    assert [grant.sid for grant in both.grants] == [own, f"{own}P{_eight(DELIVERY)}"]
    assert all(is_revocable(grant.statement()) for grant in both.grants)


def test_only_remove_when_unused_is_revocable() -> None:
    """Any other choice lasts."""
    assert REVOCABLE.revocable
    assert not REQUEST.revocable


def test_a_digest_tells_where_one_part_ends() -> None:
    """Eight hex digits, the same for the same parts, and other ones if the same letters are parted otherwise."""
    assert digest("a", "b") == _eight("a", "b") != digest("ab")
    assert len(digest()) == 8


def test_a_taken_sid_has_a_successor() -> None:
    """After its own a grant has ever new Sids, each with a digest of principal, condition and turn."""
    [grant] = REQUEST.grants
    tail = [_eight(DELIVERY, repr(grant.condition), str(turn)) for turn in range(2)]
    assert list(islice(sids(grant), 3)) == ["VendedLogsPolicy", *("VendedLogsPolicy" + one for one in tail)]
    other = replace(grant, sid="VendedLogsPolicy0123abcd")
    assert list(islice(sids(other), 2)) == [other.sid, "VendedLogsPolicy" + tail[0]]


@pytest.mark.parametrize("sid", ["VendedLogsPolicyR0123abcd", "VendedLogsPolicyR0123abcdPfedcba98"])
def test_the_successor_of_a_revocable_sid_is_revocable_by_the_same_resource(sid: str) -> None:
    """It keeps the digest of the resource, so that its Delete finds it."""
    grant = replace(REQUEST.grants[0], sid=sid)
    tail = _eight(DELIVERY, repr(grant.condition), "0")
    assert list(islice(sids(grant), 2)) == [sid, f"VendedLogsPolicyR0123abcdP{tail}"]


@pytest.mark.parametrize(
    ("sid", "expected"),
    [
        ("VendedLogsPolicyR0123abcd", True),
        ("VendedLogsPolicyR0123abcdP0123abcd", True),
        ("VendedLogsPolicyR0123abcdP", False),
        ("VendedLogsPolicyR0123abcdP0123abc", False),
        ("VendedLogsPolicyR0123abc", False),
        ("VendedLogsPolicyR0123abcde", False),
        ("VendedLogsPolicyR0123ABCD", False),
        ("VENDEDLOGSPOLICYR0123abcd", False),
        ("VendedLogsPolicy0123abcd", False),
        ("xVendedLogsPolicyR0123abcd", False),
        ("VendedLogsPolicyR0123abcd\n", False),
        ("", False),
        (None, False),
    ],
)
def test_a_revocable_statement_is_known_by_its_sid(sid: str | None, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """The prefix and eight hex digits, perhaps with those of a further principal, on an Allow."""
    assert is_revocable(_allow(sid)) is expected
    assert not is_revocable(_allow(sid, "Deny"))


def test_a_resource_owns_its_statement_in_its_policy_and_in_the_spill() -> None:
    """The same Sid elsewhere, another resource's Sid and a Deny are not its own."""
    owner = REVOCABLE.owner
    assert owner.spill_name == REVOCABLE.spill_name == DEFAULT_POLICY_NAME + "-VendedLogsPolicy"
    mine = _allow(owner.sid)
    assert owner.owns(owner.policy_name, mine)
    assert owner.owns(owner.spill_name, mine)
    assert owner.owns(owner.policy_name, _allow(f"{owner.sid}P0123abcd"))
    assert not owner.owns("elsewhere", mine)
    assert not owner.owns(owner.policy_name, _allow(f"{owner.sid}P"))
    assert not owner.owns(owner.policy_name, _allow(owner.sid, "Deny"))
    assert not owner.owns(owner.policy_name, _allow(None))
    assert not owner.owns(owner.policy_name, _allow(Owner(owner.policy_name, "stack/two", "Logs").sid))


def test_a_scope_is_where_its_arns_are() -> None:
    """Partition, region and account stand in every entry and every condition."""
    scope = Scope("aws-cn", "cn-north-1", "210987654321")
    home = "arn:aws-cn:logs:cn-north-1:210987654321"
    [grant] = Request(scope=scope, patterns=("/x",)).grants
    assert grant.resources == (f"{home}:log-group:/x:*",)
    assert grant.condition == (
        Clause("ArnLike", "aws:SourceArn", (f"{home}:*",)),
        Clause("StringEquals", "aws:SourceAccount", ("210987654321",)),
    )
