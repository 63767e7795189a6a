"""template.yaml has no finding, its parameters take what the function takes, and what is optional is off."""

import json
import re
from typing import Final

import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from tests.lint.parameter_values import refuses
from tests.lint.project import TEMPLATE, Json
from vended_logs import properties
from vended_logs.errors import BadProperty
from vended_logs.policy.grant import Scope

REGIONS: Final = ["us-east-1", "eu-central-1", "ap-southeast-2", "cn-north-1", "us-gov-west-1"]
VALUES: Final = {
    "PolicyName": (["a", "x" * 255, "team/logs_1"], ["", "a:b", "a*", "a,b", 'a"b', "x" * 256, "/a"]),
    "LogGroupPatterns": (
        ["/aws/vendedlogs/*", "/aws/vendedlogs/*, aws-waf-logs-*", "abcd*?", "ab"],
        ["", "*", "abc*", "/aws/*,", "/aws/vended logs/*", "abcd*,*", 'abcd"*'],
    ),
    "Principals": (
        ["delivery.logs.amazonaws.com", "es.amazonaws.com,route53.amazonaws.com"],
        ["", "*", "delivery.logs", "arn:aws:iam::123456789012:root"],
    ),
    "SettleSeconds": (["0", "5", "9", "10", "59", "60"], ["", "1", "4", "61", "05", "5.5", "-5"]),
    "Refresh": (["", "2026-01-01T00:00:00Z", "any text: {}"], ["two\nlines", "x" * 257]),
}


def findings(text: str) -> list[str]:
    """Return what cfn-lint finds, its informational rules included."""
    config = ManualArgs(regions=REGIONS, include_checks=["I"])
    return [f"{match.rule.id} line {match.linenumber}: {match.message}" for match in lint(text, config=config)]


def test_cfn_lint_finds_nothing() -> None:
    """The template has no finding in any partition, not even an informational one."""
    assert findings(TEMPLATE.read_text(encoding="utf-8")) == []


def test_cfn_lint_finds_nothing_after_the_transform(translated: Json) -> None:
    """What the transform makes of the template has no finding either."""
    assert findings(json.dumps(translated, indent=1)) == []


def test_every_parameter_is_described_and_bounded(template: Json) -> None:
    """Each parameter says what it is and which values it takes, and its default is one of them."""
    for name, parameter in template["Parameters"].items():
        assert len(parameter["Description"]) > 20, name
        assert {"AllowedValues", "AllowedPattern"} & parameter.keys(), name
        assert {"AllowedValues", "ConstraintDescription"} & parameter.keys(), name
        assert not refuses(parameter, parameter["Default"]), name


def test_every_parameter_is_in_a_group(template: Json) -> None:
    """Each parameter stands in one group of the console's form."""
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    assert sorted(grouped) == sorted(template["Parameters"])


@pytest.mark.parametrize("name", VALUES)
def test_parameters_take_what_the_function_takes(template: Json, name: str) -> None:
    """A value that the template takes, the function takes, and the values that it must refuse are refused early."""
    good, bad = VALUES[name]
    for value in good:
        assert not refuses(template["Parameters"][name], value), value
        properties.parse({name: value}, Scope("aws", "us-east-1", "123456789012"))
    for value in bad:
        assert refuses(template["Parameters"][name], value), value


@pytest.mark.parametrize("name", ["SourceConditions", "WhenFull", "OnDelete"])
def test_choices_are_those_of_the_function(template: Json, name: str) -> None:
    """Each choice that the template offers, the function knows, and it names them all when it refuses another."""
    choices = template["Parameters"][name]["AllowedValues"]
    for choice in choices:
        properties.parse({name: choice}, Scope("aws", "us-east-1", "123456789012"))
    with pytest.raises(BadProperty) as refused:
        properties.parse({name: "Other"}, Scope("aws", "us-east-1", "123456789012"))
    assert re.findall(r"[A-Z]\w+", str(refused.value).partition(":")[2]) == choices


def test_the_resource_passes_every_property_on(template: Json) -> None:
    """Each property of the resource can be set by a parameter of the same name, with the function's own default."""
    given = template["Resources"]["VendedLogsPolicy"]["Properties"]
    scope = Scope("aws", "us-east-1", "123456789012")
    assert {name: value for name, value in given.items() if not name.startswith("Service")} == {
        name: {"Ref": name} for name in properties.KNOWN
    }
    defaults = {name: template["Parameters"][name]["Default"] for name in properties.KNOWN}
    assert properties.parse(defaults, scope) == properties.parse({}, scope)


def test_the_provider_is_bounded_as_the_code_is(template: Json) -> None:
    """The provider's configuration comes from parameters whose defaults are the code's own."""
    variables = template["Resources"]["Provider"]["Properties"]["Environment"]["Variables"]
    bounds = {
        name: template["Parameters"][value["Ref"]]["Default"]
        for name, value in variables.items()
        if name.startswith("ALLOWED_")
    }
    assert len(bounds) == 3
    assert properties.Bounds.from_environment(bounds) == properties.Bounds()


def test_what_is_optional_is_off(template: Json) -> None:
    """With the defaults there are the provider, the grant and the policy for roles, and nothing else."""
    unconditional = {name for name, resource in template["Resources"].items() if "Condition" not in resource}
    provider = {"Provider", "ProviderLogGroup", "ProviderRole"}
    assert unconditional == provider | {"VendedLogsPolicy", "LogDeliveryPolicy"}
    switches = ("ShareProvider", "Canary", "GuardOnChange", "GuardAlarms", "GuardSchedule")
    defaults = [template["Parameters"][name]["Default"] for name in switches]
    assert defaults == ["false", "false", "false", "false", "off"]
