"""What conditions make possible, against a truth table over every choice of parameters.

The templates have two parameters with lists of values and one that takes any text.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vended_logs_tools.reading.conditions import Conditions
from vended_logs_tools.reading.formula import all_of, negate

_PARAMETERS = {"A": ("x", "y"), "B": ("x", "y", "z"), "F": ("x", "y", "z", "true", "something else")}
_TEMPLATE = {
    "Parameters": {
        "A": {"Type": "String", "AllowedValues": ["x", "y"]},
        "B": {"Type": "String", "AllowedValues": ["x", "y", "z"], "Default": "x"},
        "F": {"Type": "String"},
        "G": {"Type": "String"},
    },
    "Mappings": {"M": {"x": {"k": "x", "l": "y"}, "y": {"k": "y", "l": True}, "z": {"k": "z", "l": "z"}}},
}
_World = Mapping[str, str]


def _equals(left: Any, right: Any) -> dict[str, Any]:
    return {"Fn::Equals": [left, right]}


_texts = st.sampled_from(["x", "y", "z"])
_refs = st.sampled_from([{"Ref": "A"}, {"Ref": "B"}])
_lookups = st.builds(lambda key, column: {"Fn::FindInMap": ["M", key, column]}, _refs, st.sampled_from("kl"))
_comparisons = st.builds(
    _equals, st.one_of(_refs, _lookups, st.just({"Ref": "F"}), _texts), st.one_of(_refs, _lookups, _texts)
)
_hidden = st.sampled_from(
    [
        {"Fn::Sub": "${F}-${A}"},
        {"Fn::Sub": "${F}-${G}"},
        {"Fn::Join": ["", [{"Ref": "F"}, "x"]]},
        {"Fn::Join": ["x", [{"Ref": "G"}, {"Ref": "A"}]]},
        {"Ref": "G"},
        {"Ref": "F"},
    ]
)
_hidden_comparisons = st.builds(_equals, _hidden, st.one_of(_hidden, st.sampled_from(["x", "xx", "x-x", "zx", "zxx"])))


def _expressions(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    pairs = st.lists(leaves, min_size=2, max_size=3)
    return st.one_of(
        leaves,
        st.builds(lambda one: {"Fn::Not": [one]}, leaves),
        st.builds(lambda some: {"Fn::And": some}, pairs),
        st.builds(lambda some: {"Fn::Or": some}, pairs),
    )


def _conditions_over(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Give three conditions, each over comparisons and those before it."""
    first = _expressions(leaves)
    second = _expressions(st.one_of(leaves, st.just({"Condition": "C0"})))
    third = _expressions(st.one_of(leaves, st.sampled_from([{"Condition": "C0"}, {"Condition": "C1"}])))
    return st.tuples(first, second, third).map(list)


_rule_bodies = st.builds(
    lambda when, then: (
        {"RuleCondition": when, "Assertions": [{"Assert": then}]} if when else {"Assertions": [{"Assert": then}]}
    ),
    st.one_of(st.none(), _comparisons),
    st.one_of(
        _expressions(_comparisons),
        st.builds(lambda some, ref: {"Fn::Contains": [some, ref]}, st.lists(_texts, max_size=2), _refs),
    ),
)


def _value(value: Any, world: _World) -> str:
    if not isinstance(value, dict):
        return "true" if value is True else str(value)
    [(function, argument)] = value.items()
    if function == "Ref":
        return world[argument]
    if function == "Fn::Sub":
        return str(argument).replace("${F}", world["F"]).replace("${A}", world["A"]).replace("${G}", world["G"])
    if function == "Fn::Join":
        return str(argument[0]).join(_value(part, world) for part in argument[1])
    mapping: Any = _TEMPLATE["Mappings"]
    return _value(mapping[argument[0]][_value(argument[1], world)][argument[2]], world)


def _holds(expression: Any, conditions: Mapping[str, Any], world: _World) -> bool:
    [(function, argument)] = expression.items()
    if function == "Condition":
        return _holds(conditions[argument], conditions, world)
    if function == "Fn::Equals":
        return _value(argument[0], world) == _value(argument[1], world)
    if function == "Fn::Contains":
        return _value(argument[1], world) in argument[0]
    inner = [_holds(part, conditions, world) for part in argument]
    return {"Fn::And": all(inner), "Fn::Or": any(inner), "Fn::Not": not inner[0]}[function]


def _obeys(rules: list[Any], world: _World) -> bool:
    applying = [rule for rule in rules if "RuleCondition" not in rule or _holds(rule["RuleCondition"], {}, world)]
    return all(_holds(rule["Assertions"][0]["Assert"], {}, world) for rule in applying)


def _worlds(**values: tuple[str, ...]) -> Iterator[_World]:
    return (dict(zip(values, chosen, strict=True)) for chosen in product(*values.values()))


@given(_conditions_over(_comparisons), st.lists(_rule_bodies, max_size=2), st.sets(st.integers(0, 2), max_size=3))
@settings(deadline=None)  # other work on the machine is no fault
def test_possible_is_what_the_truth_table_says(definitions: list[Any], rules: list[Any], negated: set[int]) -> None:
    """Where all is understood, something is possible exactly when some allowed choice of parameters brings it about."""
    named = {f"C{number}": definition for number, definition in enumerate(definitions)}
    deployable = [world for world in _worlds(**_PARAMETERS) if _obeys(rules, world)]
    assume(deployable)
    conditions = Conditions(
        {**_TEMPLATE, "Conditions": named, "Rules": {f"R{n}": rule for n, rule in enumerate(rules)}}
    )
    wanted = all_of(
        *(negate(conditions.named(name)) if int(name[1]) in negated else conditions.named(name) for name in named)
    )
    expected = any(
        all(_holds(body, named, world) is not (int(name[1]) in negated) for name, body in named.items())
        for world in deployable
    )
    assert conditions.possible(wanted) is expected


@given(_conditions_over(st.one_of(_comparisons, _hidden_comparisons)), st.sets(st.integers(0, 2), max_size=3))
@settings(deadline=None)  # other work on the machine is no fault
def test_possible_is_never_wrong(definitions: list[Any], negated: set[int]) -> None:
    """Whatever functions the conditions call, what is held to be possible is brought about by some parameters."""
    named = {f"C{number}": definition for number, definition in enumerate(definitions)}
    conditions = Conditions({**_TEMPLATE, "Conditions": named})
    wanted = all_of(
        *(negate(conditions.named(name)) if int(name[1]) in negated else conditions.named(name) for name in named)
    )
    free = ("x", "y", "z", "true", "", "xx", "x-x", "zx", "z-x", "x-", "zxx", "one", "two")
    worlds = _worlds(A=("x", "y"), B=("x", "y", "z"), F=free, G=(*free, "one-x", "onex", "one-y"))
    brought_about = any(
        all(_holds(body, named, world) is not (int(name[1]) in negated) for name, body in named.items())
        for world in worlds
    )
    assert brought_about or not conditions.possible(wanted)
