"""The templates of the scenarios, put together from `templates/`: an app, the provider's function, our resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tests.e2e.deploying import TEMPLATES, read_template

Template = dict[str, Any]

MACHINE: Final = "StateMachine"
POLICY: Final = "VendedLogsPolicy"
FUNCTION: Final = "VendedLogsProvider"
LOGS: Final = "StateMachineLogs"


def app(log_group: str = "/aws/vendedlogs/states/billing") -> Template:
    """Return an app with a state machine that logs, and nothing of ours."""
    template = read_template(TEMPLATES / "app.yaml")
    template["Resources"][LOGS]["Properties"]["LogGroupName"] = log_group
    return template


def provider(*, without_action: str | None = None) -> Template:
    """Return the provider's function alone; its role can be left without one of its actions."""
    template = read_template(TEMPLATES / "provider.yaml")
    statement = template["Resources"][FUNCTION]["Properties"]["Policies"][0]["Statement"][0]
    statement["Action"] = [action for action in statement["Action"] if action != without_action]
    return template


def policy(properties: Mapping[str, Any] | None = None, provided_by: str | None = None) -> Template:
    """Return our resource alone, with quick settings; of the provider in the same template unless another is given."""
    resource = _addition()[POLICY]
    quick = {"ServiceTimeout": 30, "SettleSeconds": 0}
    other = {"ServiceToken": provided_by} if provided_by else {}
    resource["Properties"] |= {**quick, **other, **(properties or {})}
    attributes = ("Outcome", "PolicyName", "Settled", "PolicySize", "EntriesBefore", "EntriesAfter", "PolicyCount")
    outputs = {name: {"Value": {"Fn::GetAtt": [POLICY, name]}} for name in attributes}
    return {"Resources": {POLICY: resource}, "Outputs": {**outputs, "Ref": {"Value": {"Ref": POLICY}}}}


def drop_in(
    properties: Mapping[str, Any] | None = None,
    *,
    log_group: str = "/aws/vendedlogs/states/billing",
    provided_by: str | None = None,
    waits: bool = True,
) -> Template:
    """Return the app with our resource in it: with the provider inline, or with a shared one by its service token.

    The machine's name comes first in the alphabet, so the engine makes it first unless it `waits`.
    """
    parts = [app(log_group), policy(properties, provided_by)]
    template = combined(*parts) if provided_by else combined(*parts, provider())
    if waits:
        template["Resources"][MACHINE] |= _addition()[MACHINE]
    return template


def _addition() -> dict[str, Any]:
    resources = read_template(TEMPLATES / "drop-in.yaml")["Resources"]
    return dict(resources)


def with_foreign_failure(template: Template) -> Template:
    """Return the template with one resource more that comes last and always fails."""
    failing = {
        "Type": "AWS::StepFunctions::StateMachine",
        "DependsOn": POLICY,
        "Properties": {"RoleArn": "none", "DefinitionS3Location": {"Bucket": "no-such-bucket", "Key": "none"}},
    }
    return combined(template, {"Resources": {"ZFailing": failing}})


def combined(*templates: Template) -> Template:
    """Return one template with the resources and the outputs of all."""
    sections = ("Resources", "Outputs")
    merged = {name: {key: value for t in templates for key, value in t.get(name, {}).items()} for name in sections}
    return {"Transform": "AWS::Serverless-2016-10-31"} | templates[0] | merged
