"""E9601 held against CloudFormation's semantics, tried out for every value of every parameter.

The model deploys a template by hand: it evaluates the conditions, leaves out the resources whose condition does not
hold, takes the branch of each Fn::If, and looks whether the machine logs without waiting for one of ours.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from vended_logs_tools import template_model
from vended_logs_tools.check import check

Json = dict[str, Any]
Values = Mapping[str, str]

VALUES: Final = ("a", "b", "c")
UNNAMED: Final = ("d", "e")
PARAMETERS: Final = ("P", "Q")
CONDITIONS: Final = ("C0", "C1", "C2", "C3")
GRANTORS: Final = ("G0", "G1")
BETWEEN: Final = ("T0", "T1")
MACHINE: Final = "Machine"
NO_VALUE: Final = {"Ref": "AWS::NoValue"}
LOGGING: Final = {
    "Level": "ALL",
    "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::ImportValue": "x"}}}],
}

operands = st.one_of(
    st.sampled_from(PARAMETERS).map(lambda name: {"Ref": name}),
    st.sampled_from(VALUES),
    st.sampled_from(PARAMETERS).map(lambda name: {"Fn::FindInMap": ["Map", {"Ref": name}, "Key"]}),
)


def expressions(earlier: tuple[str, ...]) -> st.SearchStrategy[Json]:
    """Return conditions that may name earlier ones."""
    simple = st.tuples(operands, operands).map(lambda pair: {"Fn::Equals": list(pair)})
    leaf: st.SearchStrategy[Json] = simple
    if earlier:
        leaf = st.one_of(simple, st.sampled_from(earlier).map(lambda name: {"Condition": name}))
    pairs = st.lists(leaf, min_size=2, max_size=3)
    negation = leaf.map(lambda one: {"Fn::Not": [one]})
    return st.one_of(
        leaf, negation, pairs.map(lambda all_: {"Fn::And": all_}), pairs.map(lambda any_: {"Fn::Or": any_})
    )


allowed_values: st.SearchStrategy[list[str]] = st.one_of(
    st.just([]), st.lists(st.sampled_from(VALUES), min_size=1, max_size=3, unique=True)
)
loggings: st.SearchStrategy[Json] = st.one_of(
    st.just(LOGGING),
    st.sampled_from(CONDITIONS).map(lambda name: {"Fn::If": [name, LOGGING, NO_VALUE]}),
    st.sampled_from(CONDITIONS).map(lambda name: {**LOGGING, "Level": {"Fn::If": [name, "OFF", "ERROR"]}}),
)


@st.composite
def resources(draw: st.DrawFn, kind: str, properties: Json, targets: tuple[str, ...]) -> Json:
    """Return a resource under any condition or none, which may name some of the targets in DependsOn."""
    held = draw(st.one_of(st.none(), st.sampled_from(CONDITIONS)))
    named = draw(st.lists(st.sampled_from(targets), max_size=2, unique=True)) if targets else []
    body: Json = {"Type": kind, "Properties": properties}
    return body | ({"Condition": held} if held else {}) | ({"DependsOn": named} if named else {})


@st.composite
def tags(draw: st.DrawFn, targets: tuple[str, ...]) -> Json:
    """Return tags that may refer to one of the targets, on one branch of an Fn::If or both."""
    branch = st.one_of(st.just("none"), st.sampled_from(targets).map(lambda name: {"Ref": name}))
    value = draw(st.one_of(branch, st.tuples(st.sampled_from(CONDITIONS), branch, branch).map(list)))
    return {"Tags": [{"Key": "x", "Value": {"Fn::If": value} if isinstance(value, list) else value}]}


@st.composite
def templates(draw: st.DrawFn) -> Json:
    """Return a template of a machine, what may stand between, and what brings the grant, all under conditions."""
    found = {name: draw(resources("Custom::VendedLogsPolicy", {"ServiceToken": "x"}, ())) for name in GRANTORS}
    for name in (*BETWEEN, MACHINE):
        earlier = tuple(found)
        kind, properties = "AWS::SNS::Topic", draw(tags(earlier))
        if name == MACHINE:
            kind = "AWS::StepFunctions::StateMachine"
            role = "arn:aws:iam::123456789012:role/x"
            properties |= {"RoleArn": role, "LoggingConfiguration": draw(loggings)}
        found[name] = draw(resources(kind, properties, earlier))
    allowed = {name: draw(allowed_values) for name in PARAMETERS}
    return {
        "Parameters": {
            name: {"Type": "String"} | ({"AllowedValues": values} if values else {}) for name, values in allowed.items()
        },
        "Mappings": {"Map": {value: {"Key": draw(st.sampled_from(VALUES))} for value in VALUES}},
        "Conditions": {name: draw(expressions(CONDITIONS[:number])) for number, name in enumerate(CONDITIONS)},
        "Resources": found,
    }


def assignments(template: Json) -> Iterator[Values]:
    """Yield every choice of values that the parameters allow; where any is, two that the template never names too."""
    allowed = [template["Parameters"][name].get("AllowedValues", (*VALUES, *UNNAMED)) for name in PARAMETERS]
    for chosen in itertools.product(*allowed):
        yield dict(zip(PARAMETERS, chosen, strict=True))


class Deployment:
    """A template with values for its parameters."""

    def __init__(self, template: Json, values: Values) -> None:
        self._template = template
        self._values = values

    def starts_too_early(self) -> bool:
        """Whether the machine is there, logs, and waits for nothing that brings the grant."""
        properties = self._template["Resources"][MACHINE]["Properties"]
        logging = self._chosen(properties["LoggingConfiguration"])
        logs = logging != NO_VALUE and self._chosen(logging["Level"]) != "OFF"
        return self._is_there(MACHINE) and logs and not self._awaited(MACHINE) & set(GRANTORS)

    def _awaited(self, name: str) -> set[str]:
        body = self._template["Resources"][name]
        value = self._chosen(body["Properties"]["Tags"][0]["Value"]) if "Tags" in body["Properties"] else None
        named = {*body.get("DependsOn", []), *([value["Ref"]] if isinstance(value, dict) else [])}
        there = {one for one in named if self._is_there(one)}
        return there.union(*(self._awaited(one) for one in there))

    def _is_there(self, name: str) -> bool:
        condition = self._template["Resources"][name].get("Condition")
        return condition is None or self._holds({"Condition": condition})

    def _chosen(self, value: Any) -> Any:
        if isinstance(value, dict) and "Fn::If" in value:
            name, then, otherwise = value["Fn::If"]
            return self._chosen(then if self._holds({"Condition": name}) else otherwise)
        return value

    def _holds(self, expression: Json) -> bool:
        [(name, inner)] = expression.items()
        if name == "Condition":
            return self._holds(self._template["Conditions"][inner])
        if name == "Fn::Equals":
            return self._text(inner[0]) == self._text(inner[1])
        held = [self._holds(one) for one in inner]
        return {"Fn::And": all(held), "Fn::Or": any(held), "Fn::Not": not held[0]}[name]

    def _text(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        if "Ref" in value:
            return self._values[value["Ref"]]
        return str(self._template["Mappings"]["Map"][self._text(value["Fn::FindInMap"][1])]["Key"])


def can_start_too_early(template: Json) -> bool:
    """Whether some values let the machine log before the grant; those that no mapping has a key for are refused."""
    for values in assignments(template):
        try:
            if Deployment(template, values).starts_too_early():
                return True
        except KeyError:
            continue
    return False


@settings(max_examples=200, deadline=None)
@given(templates())
def test_a_machine_is_found_if_and_only_if_some_values_start_it_too_early(template: Json) -> None:
    """Nothing is found that cannot happen; and what can happen is found, where the template lists all values."""
    found = any(finding.rule == "E9601" for finding in check(template_model.of(template, "template")))
    early = can_start_too_early(template)

    assert early or not found
    if all("AllowedValues" in parameter for parameter in template["Parameters"].values()):
        assert found or not early
