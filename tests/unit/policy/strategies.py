"""Policies and requests for the laws, over names so short that one pattern often covers another."""

import json
from dataclasses import dataclass
from typing import Any, Literal

from hypothesis import strategies as st

from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.grant import Scope
from vended_logs.policy.request import Request

from .policies import ACTIONS, CONDITION, SHARED, filled, foreign
from .universe import ACCOUNT, DELIVERY, HOME, OTHER_ACCOUNT, OTHER_REGION, PARTITION, REGION, ROLE, SEARCH

SCOPE = Scope(partition=PARTITION, region=REGION, account=ACCOUNT)
REVOCABLE = "VendedLogsPolicyR"
SPILL = f"{SHARED}-VendedLogsPolicy"

_Json = dict[str, Any]
_names = st.one_of(st.text("ab", min_size=1, max_size=2), st.text("ab*?", max_size=3))
_homes = st.sampled_from(
    [HOME] * 7 + ["arn:aws:logs:*:*", f"arn:aws:logs:{OTHER_REGION}:{ACCOUNT}", f"arn:*:logs:{REGION}:{ACCOUNT}"]
)
_tails = st.sampled_from([":log-stream:*", ":*", "*", ""])
entries = st.builds(lambda home, name, tail: f"{home}:log-group:/aws{name}{tail}", _homes, _names, _tails)
_odd_entries = st.sampled_from(
    ["*", f"{HOME}:*", "arn:aws:logs:*:*:*", "arn:aws:logs:*", f"arn:aws:logs:*:{ACCOUNT}"]
    + [f"{HOME}:log-group:/aws{name}" for name in ("${aws:SourceAccount}/*", "${aws:SourceAccount}", "$*", "${*}")]
)
_resources = st.lists(st.one_of(*[entries] * 9, _odd_entries), min_size=1, max_size=5)

_our_conditions = st.sampled_from(
    [
        None,
        None,
        CONDITION,
        CONDITION,
        {"ArnLike": {"AWS:SourceArn": f"{HOME}:*"}, "StringEquals": {"aws:sourceaccount": ACCOUNT}},
    ]
)
_other_conditions = st.sampled_from(
    [
        {"StringEquals": {"aws:SourceAccount": OTHER_ACCOUNT}},
        {"StringEquals": {"aws:SourceAccount": [ACCOUNT, OTHER_ACCOUNT]}},
        {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        {"StringLike": {"aws:SourceAccount": "1234*"}},
        {"StringLike": {"aws:SourceArn": f"{HOME}:*"}},
        {"ArnEquals": {"aws:SourceArn": f"{HOME}:*"}},
        {"ArnLike": {"aws:SourceArn": f"arn:aws:logs:{OTHER_REGION}:{ACCOUNT}:*"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:logs:*:*:*"}},
        {"StringNotEquals": {"aws:SourceAccount": OTHER_ACCOUNT}},
        {"StringNotEquals": {"aws:SourceAccount": ACCOUNT}},
        {"StringNotLike": {"aws:SourceAccount": "9*"}},
        {"ArnNotLike": {"aws:SourceArn": f"{HOME}:*"}},
        {"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}},
        {"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-ours"}},
        {"StringEquals": {"aws:SourceOrgID": "o-ours"}},
        {"StringLike": {"aws:SourceOrgID": "*"}},
        {"ForAnyValue:StringEquals": {"aws:SourceAccount": [ACCOUNT]}},
        {"ForAllValues:StringEquals": {"aws:SourceAccount": [ACCOUNT]}},
        {"Null": {"aws:SourceAccount": "true"}},
        {"Null": {"aws:SourceAccount": "false"}},
        {"StringEqualsIgnoreCase": {"aws:SourceAccount": ACCOUNT}},
        {"StringEquals": {"aws:SourceAccount": "${aws:SourceAccount}"}},
        {"StringEquals": {"aws:SourceAccount": ACCOUNT}, "StringLike": {"aws:SourceAccount": "9*"}},
        {"StringLike": {"aws:SourceArn": f"arn:aws:*:{ACCOUNT}:z"}},
        {"StringNotLike": {"aws:SourceArn": f"arn:aws:*:{ACCOUNT}:z"}},
        {"StringNotEquals": {"aws:SourceAccount": [ACCOUNT, OTHER_ACCOUNT]}},
        {"ForAnyValue:StringNotEquals": {"aws:SourceAccount": OTHER_ACCOUNT}},
        {"ArnLikeIfExists": {"aws:SourceArn": f"{HOME}:*"}},
    ]
)
_conditions = st.one_of(_our_conditions, _our_conditions, _other_conditions)
_actions = st.sampled_from(
    [ACTIONS] * 5
    + [
        ACTIONS[::-1],
        ["logs:putlogevents", "logs:createlogstream"],
        ["logs:PutLogEvents"],
        ["logs:*"],
        ["logs:Put*"],
        ["*"],
    ]
    + [["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]]
)
_principals: st.SearchStrategy[Any] = st.sampled_from(
    [{"Service": DELIVERY}] * 6
    + [{"Service": SEARCH}, {"Service": [DELIVERY, SEARCH]}, {"Service": [DELIVERY]}]
    + [{"AWS": ROLE}, {"AWS": ACCOUNT}, {"AWS": "*"}, "*", {"AWS": [ROLE], "Service": DELIVERY}]
)


@st.composite
def statements(draw: st.DrawFn) -> _Json:
    """Draw one statement as raw JSON, mostly of the kinds that log delivery has."""
    statement: _Json = {
        "Effect": draw(st.sampled_from(["Allow"] * 9 + ["Deny"])),
        "Principal": draw(_principals),
        "Action": draw(_actions),
        "Resource": draw(_resources),
    }
    condition = draw(_conditions)
    if condition:
        statement["Condition"] = condition
    negated = draw(st.sampled_from([None] * 14 + ["Principal", "Action", "Resource"]))
    if negated and not (negated == "Principal" and statement["Principal"] == "*"):
        statement[f"Not{negated}"] = statement.pop(negated)
    return statement


@st.composite
def deliveries(draw: st.DrawFn) -> _Json:
    """Draw an Allow for log delivery of one of the two classes that AWS writes."""
    statement: _Json = {"Effect": "Allow", "Principal": {"Service": DELIVERY}, "Action": ACTIONS}
    condition = draw(_our_conditions)
    return statement | {"Resource": draw(_resources)} | ({"Condition": condition} if condition else {})


@st.composite
def documents(draw: st.DrawFn, *, denies: bool = True) -> str:
    """Draw a policy text: up to four statements, in any of the shapes that IAM's grammar allows."""
    found = draw(st.lists(st.one_of(statements(), deliveries()), min_size=1, max_size=4))
    if not denies:
        found = [one for one in found if one["Effect"] == "Allow"] or [draw(deliveries())]
    for number, one in enumerate(found):
        kind = draw(st.sampled_from(["none", "aws", "aws", "own", "revocable"]))
        if kind == "revocable" and one["Effect"] == "Allow":
            one["Sid"] = f"{REVOCABLE}{number:08x}"
        elif kind in {"aws", "own"}:
            one["Sid"] = f"AWSLogDeliveryWrite{number or ''}" if kind == "aws" else f"Own{number}"
    document: _Json = {}
    version = draw(st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17", None]))
    if version:
        document["Version"] = version
    document["Statement"] = found[0] if len(found) == 1 and draw(st.booleans()) else found
    return json.dumps(document, indent=draw(st.sampled_from([None, None, 2])))


@dataclass(frozen=True)
class Scene:
    """An account's policies by name, a request, and the size limit to plan under (None: the documented one)."""

    texts: tuple[tuple[str, str], ...]
    request: Request
    limit: int | None

    @property
    def policies(self) -> tuple[ResourcePolicy, ...]:
        """Return the policies as the core reads them."""
        return tuple(ResourcePolicy.parse(name, text) for name, text in self.texts)

    @property
    def before(self) -> dict[str, str]:
        """Return the policy texts by name."""
        return dict(self.texts)


_WhenFull = Literal["Widen", "Spill", "Fail"]
_when_full: st.SearchStrategy[_WhenFull] = st.sampled_from(("Widen", "Widen", "Spill", "Fail"))
_on_delete: st.SearchStrategy[Literal["Retain", "RemoveWhenUnused"]] = st.sampled_from(
    ("Retain", "Retain", "RemoveWhenUnused")
)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Draw a request for one or two patterns, by log delivery alone or with another service."""
    names = st.one_of(st.sampled_from(["*", "a*"]), st.text("ab*?", max_size=2))
    patterns = draw(st.lists(names.map("/aws".__add__), min_size=1, max_size=2, unique=True))
    return Request(
        scope=SCOPE,
        policy_name=draw(st.sampled_from([SHARED, SHARED, SHARED, "mine"])),
        patterns=tuple(patterns),
        principals=draw(st.sampled_from([(DELIVERY,), (DELIVERY,), (DELIVERY, SEARCH)])),
        source_conditions=draw(st.sampled_from([True, True, False])),
        when_full=draw(_when_full),
        on_delete=draw(_on_delete),
        stack_id=f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/one/1",
        logical_id="Logs",
    )


@st.composite
def small_scenes(draw: st.DrawFn, *, denies: bool = True) -> Scene:
    """Draw a few short policies under a limit that is sometimes only a little more than the shared one has."""
    names = draw(st.lists(st.sampled_from([SHARED, SHARED, SPILL, "mine", "x"]), unique=True, max_size=3))
    texts = {name: draw(documents(denies=denies)) for name in names}
    texts |= foreign(draw(st.sampled_from([0, 0, 0, 7, 8, 9, 10 - len(texts)])) if texts else 0)
    texts = dict(list(texts.items())[:10])
    room = draw(st.sampled_from([None, 0, 0, 0, 40, 100, 400]))
    request = draw(requests())
    size = len(json.dumps(json.loads(texts.get(request.policy_name, '""')), separators=(",", ":")))
    return Scene(tuple(texts.items()), request, None if room is None else size + room)


@st.composite
def full_scenes(draw: st.DrawFn) -> Scene:
    """Draw a shared policy at its limit, as AWS fills it, among up to nine others, and the default request."""
    shared = filled(
        condition=draw(st.booleans()),
        prefix=draw(st.sampled_from(["/aws/vendedlogs/states/", "/aws/vendedlogs/", "aws-waf-logs-"])),
        limit=draw(st.integers(4700, 5120)),
    )
    document = json.loads(shared)
    extra = draw(st.lists(st.one_of(statements(), deliveries()), max_size=1))
    shared = json.dumps({**document, "Statement": document["Statement"] + extra}, separators=(",", ":"))
    request = Request(
        scope=SCOPE,
        patterns=draw(st.sampled_from([("/aws/vendedlogs/*",), ("/aws/vendedlogs/states/*",), ("/other/*",)])),
        source_conditions=draw(st.sampled_from([True, True, False])),
        when_full=draw(_when_full),
    )
    texts = {SHARED: shared} | foreign(draw(st.sampled_from([0, 3, 8, 9])))
    return Scene(tuple(texts.items()), request, None)


scenes = st.one_of(small_scenes(), small_scenes(), full_scenes())
