"""The example events are what CloudFormation and the guard send."""

import json
import re

import pytest

from tests.lint.project import ROOT, Json, event
from vended_logs import properties
from vended_logs.policy.grant import Scope

SCOPE = Scope("aws", "us-east-1", "123456789012")
FROM_CLOUDFORMATION = ["create", "update", "delete"]


def test_there_is_one_of_each_kind() -> None:
    """There is an event for each thing that can be asked of the function."""
    assert sorted(path.stem for path in (ROOT / "events").iterdir()) == ["create", "delete", "guard", "update"]


@pytest.mark.parametrize("name", FROM_CLOUDFORMATION)
def test_events_have_the_fields_that_cloudformation_sends(name: str) -> None:
    """An event has CloudFormation's fields, those of its request type, and no others."""
    common = {"RequestType", "ServiceToken", "ResponseURL", "StackId", "RequestId", "LogicalResourceId"}
    special = {
        "create": set(),
        "update": {"PhysicalResourceId", "OldResourceProperties"},
        "delete": {"PhysicalResourceId"},
    }
    sent = event(name)
    assert sent.keys() == common | {"ResourceType", "ResourceProperties"} | special[name]
    assert sent["RequestType"] == name.capitalize()
    assert sent["ResponseURL"].startswith("https://cloudformation-custom-resource-response-")
    assert sent.get("PhysicalResourceId", "AWSLogDeliveryWrite20150319") == sent["ResourceProperties"]["PolicyName"]


@pytest.mark.parametrize("name", [*FROM_CLOUDFORMATION, "guard"])
def test_properties_are_taken(name: str) -> None:
    """The function takes the properties of each event."""
    request = properties.parse(event(name)["ResourceProperties"], SCOPE)
    assert request.policy_name == "AWSLogDeliveryWrite20150319"


@pytest.mark.parametrize("name", FROM_CLOUDFORMATION)
def test_properties_are_those_of_the_template(name: str, template: Json) -> None:
    """An event carries every property that the template's resource has, as text or as a list of texts."""
    given = event(name)["ResourceProperties"]
    assert given.keys() == template["Resources"]["VendedLogsPolicy"]["Properties"].keys()
    assert all(
        isinstance(one, str) for value in given.values() for one in (value if isinstance(value, list) else [value])
    )


def target_of(template: Json, rule: str) -> Json:
    """Return what a rule of the template invokes, and with what."""
    [target] = template["Resources"][rule]["Properties"]["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": ["Provider", "Arn"]}
    return dict(target)


def with_defaults(template: Json, text: Json) -> Json:
    """Return the JSON that a Fn::Sub makes of the defaults of the parameters."""
    defaults = {name: parameter["Default"] for name, parameter in template["Parameters"].items()}
    filled = re.sub(r"\$\{(\w+)\}", lambda reference: str(defaults[reference[1]]), text["Fn::Sub"])
    return dict(json.loads(filled))


def test_the_guard_sends_what_the_template_has_it_send(template: Json) -> None:
    """With the defaults of the parameters, the schedule sends the example event."""
    assert with_defaults(template, target_of(template, "GuardRule")["Input"]) == event("guard")


def test_a_change_sends_what_the_schedule_sends(template: Json) -> None:
    """A change asks for the same grant as the schedule, tells what changed, and does not wait for quiet."""
    transformer = target_of(template, "GuardChangeRule")["InputTransformer"]
    sent = with_defaults(template, transformer["InputTemplate"])
    change = sent.pop("change")
    scheduled = event("guard")
    scheduled["ResourceProperties"]["SettleSeconds"] = "0"
    assert sent == scheduled
    assert sorted(change.values()) == sorted(f"<{name}>" for name in transformer["InputPathsMap"])


def test_a_change_is_told_by_what_every_event_has(template: Json) -> None:
    """Nothing that may be missing, or hold what JSON would have to escape, stands between an event and the function."""
    transformer = target_of(template, "GuardChangeRule")["InputTransformer"]
    assert set(transformer["InputPathsMap"].values()) == {"$.detail.eventName", "$.detail.eventID"}


def test_the_guard_asks_for_all_that_the_resource_asks_for(template: Json) -> None:
    """The guard re-ensures the resource's own grant: each property but those that make no difference to it."""
    asked = set(event("guard")["ResourceProperties"])
    assert asked == set(properties.KNOWN) - {"OnDelete", "Refresh"}
    texts = target_of(template, "GuardRule")["Input"]["Fn::Sub"]
    assert set(re.findall(r'"(\w+)": "\$\{(\w+)\}"', texts)) == {(name, name) for name in asked}
