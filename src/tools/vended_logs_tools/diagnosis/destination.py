"""Whether a state machine logs at all, and whether where it logs to is a log group that it can log to."""

from collections.abc import Iterator
from dataclasses import dataclass

from vended_logs.policy.grant import Scope
from vended_logs.policy.wildcard import ARN_COMPONENTS, arn_components
from vended_logs_tools.account.machines import Machine
from vended_logs_tools.diagnosis.finding import Diagnosis, Evidence, Weight
from vended_logs_tools.diagnosis.shell import command


@dataclass(frozen=True, slots=True)
class Destination:
    """A log group's ARN, taken apart."""

    arn: str
    region: str
    account: str
    log_group: str
    has_streams: bool
    """Whether it ends in ``:*``, as Step Functions wants it."""

    @classmethod
    def parse(cls, arn: str) -> "Destination | None":
        """Return the parts, None for what is no ARN of a log group."""
        parts = arn_components(arn)
        if len(parts) < ARN_COMPONENTS or parts[2] != "logs" or not parts[5].startswith("log-group:"):
            return None
        name, _, streams = parts[5].removeprefix("log-group:").partition(":")
        return cls(arn, parts[3], parts[4], name, streams == "*")

    def is_in(self, scope: Scope) -> bool:
        """Return whether it is of that region and account."""
        return (self.region, self.account) == (scope.region, scope.account)


def logging_off(machine: Machine, subject: str, weight: Weight = Weight.FAULT) -> Iterator[Diagnosis]:
    """Yield that a state machine does not log, which is a fault to whoever asks about that machine."""
    if machine.level == "OFF" or not machine.destinations:
        missing = "its logging level is OFF" if machine.level == "OFF" else "it has no log destination"
        yield Diagnosis(
            "logging-off",
            weight,
            subject,
            f"Logging is off: {missing}, so nothing is delivered",
            "Set Level to ALL, ERROR or FATAL and name a log group as its destination; nothing else was looked at",
            ("Logging: {Level: ALL, Destinations: [{CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt Logs.Arn}}]}",),
            (Evidence(machine.call, f"the level is {machine.level}, with {len(machine.destinations)} destinations"),),
        )


def destinations(machine: Machine, subject: str, scope: Scope) -> Iterator[Diagnosis]:
    """Yield what is wrong with the ARNs that a state machine logs to, as texts."""
    for arn in machine.destinations:
        found = Destination.parse(arn)
        evidence = (Evidence(machine.call, f"the destination is {arn}"),)
        if found is None or not found.has_streams:
            yield _without_streams(arn, subject, evidence)
        if found is not None and not found.is_in(scope):
            yield _elsewhere(found, scope, subject, evidence)


def log_group_missing(name: str, subject: str, scope: Scope, evidence: Evidence) -> Diagnosis:
    """Return that a log group does not exist."""
    return Diagnosis(
        "log-group-missing",
        Weight.FAULT,
        subject,
        f"The log group {name} does not exist in account {scope.account} in {scope.region}",
        "If that is its name, create it; in a template, refer to it with !GetAtt, which makes the state machine wait",
        (command("logs create-log-group", ("log-group-name", name)),),
        (evidence,),
    )


def express_unknown(machine: Machine, subject: str) -> Diagnosis:
    """Return that an Express workflow may show "Unknown" although all is well.

    Source: Step Functions shows the state of Express executions from their logs, as far as these have come.
    """
    return Diagnosis(
        "express-unknown",
        Weight.NOTE,
        subject,
        'It is an Express workflow, whose executions the console may show as "Unknown" though nothing is wrong:'
        " it takes their state from the logs, as far as these have arrived",
        "Look at the log group itself; level ALL with execution data shows most",
        (),
        (Evidence(machine.call, "the type is EXPRESS"),),
    )


def _without_streams(arn: str, subject: str, evidence: tuple[Evidence, ...]) -> Diagnosis:
    return Diagnosis(
        "arn-without-star",
        Weight.FAULT,
        subject,
        f"The log group's ARN does not end in ':*', which Step Functions refuses: {arn}",
        "Give the ARN with ':*' at its end, as !GetAtt Logs.Arn returns it",
        ("LogGroupArn: !GetAtt Logs.Arn",),
        evidence,
    )


def _elsewhere(found: Destination, scope: Scope, subject: str, evidence: tuple[Evidence, ...]) -> Diagnosis:
    there = f"in {found.region}" if found.account == scope.account else f"of account {found.account} in {found.region}"
    return Diagnosis(
        "log-group-elsewhere",
        Weight.FAULT,
        subject,
        f"It logs to {found.log_group} {there}, and can only log to its own account and region"
        f" ({scope.account}, {scope.region})",
        "Name a log group of the state machine's own account and region",
        ("LogGroupArn: !GetAtt Logs.Arn",),
        evidence,
    )
