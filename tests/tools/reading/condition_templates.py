"""Templates of conditions over a parameter of three values."""

from typing import Any

from vended_logs_tools.reading.conditions import Conditions
from vended_logs_tools.reading.formula import Atom, Formula

ENV = {"Type": "String", "AllowedValues": ["dev", "test", "prod"]}
IS_PROD = Atom("Ref Env", "prod")


def equals(left: Any, right: Any) -> dict[str, Any]:
    """Return the condition that two expressions are the same."""
    return {"Fn::Equals": [left, right]}


def condition_named(definition: Any, **sections: Any) -> Formula:
    """Return the one condition of a template with a parameter Env of three values and a free one."""
    parameters = {"Env": ENV, "Free": {"Type": "String"}, **sections.pop("Parameters", {})}
    return Conditions({"Parameters": parameters, "Conditions": {"It": definition}, **sections}).named("It")
