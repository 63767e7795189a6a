"""E9603 and W9604: the log group that a state machine's logging goes to, by its ARN and by its name."""

from collections.abc import Iterable, Iterator

from vended_logs_tools.finding import Fault
from vended_logs_tools.reading.formula import Formula, all_of, negate
from vended_logs_tools.reading.intrinsics import Alternative
from vended_logs_tools.rules.grants import Grants
from vended_logs_tools.rules.holes import HOLE, shown
from vended_logs_tools.rules.machines import Logging, log_group_name
from vended_logs_tools.rules.stand_ins import DEFAULT_PATTERN
from vended_logs_tools.rules.texts import Texts
from vended_logs_tools.template_model import Template

ARN_RULE = "E9603"
NAME_RULE = "W9604"


def faults(template: Template, machines: Iterable[Logging], grants: Grants) -> Iterator[Fault]:
    """Yield what is wrong with each destination of each machine's logging.

    Args:
        template: the template.
        machines: the logging of each of its state machines.
        grants: what in it brings the grant.
    """
    destinations = _Destinations(template, grants)
    for logging in machines:
        for destination, ways in logging.destinations:
            yield from destinations.faults(logging.machine.logical_id, destination, ways)


class _Destinations:
    def __init__(self, template: Template, grants: Grants) -> None:
        self._template = template
        self._grants = grants

    def faults(self, machine: str, destination: Alternative, ways: Texts) -> Iterator[Fault]:
        short = [arn for when, arn in ways if _lacks_streams(arn) and self._can_be(when)]
        if short:
            yield Fault(
                ARN_RULE,
                destination.path,
                machine,
                f"the ARN of its log group{_named(short[0])} lacks the `:*` at the end that Step Functions asks for",
                "append `:*`, or use Fn::GetAtt with the log group's Arn, which ends in it",
            )
        outside = [arn for when, arn in ways if self._is_outside(arn, when)]
        if outside:
            yield Fault(
                NAME_RULE,
                destination.path,
                machine,
                f"its log group{_named(outside[0])} is outside what is granted ({', '.join(self._grants.patterns())}),"
                " so that it needs an entry, or a policy, of its own",
                f"begin its name with {DEFAULT_PATTERN.removesuffix('*')}, or add a pattern for it to LogGroupPatterns",
            )

    def _is_outside(self, arn: str, when: Formula) -> bool:
        name = log_group_name(arn)
        return bool(name) and name != HOLE and self._can_be(all_of(when, negate(self._grants.covered(name))))

    def _can_be(self, when: Formula) -> bool:
        return self._template.conditions.possible(when)


def _lacks_streams(arn: str) -> bool:
    """Return whether an ARN surely does not end in ``:*``; an empty text stands for none."""
    return bool(arn) and not arn.endswith((":*", HOLE))


def _named(arn: str) -> str:
    name = log_group_name(arn)
    return "" if name in ("", HOLE) else f" {shown(name)}"
