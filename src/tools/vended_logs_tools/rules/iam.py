"""What an identity policy in a template lets a state machine's role do about log delivery, and when.

Sources: Step Functions Developer Guide, "Logging using CloudWatch Logs"; Service Authorization Reference, "Actions,
resources, and condition keys for Amazon CloudWatch Logs"; IAM User Guide, "IAM JSON policy element reference".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from vended_logs.policy.wildcard import matches
from vended_logs_tools.reading.conditions import Conditions
from vended_logs_tools.reading.expressions import DYNAMIC_REFERENCE, manageable
from vended_logs_tools.reading.formula import FALSE, TRUE, UNKNOWN, Formula, all_of, any_of, negate, pessimistic
from vended_logs_tools.reading.intrinsics import ABSENT, TRANSFORM, Alternative, alternatives, function, items
from vended_logs_tools.rules.holes import as_pattern, is_vague
from vended_logs_tools.rules.texts import Resolver

ROLE_ACTIONS: Final = (
    "logs:CreateLogDelivery",
    "logs:CreateLogStream",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutLogEvents",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
)
"""What a state machine's role needs to log, in the guide's order."""

ON_ANY_RESOURCE: Final = frozenset({"logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups"})
"""Those that have a form for single log groups. The role plays no part in the writing, so any resource will do; all
others are matched by AWS against ``*`` alone."""

_EFFECTS: Final = frozenset({"Allow", "Deny"})

ByAction = Mapping[str, Formula]
"""For each of the ten actions, when it is so."""


def allowed(document: object, conditions: Conditions, resolver: Resolver | None = None) -> ByAction:
    """Return when a policy document allows each of the ten actions; ``UNKNOWN`` where that cannot be told.

    Args:
        document: Plain data, intrinsic functions in their long form.
        conditions: Those of the template, for Fn::If.
        resolver: What resolves functions other than Fn::If; without one, what they come to is unknown.
    """
    return judged(document, conditions, resolver)[0]


def denied(document: object, conditions: Conditions, resolver: Resolver | None = None) -> ByAction:
    """Return when a policy document surely denies each of the ten actions: on every resource, without a condition.

    Law: no answer holds an ``UNKNOWN``. The arguments are those of ``allowed``.
    """
    return judged(document, conditions, resolver)[1]


def judged(document: object, conditions: Conditions, resolver: Resolver | None = None) -> tuple[ByAction, ByAction]:
    """Return what ``allowed`` and ``denied`` do, from one reading of the document."""
    reader = _Reader(conditions, resolver)
    statements = reader.statements(document)
    denials = reader.reading(statements, "Deny")
    return reader.reading(statements, "Allow"), {action: pessimistic(when) for action, when in denials.items()}


class _Reader:
    """Reads the policy documents of one template."""

    def __init__(self, conditions: Conditions, resolver: Resolver | None) -> None:
        self._conditions = conditions
        self._resolver = resolver

    def reading(self, statements: Sequence[Alternative] | None, effect: str) -> ByAction:
        """Return when some statement of that effect applies to each action; UNKNOWN of a document without bounds."""
        if statements is None:
            return dict.fromkeys(ROLE_ACTIONS, UNKNOWN)
        found: dict[str, list[Formula]] = {action: [] for action in ROLE_ACTIONS}
        for statement in statements:
            when = self._applies(statement, effect)
            if when != FALSE:
                for action, is_about in self._about(statement.value, effect):
                    found[action].append(all_of(when, is_about))
        return {action: any_of(*formulas) for action, formulas in found.items()}

    def statements(self, document: object) -> Sequence[Alternative] | None:
        """Return the statements of a document; None if it is too large to be looked at."""
        return list(self._statements(document)) if manageable(document) else None

    def _statements(self, document: object) -> Iterator[Alternative]:
        """Yield the statements, each with when it is there; something that is no mapping for what is not known."""
        for whole in alternatives(document, self._conditions):
            if whole.value is ABSENT:
                continue
            if _is_element(whole.value) and whole.value.get("Statement") is not None:
                yield from items(whole.value["Statement"], self._conditions, when=whole.formula)
            else:
                yield Alternative(whole.formula, None, whole.path)

    def _applies(self, statement: Alternative, effect: str) -> Formula:
        """Return when a statement is there, has the effect, and has no condition."""
        if not _is_element(statement.value):
            return all_of(statement.formula, UNKNOWN)
        effects = list(self._listed(statement.value.get("Effect"))) or [(TRUE, None)]
        is_so = any_of(*(all_of(when, _constant(text == effect)) for when, text in effects if text in _EFFECTS))
        is_odd = any_of(*(all_of(when, UNKNOWN) for when, text in effects if text not in _EFFECTS))
        return all_of(statement.formula, any_of(is_so, is_odd), self._unconditional(statement.value))

    def _unconditional(self, statement: Mapping[str, Any]) -> Formula:
        if "Condition" not in statement:
            return TRUE
        found = alternatives(statement["Condition"], self._conditions)
        return any_of(*(all_of(one.formula, TRUE if one.value in (ABSENT, {}) else UNKNOWN) for one in found))

    def _about(self, statement: object, effect: str) -> Iterator[tuple[str, Formula]]:
        """Yield for each action when a statement is about it, on the resource that it needs."""
        if not isinstance(statement, Mapping) or ("Action" in statement) == ("NotAction" in statement):
            yield from ((action, UNKNOWN) for action in ROLE_ACTIONS)
            return
        patterns = list(self._listed(statement.get("Action", statement.get("NotAction")))) or [(TRUE, None)]
        resources = list(self._listed(statement.get("Resource"))) or [(UNKNOWN, "*")]
        on_any = any_of(*(when for when, _ in resources))
        on_all = _some_match(resources, "*")
        for action in ROLE_ACTIONS:
            named = _some_match(patterns, action)
            is_lenient = effect == "Allow" and action in ON_ANY_RESOURCE
            yield action, all_of(named if "Action" in statement else negate(named), on_any if is_lenient else on_all)

    def _listed(self, values: object) -> Iterator[tuple[Formula, str | None]]:
        """Yield what a list, or a single value, may hold; a parameter may bring several texts, a comma between them."""
        for one in items(values, self._conditions):
            for when, text in self._texts(one.value):
                parts = [text] if text is None or isinstance(one.value, str) else map(str.strip, text.split(","))
                yield from ((all_of(one.formula, when), part) for part in parts)

    def _texts(self, value: object) -> Iterable[tuple[Formula, str | None]]:
        """Return what one value may come to, with holes; None for what is no text."""
        if self._resolver is None:
            return [(TRUE, value if isinstance(value, str) and DYNAMIC_REFERENCE not in value else None)]
        is_text = isinstance(value, str) or (isinstance(value, Mapping) and function(value)[0])
        return self._resolver.texts(value) if is_text else [(TRUE, None)]


def _is_element(value: object) -> bool:
    """Return whether a value is a mapping written out, nothing in it to be put there by a macro."""
    return isinstance(value, Mapping) and not function(value)[0] and TRANSFORM not in value


def _some_match(patterns: Iterable[tuple[Formula, str | None]], text: str) -> Formula:
    ways = []
    for when, pattern in patterns:
        matched = _matched(pattern, text)
        if matched is not FALSE:
            ways.append(all_of(when, matched))
    return any_of(*ways)


@lru_cache(maxsize=4096)
def _matched(pattern: str | None, text: str) -> Formula:
    """Return whether a pattern, its holes unknown, matches a text, case aside."""
    if pattern is None:
        return UNKNOWN
    known = matches(as_pattern(pattern).lower(), text.lower())
    return all_of(_constant(known), UNKNOWN if is_vague(pattern) else TRUE)


def _constant(holds: object) -> Formula:
    return TRUE if holds else FALSE
