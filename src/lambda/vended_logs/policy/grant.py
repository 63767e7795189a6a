"""The vended-logs grant: who may do what to which log groups, under which condition."""

from dataclasses import dataclass, replace

from vended_logs.policy.document import Clause, Element, Statement, clauses

LOG_DELIVERY = "delivery.logs.amazonaws.com"
ACTIONS = ("logs:CreateLogStream", "logs:PutLogEvents")
"""The two actions that CloudWatch Logs enforces in resource policies (CloudWatch Logs API, PutResourcePolicy)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a grant holds."""

    partition: str
    region: str
    account: str

    @property
    def log_groups(self) -> str:
        """Return what the ARN of every log group begins with; its name follows."""
        return f"arn:{self.partition}:logs:{self.region}:{self.account}:log-group:"

    def log_group_arn(self, pattern: str) -> str:
        """Return the resource entry for a log group pattern: with ``:*`` for its streams unless it ends in ``*``."""
        streams = "" if pattern.endswith("*") else ":*"
        return f"{self.log_groups}{pattern}{streams}"

    def source_conditions(self, principal: str) -> tuple[Clause, ...]:
        """Return the condition that keeps other accounts out, as AWS writes it.

        Log delivery sends its own ARN as aws:SourceArn; another service sends the ARN of its own resource, of which
        nothing is known here, so it is held to the account alone.
        """
        keys = {"StringEquals": {"aws:SourceAccount": [self.account]}}
        if principal == LOG_DELIVERY:
            keys["ArnLike"] = {"aws:SourceArn": [f"arn:{self.partition}:logs:{self.region}:{self.account}:*"]}
        return clauses(keys)


@dataclass(frozen=True, slots=True)
class Grant:
    """What one service principal is to be allowed."""

    principal: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: tuple[Clause, ...]
    sid: str
    """The Sid of the statement that is written if none of equal effect is there."""

    def statement(self, *resources: str) -> Statement:
        """Return the grant as a statement, for the resources named or else for all."""
        return Statement(
            effect="Allow",
            principal=Element((f"Service:{self.principal}",)),
            action=Element(tuple(sorted(self.actions))),
            resource=Element(tuple(sorted(set(resources or self.resources)))),
            condition=self.condition,
            sid=self.sid,
        )

    def bare(self) -> Statement:
        """Return the grant as a statement without its condition, as older entries of AWS's are."""
        return replace(self.statement(), condition=())
