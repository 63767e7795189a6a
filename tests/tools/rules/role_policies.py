"""Policies of a role, and how they are judged."""

from typing import Any

from vended_logs_tools.reading.formula import Atom, Formula
from vended_logs_tools.rules.iam import ROLE_ACTIONS, allowed, denied
from vended_logs_tools.rules.texts import Resolver
from vended_logs_tools.template_model import of

TEMPLATE: dict[str, Any] = {
    "Parameters": {
        "Env": {"Type": "String"},
        "Everything": {"Type": "String", "AllowedValues": ["*"]},
        "Actions": {"Type": "CommaDelimitedList", "Default": "logs:Put*, logs:CreateLogDelivery"},
        "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/actions"},
    },
    "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Env"}, "prod"]}},
    "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
}
IS_PROD = Atom("Ref Env", "prod")
NO_VALUE = {"Ref": "AWS::NoValue"}
ELSEWHERE = {"Fn::ImportValue": "elsewhere"}
MACRO = {"Fn::Transform": {"Name": "Macro"}}


def if_prod(value: Any, otherwise: Any) -> dict[str, Any]:
    """Return a choice by the condition of the template."""
    return {"Fn::If": ["IsProd", value, otherwise]}


def statement_with(**changes: Any) -> dict[str, Any]:
    """Return a statement that allows everything that is needed, with changes; ``...`` takes an element out."""
    merged = {"Effect": "Allow", "Action": list(ROLE_ACTIONS), "Resource": "*", **changes}
    return {name: value for name, value in merged.items() if value is not ...}


def document_of(*statements: Any) -> dict[str, Any]:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def judged(document: Any) -> tuple[dict[str, Formula], dict[str, Formula]]:
    """Return when a document allows each action, and when it denies each."""
    template = of(TEMPLATE, "template")
    resolver = Resolver(template)
    yes = allowed(document, template.conditions, resolver)
    no = denied(document, template.conditions, resolver)
    assert list(yes) == list(no) == list(ROLE_ACTIONS)
    return dict(yes), dict(no)


def all_actions(formula: Formula) -> dict[str, Formula]:
    """Return the same formula for each action."""
    return dict.fromkeys(ROLE_ACTIONS, formula)
