"""One region of an account for people: its policies and what room they have, the grant, and the findings."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from rich.console import Console

from vended_logs.policy.limits import MAX_POLICIES, SIZE_LIMIT
from vended_logs.policy.statement import Element
from vended_logs_tools.account.survey import AccountPolicy, LogGroupPolicy, Survey
from vended_logs_tools.diagnosis.examination import Examination
from vended_logs_tools.diagnosis.health import GrantState, wanted
from vended_logs_tools.numbers import counted
from vended_logs_tools.screen.bar import bar, can_draw, style
from vended_logs_tools.screen.finding_view import show_findings
from vended_logs_tools.screen.writing import write

LOG_GROUP_LIMIT: Final = 51_200
"""Bytes of a log group's own policy (CloudWatch Logs API, PutResourcePolicy)."""

_BAR: Final = 24
_LABEL: Final = 12
_LARGEST: Final = 3
_SERVICE: Final = ".amazonaws.com"


def show(console: Console, examination: Examination) -> None:
    """Write one region: a heading, its policies unless one target was asked about, and the findings."""
    scope = examination.scope
    place = f"{scope.account} {scope.region}".lstrip()
    target = f": {examination.target}" if examination.target else ""
    write(console, 0, (place, "bold"), target, hanging=2)
    if examination.error is not None:
        write(console, 2, ("Not examined: ", "bold red"), examination.error, hanging=2)
    if examination.survey is not None:
        _show_survey(console, examination.survey, examination.grant)
    show_findings(console, examination)


def _show_survey(console: Console, survey: Survey, grant: GrantState | None) -> None:
    console.print()
    for policy in survey.policies or ():
        _show_policy(console, survey, policy)
    if survey.policies:
        console.print()
    if survey.policies is not None:
        _show_fact(console, "slots", f"{len(survey.policies)} of {MAX_POLICIES}")
    if grant is not None:
        _show_fact(console, "grant", *_grant(grant))
    if survey.log_groups is not None:
        _show_fact(console, "log groups", f"{len(survey.log_groups):,}")
    for policies in filter(None, [survey.log_group_policies]):
        _show_log_group_policies(console, policies)


def _show_policy(console: Console, survey: Survey, policy: AccountPolicy) -> None:
    write(console, 2, (policy.name, "bold"), hanging=2)
    drawn = bar(policy.size, SIZE_LIMIT, _BAR, blocks=can_draw(console.encoding))
    figures = f"{policy.size:,} of {SIZE_LIMIT:,} characters"
    if policy.document is not None:
        stale = len(survey.stale(policy))
        figures += f", {counted(len(policy.entries), 'entry', 'entries')}{f', {stale:,} stale' if stale else ''}"
    beside = 4 + _BAR + 1 + len(figures) <= console.width
    if beside:
        write(console, 4, (drawn, style(policy.size, SIZE_LIMIT)), f" {figures}")
    else:
        write(console, 4, (drawn, style(policy.size, SIZE_LIMIT)))
        write(console, 4, figures)
    whom = "cannot be read in full" if policy.document is None else "; ".join(_terms(policy))
    write(console, 4, whom, style="dim")


def _terms(policy: AccountPolicy) -> Iterator[str]:
    """Yield whom the statements are for, and how many are under a condition or deny something."""
    whom = Counter(name for one in policy.statements for name in _principals(one.principal))
    yield "for " + ", ".join(whom) if whom else "no statement"
    count = len(policy.statements)
    conditioned = sum(bool(one.condition) for one in policy.statements)
    if count:
        share = "no" if not conditioned else "all" if conditioned == count else f"{conditioned} of {count}"
        yield (
            f"{share} statements under a condition"
            if count > 1
            else ("under a condition" if conditioned else "without a condition")
        )
    denying = sum(one.effect == "Deny" for one in policy.statements)
    if denying:
        yield "1 statement denies" if denying == 1 else f"{denying} statements deny"


def _principals(element: Element | None) -> tuple[str, ...]:
    if element is None:
        return ("anyone",)
    named = tuple(sorted(value.removeprefix("Service:").removesuffix(_SERVICE) for value in element.values))
    return (f"all but {' and '.join(named)}",) if element.negated else named


def _grant(grant: GrantState) -> tuple[str | tuple[str, str], ...]:
    if grant.in_force is None:
        return (("not known", "bold yellow"), ", a policy cannot be read")
    if not grant.in_force:
        ensured = (
            f"; vended-logs ensure {wanted(grant)}" if grant.plan else f"; nothing can be written: {wanted(grant)}"
        )
        return (("not in force", "bold red"), ensured)
    if grant.revocable or grant.plan is None:
        return (("in force", "bold yellow"), ", by a stack's revocable statement alone")
    return (("in force", "bold green"), f", by {grant.plan.policy_name}")


def _show_log_group_policies(console: Console, policies: tuple[LogGroupPolicy, ...]) -> None:
    largest = sorted(policies, key=lambda policy: (-policy.size, policy.resource))[:_LARGEST]
    some = "the largest" if len(policies) > _LARGEST else "each with its size"
    have = "has a policy of its own" if len(policies) == 1 else "have a policy of their own"
    _show_fact(console, "", f"{len(policies):,} {have}; {some}, of {LOG_GROUP_LIMIT:,}:")
    for policy in largest:
        name = policy.resource.partition(":log-group:")[2].removesuffix(":*") or policy.resource
        _show_fact(console, "", f"{policy.size:>6,}  {name}")


def _show_fact(console: Console, label: str, *parts: str | tuple[str, str]) -> None:
    write(console, 2, *parts, label=f"{label:{_LABEL}}")
