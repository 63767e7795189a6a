"""What a role's policy documents allow of log delivery, and what they deny."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.facts import ROLE_ACTIONS as DOCUMENTED_ACTIONS
from vended_logs_tools.reading.conditions import Conditions
from vended_logs_tools.reading.formula import FALSE, TRUE, UNKNOWN, Atom, Formula, all_of, any_of, negate
from vended_logs_tools.rules.iam import ON_ANY_RESOURCE, ROLE_ACTIONS, allowed, denied
from vended_logs_tools.rules.texts import Resolver
from vended_logs_tools.template_model import of

_TEMPLATE: dict[str, Any] = {
    "Parameters": {
        "Env": {"Type": "String"},
        "Everything": {"Type": "String", "AllowedValues": ["*"]},
        "Actions": {"Type": "CommaDelimitedList", "Default": "logs:Put*, logs:CreateLogDelivery"},
        "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/actions"},
    },
    "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Env"}, "prod"]}},
    "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
}
_IS_PROD = Atom("Ref Env", "prod")
_NO_VALUE = {"Ref": "AWS::NoValue"}
_ELSEWHERE = {"Fn::ImportValue": "elsewhere"}
_MACRO = {"Fn::Transform": {"Name": "Macro"}}


def _if_prod(value: Any, otherwise: Any) -> dict[str, Any]:
    return {"Fn::If": ["IsProd", value, otherwise]}


def _statement(**changes: Any) -> dict[str, Any]:
    """Return a statement that allows everything that is needed, with changes; ``...`` takes an element out."""
    merged = {"Effect": "Allow", "Action": list(ROLE_ACTIONS), "Resource": "*", **changes}
    return {name: value for name, value in merged.items() if value is not ...}


def _document(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _judged(document: Any) -> tuple[dict[str, Formula], dict[str, Formula]]:
    template = of(_TEMPLATE, "template")
    resolver = Resolver(template)
    yes = allowed(document, template.conditions, resolver)
    no = denied(document, template.conditions, resolver)
    assert list(yes) == list(no) == list(ROLE_ACTIONS)
    return dict(yes), dict(no)


def _allowed(**changes: Any) -> dict[str, Formula]:
    return _judged(_document(_statement(**changes)))[0]


def _denied(**changes: Any) -> dict[str, Formula]:
    return _judged(_document(_statement(Effect="Deny", **changes)))[1]


def _all(formula: Formula) -> dict[str, Formula]:
    return dict.fromkeys(ROLE_ACTIONS, formula)


def _some(*actions: str, formula: Formula = TRUE, rest: Formula = FALSE) -> dict[str, Formula]:
    return {action: formula if action in actions else rest for action in ROLE_ACTIONS}


def test_the_actions_are_those_of_the_guide() -> None:
    """The ten actions that are looked for are the documented ones."""
    assert ROLE_ACTIONS == DOCUMENTED_ACTIONS


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ("*", _all(TRUE)),
        ("logs:*", _all(TRUE)),
        ("LOGS:*", _all(TRUE)),
        ("logs:*LogDeliver*", _some(*(action for action in ROLE_ACTIONS if "LogDeliver" in action))),
        ("logs:?etLogDelivery", _some("logs:GetLogDelivery")),
        (["logs:PUTLOGEVENTS", "s3:*"], _some("logs:PutLogEvents")),
        ("logs:Put", _all(FALSE)),
        ("s3:*", _all(FALSE)),
        (_if_prod("logs:*", "s3:*"), _all(_IS_PROD)),
        (["s3:*", _if_prod("logs:*", _NO_VALUE)], _all(_IS_PROD)),
        (["s3:*", _if_prod(_NO_VALUE, ["logs:*", "s3:*"])], _all(negate(_IS_PROD))),
        ({"Ref": "Everything"}, _all(TRUE)),
        ({"Fn::Sub": "logs:${Everything}"}, _all(TRUE)),
        ({"Fn::Join": [":", ["logs", "Put*"]]}, _some("logs:PutLogEvents", "logs:PutResourcePolicy")),
        ({"Ref": "Env"}, _all(UNKNOWN)),
        ({"Ref": "Stored"}, _all(UNKNOWN)),
        (_ELSEWHERE, _all(UNKNOWN)),
        (_MACRO, _all(UNKNOWN)),
        ({"Fn::Sub": "s3:${Env}"}, _all(FALSE)),
        ({"Fn::Sub": "logs:Put${Env}"}, _some("logs:PutLogEvents", "logs:PutResourcePolicy", formula=UNKNOWN)),
        (["logs:PutLogEvents", _ELSEWHERE], _some("logs:PutLogEvents", rest=UNKNOWN)),
        ("{{resolve:ssm:actions}}", _all(UNKNOWN)),
        (None, _all(UNKNOWN)),
        (12, _all(UNKNOWN)),
        ([{"logs": "*"}], _all(UNKNOWN)),
    ],
    ids=str,
)
def test_actions_are_matched_as_iam_does(actions: Any, expected: dict[str, Formula]) -> None:
    """Case does not count, wildcards do, conditions are kept, and what cannot be resolved is unknown."""
    assert _allowed(Action=actions) == expected


def test_a_parameters_default_may_bring_several_actions() -> None:
    """A list's default counts where the parameter has no other value: what it lacks can be missing."""
    found = _allowed(Action={"Ref": "Actions"})
    possible = of(_TEMPLATE, "template").conditions.possible
    brought = {"logs:PutLogEvents", "logs:PutResourcePolicy", "logs:CreateLogDelivery"}
    assert {action for action in ROLE_ACTIONS if possible(found[action])} == brought
    assert {action for action in ROLE_ACTIONS if possible(negate(found[action]))} == set(ROLE_ACTIONS) - brought


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ("iam:*", _all(TRUE)),
        (["iam:*", "organizations:*"], _all(TRUE)),
        ("logs:Put*", _some("logs:PutLogEvents", "logs:PutResourcePolicy", formula=FALSE, rest=TRUE)),
        ("*", _all(FALSE)),
        (_if_prod("*", "iam:*"), _all(negate(_IS_PROD))),
        (_ELSEWHERE, _all(UNKNOWN)),
        (None, _all(UNKNOWN)),
    ],
    ids=str,
)
def test_not_action_is_everything_else(actions: Any, expected: dict[str, Formula]) -> None:
    """A statement with NotAction is about the actions that it does not name."""
    assert _allowed(Action=..., NotAction=actions) == expected


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("*", TRUE),
        (["*"], TRUE),
        (["arn:aws:logs:*:*:*", "*"], TRUE),
        ("arn:aws:logs:*:*:*", FALSE),
        ("arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/*", FALSE),
        ({"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:*"}, FALSE),
        ({"Fn::Sub": "arn:aws:logs:${Env}"}, FALSE),
        (_if_prod("*", "arn:aws:logs:*:*:*"), _IS_PROD),
        (["arn:aws:s3:::b", _if_prod("*", _NO_VALUE)], _IS_PROD),
        ({"Ref": "Everything"}, TRUE),
        ({"Ref": "Env"}, UNKNOWN),
        (_ELSEWHERE, UNKNOWN),
        (_MACRO, UNKNOWN),
    ],
    ids=str,
)
def test_actions_without_a_resource_level_form_need_everything(resource: Any, expected: Formula) -> None:
    """AWS matches most of the actions against ``*`` alone; those of a log group are let pass on any resource."""
    found = _allowed(Resource=resource)
    assert {found[action] for action in ROLE_ACTIONS if action not in ON_ANY_RESOURCE} == {expected}
    assert len(ON_ANY_RESOURCE) == 3
    assert {found[action] for action in ON_ANY_RESOURCE} == {TRUE}


@pytest.mark.parametrize(
    "document",
    [
        None,
        "{}",
        [],
        {},
        _ELSEWHERE,
        _MACRO,
        {"Statement": None},
        {"Statement": _ELSEWHERE},
        {"Statement": ["Allow"]},
        {"Statement": [[1]]},
        {**_document(), **_MACRO},
        _document(_MACRO),
        _document({**_statement(), **_MACRO}),
        _document(_statement(Effect=...)),
        _document(_statement(Effect="allow")),
        _document(_statement(Effect={"Ref": "Env"})),
        _document(_statement(Action=...)),
        _document(_statement(NotAction="s3:*")),
        _document(_statement(Resource=...)),
        _document(_statement(Resource=None)),
        _document(_statement(Resource=..., NotResource="arn:aws:s3:::*")),
        _document(_statement(Condition={"StringEquals": {"aws:CalledVia": "x"}})),
        _document(_statement(Condition=_ELSEWHERE)),
    ],
    ids=str,
)
def test_what_cannot_be_told_is_unknown_and_denies_nothing(document: Any) -> None:
    """Malformed documents, macros, imports, NotResource and conditions say neither yes nor no."""
    yes, no = _judged(document)
    assert yes == _all(UNKNOWN)
    assert no == _all(FALSE)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (_document(), FALSE),
        (_document(_statement()), TRUE),
        ({"Statement": _statement()}, TRUE),
        (_document(_statement(Condition={})), TRUE),
        (_document(_statement(Effect=_if_prod("Allow", "Deny"))), _IS_PROD),
        (_document(_if_prod(_statement(), _NO_VALUE)), _IS_PROD),
        (
            _document(_statement(Condition=_if_prod(_NO_VALUE, {"Bool": {"aws:x": "true"}}))),
            any_of(_IS_PROD, all_of(negate(_IS_PROD), UNKNOWN)),
        ),
        ({"Statement": _if_prod([_statement()], [])}, _IS_PROD),
        (_if_prod(_document(_statement()), _document()), _IS_PROD),
        (_if_prod(_document(_statement()), _NO_VALUE), _IS_PROD),
        (
            _document(_if_prod(_statement(), _NO_VALUE), _statement(Action="s3:*"), _if_prod(_NO_VALUE, _statement())),
            TRUE,
        ),
    ],
    ids=str,
)
def test_conditions_may_stand_anywhere(document: Any, expected: Formula) -> None:
    """Fn::If around a document, a list, a statement or an element decides when the document allows."""
    assert _judged(document)[0] == _all(expected)


def test_statements_add_up() -> None:
    """Each action needs but one statement that allows it."""
    halves = [_statement(Action=list(ROLE_ACTIONS[:4])), _statement(Action=list(ROLE_ACTIONS[4:]))]
    assert _judged(_document(*halves))[0] == _all(TRUE)
    assert _judged(_document(halves[0]))[0] == _some(*ROLE_ACTIONS[:4])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, _all(TRUE)),
        ({"Action": "logs:Put*"}, _some("logs:PutLogEvents", "logs:PutResourcePolicy")),
        ({"Action": ..., "NotAction": "states:*"}, _all(TRUE)),
        ({"Action": ..., "NotAction": _ELSEWHERE}, _all(FALSE)),
        ({"Action": _if_prod("*", "s3:*")}, _all(_IS_PROD)),
        ({"Resource": "arn:aws:logs:*:*:*"}, _all(FALSE)),
        ({"Resource": {"Ref": "Env"}}, _all(FALSE)),
        ({"Resource": ..., "NotResource": "arn:aws:s3:::*"}, _all(FALSE)),
        ({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, _all(FALSE)),
        ({"Condition": _if_prod({"Bool": {"aws:SecureTransport": "false"}}, _NO_VALUE)}, _all(negate(_IS_PROD))),
    ],
    ids=str,
)
def test_a_deny_counts_only_if_it_surely_applies(changes: dict[str, Any], expected: dict[str, Formula]) -> None:
    """It takes an action away on every resource and without a condition, or not at all."""
    assert _denied(**changes) == expected


def test_without_a_resolver_only_plain_texts_are_known() -> None:
    """Functions other than Fn::If are unknown where nothing resolves them; the rest is as ever."""
    conditions = Conditions(_TEMPLATE)
    mixed = _document(_statement(Action=[_if_prod("logs:PutLogEvents", "s3:*"), {"Ref": "Everything"}]))
    assert allowed(mixed, conditions)["logs:PutLogEvents"].parts == (_IS_PROD, UNKNOWN)
    assert allowed(_document(_statement()), conditions) == _all(TRUE)
    assert allowed(_document(_statement(Action="{{resolve:ssm:actions}}")), conditions) == _all(UNKNOWN)


_odd = st.recursive(
    st.sampled_from([None, True, 1, 1.5, "*", "Allow", "Deny", "logs:*", "IsProd", "", "${Env}"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "Statement",
                    "Effect",
                    "Action",
                    "NotAction",
                    "Resource",
                    "Condition",
                    "Ref",
                    "Fn::If",
                    "Fn::Sub",
                    "Fn::Join",
                ]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@given(_odd, st.sampled_from(["document", "statements", "Effect", "Action", "NotAction", "Resource", "Condition"]))
@settings(deadline=None)  # other work on the machine is no fault
def test_nothing_in_a_policy_is_a_crash(odd: Any, where: str) -> None:
    """Whatever stands where, there is an answer for each action, and a Deny is never unknown."""
    if where in ("document", "statements"):
        document = odd if where == "document" else {"Statement": odd}
    else:
        document = _document(_statement(**{where: odd}))
    _, no = _judged(document)
    assert not any(formula.vague for formula in no.values())
