"""Policy documents of which not everything is known, or that are none."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.rules.role_policies import (
    ELSEWHERE,
    IS_PROD,
    MACRO,
    NO_VALUE,
    TEMPLATE,
    all_actions,
    document_of,
    if_prod,
    judged,
    statement_with,
)
from vended_logs_tools.reading.conditions import Conditions
from vended_logs_tools.reading.formula import FALSE, TRUE, UNKNOWN, Formula, all_of, any_of, negate
from vended_logs_tools.rules.iam import allowed


@pytest.mark.parametrize(
    "document",
    [
        None,
        "{}",
        [],
        {},
        ELSEWHERE,
        MACRO,
        {"Statement": None},
        {"Statement": ELSEWHERE},
        {"Statement": ["Allow"]},
        {"Statement": [[1]]},
        {**document_of(), **MACRO},
        document_of(MACRO),
        document_of({**statement_with(), **MACRO}),
        document_of(statement_with(Effect=...)),
        document_of(statement_with(Effect="allow")),
        document_of(statement_with(Effect={"Ref": "Env"})),
        document_of(statement_with(Action=...)),
        document_of(statement_with(NotAction="s3:*")),
        document_of(statement_with(Resource=...)),
        document_of(statement_with(Resource=None)),
        document_of(statement_with(Resource=..., NotResource="arn:aws:s3:::*")),
        document_of(statement_with(Condition={"StringEquals": {"aws:CalledVia": "x"}})),
        document_of(statement_with(Condition=ELSEWHERE)),
    ],
    ids=str,
)
def test_what_cannot_be_told_is_unknown_and_denies_nothing(document: Any) -> None:
    """Malformed documents, macros, imports, NotResource and conditions say neither yes nor no."""
    yes, no = judged(document)
    assert yes == all_actions(UNKNOWN)
    assert no == all_actions(FALSE)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (document_of(), FALSE),
        (document_of(statement_with()), TRUE),
        ({"Statement": statement_with()}, TRUE),
        (document_of(statement_with(Condition={})), TRUE),
        (document_of(statement_with(Effect=if_prod("Allow", "Deny"))), IS_PROD),
        (document_of(if_prod(statement_with(), NO_VALUE)), IS_PROD),
        (
            document_of(statement_with(Condition=if_prod(NO_VALUE, {"Bool": {"aws:x": "true"}}))),
            any_of(IS_PROD, all_of(negate(IS_PROD), UNKNOWN)),
        ),
        ({"Statement": if_prod([statement_with()], [])}, IS_PROD),
        (if_prod(document_of(statement_with()), document_of()), IS_PROD),
        (if_prod(document_of(statement_with()), NO_VALUE), IS_PROD),
        (
            document_of(
                if_prod(statement_with(), NO_VALUE), statement_with(Action="s3:*"), if_prod(NO_VALUE, statement_with())
            ),
            TRUE,
        ),
    ],
    ids=str,
)
def test_conditions_may_stand_anywhere(document: Any, expected: Formula) -> None:
    """Fn::If around a document, a list, a statement or an element decides when the document allows."""
    assert judged(document)[0] == all_actions(expected)


def test_without_a_resolver_only_plain_texts_are_known() -> None:
    """Functions other than Fn::If are unknown where nothing resolves them; the rest is as ever."""
    conditions = Conditions(TEMPLATE)
    mixed = document_of(statement_with(Action=[if_prod("logs:PutLogEvents", "s3:*"), {"Ref": "Everything"}]))
    assert allowed(mixed, conditions)["logs:PutLogEvents"].parts == (IS_PROD, UNKNOWN)
    assert allowed(document_of(statement_with()), conditions) == all_actions(TRUE)
    assert allowed(document_of(statement_with(Action="{{resolve:ssm:actions}}")), conditions) == all_actions(UNKNOWN)


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
        document = document_of(statement_with(**{where: odd}))
    _, no = judged(document)
    assert not any(formula.vague for formula in no.values())
