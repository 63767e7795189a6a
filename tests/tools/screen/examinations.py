"""Examinations to be shown, and how they are."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace

from tests.tools.diagnosis.accounts import REQUEST, SCOPE, account, deny, granting, policy
from tests.unit.policy.policies import SHARED, aws_statement, filled, foreign, states, waf_statement
from tests.unit.policy.universe import HOME
from vended_logs_tools.account.calls import Call, Unread
from vended_logs_tools.account.survey import LogGroupPolicy, Survey
from vended_logs_tools.diagnosis import health
from vended_logs_tools.diagnosis.examination import Examination
from vended_logs_tools.diagnosis.finding import Diagnosis, Evidence, Weight
from vended_logs_tools.screen.account_view import show
from vended_logs_tools.screen.console import console
from vended_logs_tools.screen.finding_view import show_summary

PLACE = "--region eu-west-1"


class Terminal(io.StringIO):
    """A terminal that keeps what is shown."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def examined(survey: Survey, **changes: object) -> Examination:
    """Return what the doctor makes of an account."""
    made = Examination(
        scope=survey.scope,
        place=PLACE,
        survey=survey,
        grant=health.grant_state(survey, REQUEST),
        findings=health.findings(survey, REQUEST),
        calls=7,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields by name, of several types


def shown(
    *examinations: Examination,
    width: int = 80,
    stream: io.TextIOBase | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Return what is written of them, to a pipe unless a stream is given."""
    kept = stream or io.StringIO()
    screen = console(kept, environment or {})  # type: ignore[arg-type]  # any text stream will do
    screen.width = width
    for examination in examinations:
        show(screen, examination)
    show_summary(screen, examinations, 2.6)
    kept.seek(0)
    return kept.read()


def full() -> Examination:
    """Return an account whose policy is full, as most are that get here."""
    survey = account(
        policy(SHARED, document=filled(condition=True)),
        policy("OpenSearch", document=next(iter(foreign(1).values()))),
        log_groups=frozenset(f"/aws/vendedlogs/states/Machine{number:03}-Logs" for number in range(10)),
    )
    own = tuple(LogGroupPolicy(f"{HOME}:log-group:/aws/own/{n}:*", 400 + n) for n in range(5))
    return examined(replace(survey, log_group_policies=own))


def healthy() -> Examination:
    """Return an account where nothing is wrong."""
    return examined(account(policy(SHARED, granting(), waf_statement(2)), log_groups=None))


def troubled() -> Examination:
    """Return an account with most of what there is to say."""
    survey = account(
        policy("broken", document="{"),
        policy("nobody"),
        policy("security", deny("/aws/vendedlogs/secret*")),
        policy(SHARED, aws_statement(states(2)), text_only()),
    )
    unread = Unread(
        Call("logs", "DescribeLogGroups"), "is not permitted", "which entries name log groups that are gone"
    )
    return examined(replace(survey, log_groups=None, unread=(unread,)))


def text_only() -> dict[str, object]:
    """Return a statement of two principals."""
    return {
        **aws_statement([f"{HOME}:log-group:/x"], condition=False, sid="Two"),
        "Principal": {"Service": ["route53.amazonaws.com", "es.amazonaws.com"], "AWS": "999999999999"},
    }


def targeted() -> Examination:
    """Return what was found of one state machine."""
    call = Call("iam", "SimulatePrincipalPolicy", (("policy-source-arn", "arn:aws:iam::123456789012:role/orders"),))
    finding = Diagnosis(
        "role-actions",
        Weight.FAULT,
        "orders",
        "Its role lacks logs:CreateLogDelivery",
        "Allow the actions",
        ("aws iam put-role-policy --role-name orders {place}", "Policies:", "  - CloudWatchLogsFullAccess"),
        (Evidence(call, "implicitDeny for logs:CreateLogDelivery"),),
    )
    return Examination(scope=SCOPE, place=PLACE, target="state machine orders", findings=(finding,), calls=3)


def failed() -> Examination:
    """Return a region that could not be examined."""
    return Examination(scope=SCOPE, place=PLACE, error="logs is not reachable: look at the network.", calls=1)
