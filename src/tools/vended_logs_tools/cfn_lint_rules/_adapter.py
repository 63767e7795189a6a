"""What the rules share: whether a template has anything for them, and one reading of it for all six.

Nearly every template has no state machine. Nothing of ours is read, or even loaded, for those.
"""

import gc
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar, Final
from weakref import WeakKeyDictionary

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template as Linted

CONCERNED: Final = frozenset(
    {"AWS::Logs::ResourcePolicy", "AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine"}
)
"""The types of which every finding is; the SAM translator makes one of them of another."""

_LOG: Final = logging.getLogger(__name__)
_PAGES: Final = "https://github.com/vended-logs-policy/vended-logs-policy/blob/main/docs/rules"
# A rule's id with each of its matches.
_found: WeakKeyDictionary[Linted, Sequence[tuple[str, RuleMatch]]] = WeakKeyDictionary()


class Rule(CloudFormationLintRule):  # type: ignore[misc]  # cfn-lint has types, but does not say so
    """A rule that reports what ``vended-logs check`` finds under its id."""

    tags: ClassVar[Sequence[str]] = ()

    def match(self, cfn: Linted) -> list[RuleMatch]:
        """Return this rule's matches; none for a template that cannot be understood."""
        return [match for rule, match in _matches(cfn) if rule == self.id]


def page(rule: str) -> str:
    """Return the address of a rule's page."""
    return f"{_PAGES}/{rule}.md"


def _matches(cfn: Linted) -> Sequence[tuple[str, RuleMatch]]:
    """Return the matches of all rules, found once for each template that cfn-lint has read."""
    if cfn not in _found:
        try:
            with _no_collection():
                _found[cfn] = _find(cfn) if _is_concerned(cfn) else []
        except Exception:  # noqa: BLE001 - the template is cfn-lint's to judge; ours is not the rule to fail on it
            _LOG.debug("Not understood, so nothing is reported: %s", cfn.filename, exc_info=True)
            _found[cfn] = []
    return _found[cfn]


def _is_concerned(cfn: Linted) -> bool:
    """Return whether the template has a resource of the types that findings are of, or loops that may make one.

    cfn-lint and we may unroll a loop differently; all else that it does to a template leaves, or translates, these.
    """
    resources = cfn.template.get("Resources")
    bodies = resources.values() if isinstance(resources, dict) else ()
    kinds = (body.get("Type") for body in bodies if isinstance(body, dict))
    return bool(cfn.transform_pre["Fn::ForEach"]) or any(isinstance(kind, str) and kind in CONCERNED for kind in kinds)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python's collector from walking all that cfn-lint holds while ours, which is little, is made."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _find(cfn: Linted) -> Sequence[tuple[str, RuleMatch]]:
    from vended_logs_tools.cfn_lint_rules import _finding  # noqa: PLC0415 - only such a template pays for loading it

    return _finding.find(cfn)
