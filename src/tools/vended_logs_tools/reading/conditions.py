"""A template's conditions as formulas over its parameters, and what can be the case at all.

No default of a parameter is assumed: who deploys may give any value that the template allows.

Source: CloudFormation User Guide, "Condition functions" and "Rule-specific intrinsic functions".
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final

from vended_logs_tools.reading.expressions import call, calls_in, manageable, mapping
from vended_logs_tools.reading.formula import (
    TRUE,
    UNKNOWN,
    Constant,
    Formula,
    all_of,
    any_of,
    atoms,
    negate,
    pessimistic,
)
from vended_logs_tools.reading.operands import Operands
from vended_logs_tools.reading.satisfiability import satisfiable

# Functions of the section Rules that look at parameters by name or by type, without a Ref.
_BY_NAME: Final = ("Fn::ValueOf", "Fn::ValueOfAll")
_BY_TYPE: Final = "Fn::RefAll"


class Conditions:
    """The conditions of one template, given as its plain data; whatever is missing or malformed there is unknown."""

    def __init__(self, data: object) -> None:
        template = mapping(data)
        self._operands = Operands(mapping(template.get("Parameters")), mapping(template.get("Mappings")), self.named)
        self._definitions = mapping(template.get("Conditions"))
        self._rule_definitions = mapping(template.get("Rules"))
        self._named: dict[str, Formula] = {}
        self._is_read = False

    def named(self, name: object) -> Formula:
        """Return a condition's formula; ``UNKNOWN`` if it is undefined, malformed, cyclic or not to be resolved."""
        self._read()
        return self._named.get(name, UNKNOWN) if isinstance(name, str) else UNKNOWN

    def equals(self, left: object, right: object) -> Formula:
        """Return the formula that two values, in plain data, are the same text.

        Law: symmetric in its meaning. Texts are compared exactly: ``true`` is not ``True``.
        """
        return self._operands.equals(left, right)

    def formula(self, expression: object) -> Formula:
        """Return the formula of an expression as it stands in the section Conditions; ``UNKNOWN`` if it is none."""
        return self._formula(expression) if manageable(expression) else UNKNOWN

    def possible(self, formula: Formula) -> bool:
        """Return whether the formula holds in some deployment, for sure.

        A deployment gives every parameter one value of those allowed and fulfils the template's rules. Whatever is not
        known is decided against the formula; so are a rule that is not understood, if the formula mentions a parameter
        of it, and two different expressions over the same parameter, whose values hang together unseen.
        """
        if isinstance(formula, Constant):
            return formula == TRUE
        whole = all_of(formula, *self._linked_rules(formula))
        subjects = {atom.subject for atom in atoms(whole)}
        certain = pessimistic(whole, doubtful=self._operands.entangled(subjects))
        return satisfiable(certain, self._operands.values_of(subjects))

    def _read(self) -> None:
        """Evaluate every condition, each after those that it names; those on or behind a cycle stay unknown."""
        if self._is_read:
            return
        # Set at once: a comparison inside a condition may ask for another one, which is unknown until it is read.
        self._is_read = True
        definitions = {name: body for name, body in self._definitions.items() if manageable(body)}
        order = TopologicalSorter({name: sorted(set(_conditions_in(body))) for name, body in definitions.items()})
        # What is not behind the cycle can still be had from the sorter.
        with suppress(CycleError):
            order.prepare()
        while ready := order.get_ready():
            for name in ready:
                self._named[name] = self._formula(definitions[name]) if name in definitions else UNKNOWN
            order.done(*ready)

    def _formula(self, expression: object) -> Formula:
        function, argument = call(expression)
        arguments = argument if isinstance(argument, list) else []
        if function == "Condition":
            return self._named.get(argument, UNKNOWN) if isinstance(argument, str) else UNKNOWN
        if function in ("Fn::And", "Fn::Or") and arguments:
            return (all_of if function == "Fn::And" else any_of)(*map(self._formula, arguments))
        if function == "Fn::Not" and len(arguments) == 1:
            return negate(self._formula(arguments[0]))
        if function == "Fn::Equals" and len(arguments) == 2:  # noqa: PLR2004  # a left and a right side
            return self._operands.equals(*arguments)
        if function == "Fn::Contains" and len(arguments) == 2 and isinstance(arguments[0], list):  # noqa: PLR2004  a list and a value
            return any_of(*(self._operands.equals(item, arguments[1]) for item in arguments[0]))
        return UNKNOWN

    @cached_property
    def _rules(self) -> tuple[tuple[Formula, frozenset[str]], ...]:
        """Each assertion, and the parameters that it looks at."""
        return tuple(rule for body in self._rule_definitions.values() for rule in self._assertions(mapping(body)))

    def _assertions(self, body: Mapping[str, Any]) -> Iterator[tuple[Formula, frozenset[str]]]:
        premise = body.get("RuleCondition")
        assertions = body.get("Assertions")
        for assertion in assertions if isinstance(assertions, list) else [assertions]:
            claim = assertion.get("Assert") if isinstance(assertion, Mapping) else None
            holds = self.formula(claim)
            if premise is not None:
                holds = any_of(negate(self.formula(premise)), holds)
            yield holds, self._parameters_in([premise, assertion])

    def _parameters_in(self, expression: object) -> frozenset[str]:
        everything = frozenset(self._operands.parameters)
        if not manageable(expression):
            return everything
        found: set[str] = set()
        for function, argument in calls_in(expression):
            if function == _BY_TYPE:
                return everything
            named = argument[:1] if isinstance(argument, list) and function in _BY_NAME else [argument]
            if function in ("Ref", *_BY_NAME):
                found.update(name for name in named if isinstance(name, str))
        return frozenset(found)

    def _linked_rules(self, formula: Formula) -> list[Formula]:
        """Return the assertions about what the formula is about, and about what those are about, and so on."""
        mentioned = self._operands.parameters_of(atom.subject for atom in atoms(formula))
        linked: list[Formula] = []
        rest = list(self._rules)
        while near := [rule for rule in rest if mentioned & rule[1]]:
            rest = [rule for rule in rest if not mentioned & rule[1]]
            linked.extend(holds for holds, _ in near)
            mentioned = mentioned.union(*(parameters for _, parameters in near))
        return linked


def _conditions_in(expression: object) -> Iterator[str]:
    return (name for function, name in calls_in(expression) if function == "Condition" and isinstance(name, str))
