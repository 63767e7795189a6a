"""What the function says of the account's policies: no room, or something in the way."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from itertools import count, takewhile
from typing import Final

from documentation.sentences.said import Group, Said
from documentation.sentences.stage import SCOPE, Logs, answered, deletion, event, raised, refused
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs.policy.limits import MAX_POLICIES, SIZE_LIMIT
from vended_logs.policy.plan import plan
from vended_logs.policy.request import DEFAULT_POLICY_NAME, Request

_DENY: Final = {"service": "delivery.logs.amazonaws.com", "effect": "Deny", "sid": "KeepOut"}
_WHOLE: Final = {"Effect": "Allow", "Principal": {"Service": "es.amazonaws.com"}, "Action": "logs:*", "Resource": "*"}
_ODD: Final[tuple[dict[str, object], ...]] = (
    {"Effect": "Maybe"},
    {"Actions": "logs:*"},
    {"NotAction": "logs:*"},
    {"Principal": {}},
    {"Principal": {"Service": []}},
    {"Resource": 1},
    {"Sid": 1},
    {"Condition": {"StringEquals": {}}},
    {"Condition": {"StringEquals": {"aws:SourceAccount": "1", "AWS:SourceAccount": "2"}}},
    {"Condition": {"StringEquals": {"aws:SourceAccount": {}}}},
)
"""Elements of a statement whose meaning is not known."""
_UNREADABLE: Final = (
    "{",
    "[" * 100_000,
    '{"Id": "a", "Id": "b"}',
    '{"Statement": NaN}',
    "[]",
    "{}",
    '{"Statement": [], "version": "2012-10-17"}',
    '{"Statement": [], "Version": "2012"}',
    '{"Statement": [], "Id": 1}',
    '{"Statement": [], "Id": "\\ud800"}',
    '{"Statement": ["Allow"]}',
    *(json.dumps({"Statement": _WHOLE | other}) for other in _ODD),
)
"""Documents that are not read in full, each for a reason of its own."""


def document(*names: str, service: str = "es.amazonaws.com", effect: str = "Allow", sid: str = "Search") -> str:
    """Return a policy document that lets a service write to log groups, or keeps it from that."""
    statement = {
        "Sid": sid,
        "Effect": effect,
        "Principal": {"Service": service},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [SCOPE.log_group_arn(name) for name in names],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))


def room() -> Group:
    """Return what is said when there is no room."""
    full = (DEFAULT_POLICY_NAME, _full())
    too_large = refused("InvalidParameterException", "Policy document length breaking Cloudwatch Logs Constraints")
    eleventh = refused("LimitExceededException", "Resource limit exceeded.")
    refusing = Logs(((DEFAULT_POLICY_NAME, _searches(20)),), put_fault=too_large)
    revoked = Logs(((DEFAULT_POLICY_NAME, revocable()),), put_fault=too_large, groups={"logGroups": []})
    bounded = {"ALLOWED_POLICY_NAMES": DEFAULT_POLICY_NAME}
    none = "Nothing that `WhenFull` allows makes room, and the region has no slot for another policy."
    said = (
        Said(answered(event(), Logs(_all())), "No slot is left for another policy; this quota cannot be raised."),
        Said(answered(event(), Logs(put_fault=eleventh)), "The tenth was made by somebody else in the same moment."),
        Said(answered(event(), Logs(_all(full))), none),
        Said(answered(event({"WhenFull": "Spill"}), Logs(_all(full))), none),
        Said(
            answered(event({"WhenFull": "Spill"}), Logs((full,)), environment=bounded),
            "A slot is free, and the provider may not make a policy of that name.",
        ),
        Said(answered(event({"WhenFull": "Fail"}), Logs((full,))), "`Fail` allows neither of two ways out."),
        Said(answered(event({"WhenFull": "Fail"}), refusing), "AWS has the last word on the size."),
        Said(answered(deletion(), revoked), "At a Delete: too large for AWS even without the stack's own grant."),
    )
    intro = "`vended-logs doctor` shows what is there; `vended-logs ensure --prune-stale` drops what is of no use."
    return Group("Make room in the region's policies", intro, said)


def strangers() -> Group:
    """Return what is said when somebody else's policy is in the way."""
    denied, broken = document("/aws/vendedlogs/*", **_DENY), document("/orders", effect="Maybe")
    said = (
        Said(answered(event(), Logs((("guardrails", denied),))), "A Deny wins over every Allow, and is never edited."),
        Said(
            raised(lambda: ResourcePolicy.parse("\ud800", denied)),
            "`aws logs describe-resource-policies` shows it as well as it can be shown.",
        ),
        Said(
            answered(event(), Logs((("search", broken),))),
            "It would be written back in part. What may stand in the brackets: below.",
        ),
    )
    return Group("Mend a policy that somebody else wrote", "", said)


def unreadable() -> tuple[str, ...]:
    """Return why policies cannot be read in full, each as it stands in the brackets of the sentence."""
    return tuple(raised(partial(PolicyDocument.parse, text)) for text in _UNREADABLE)


def revocable() -> str:
    """Return a document with the grant that goes with the stack, and with another."""
    made = event()
    owner = {"stack_id": made["StackId"], "logical_id": made["LogicalResourceId"]}
    [policy] = plan((), Request(scope=SCOPE, on_delete="RemoveWhenUnused", **owner)).puts
    others = PolicyDocument.parse(document("/orders")).statements
    return replace(policy.document, statements=(*policy.document.statements, *others)).to_json()


def _full() -> str:
    """Return a document to which nothing can be added, of entries that no grant for vended logs covers."""
    return max(takewhile(lambda text: len(text) <= SIZE_LIMIT, map(_searches, count(1))), key=len)


def _searches(many: int) -> str:
    return document(*(f"/aws/OpenSearchService/domains/orders-{number:02}/search-logs" for number in range(many)))


def _all(*first: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Return as many policies as a region may have."""
    return (*first, *((f"policy-{number}", document("/orders")) for number in range(len(first), MAX_POLICIES)))
