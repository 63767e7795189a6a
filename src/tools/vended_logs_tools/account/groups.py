"""Single log groups, and the resource policies of their own."""

from dataclasses import dataclass

from vended_logs.errors import UnreadableDocument
from vended_logs.policy.document import ResourcePolicy
from vended_logs_tools.account.calls import Absent, Call, Reader, Unanswered, listed


@dataclass(frozen=True, slots=True)
class LogGroup:
    """A log group."""

    name: str
    key_arn: str | None
    """The KMS key that encrypts it, None if it has none of its own."""


def looking_for(name: str) -> Call:
    """Return the call that shows a log group."""
    return Call("logs", "DescribeLogGroups", (("log-group-name-prefix", name),))


def find(reader: Reader, name: str) -> LogGroup | None:
    """Return the log group of that name, None if there is none.

    Raises:
        Unanswered: it may not be read.
    """
    call = looking_for(name)
    # The list is sorted by name, so that the one of exactly this name comes first.
    for group in listed(call, reader.ask(call, logGroupNamePrefix=name), "logGroups"):
        if group.get("logGroupName") == name:
            return LogGroup(name, group.get("kmsKeyId"))
    return None


def own_policies(reader: Reader, name: str) -> tuple[ResourcePolicy, ...]:
    """Return the resource policies of a log group's own.

    Raises:
        Unanswered: they may not be read, or not in full, or this boto3 does not know of them.
    """
    arn = f"{reader.scope.log_groups}{name}"
    call = Call("logs", "DescribeResourcePolicies", (("policy-scope", "RESOURCE"), ("resource-arn", arn)))
    if not reader.knows(call, "policyScope"):
        raise Unanswered(call, "needs a newer boto3 than this one")
    try:
        pages = list(reader.pages(call, policyScope="RESOURCE", resourceArn=arn))
    except Absent:
        return ()
    try:
        return tuple(
            ResourcePolicy.parse(policy.get("policyName") or name, policy.get("policyDocument", ""))
            for page in pages
            for policy in listed(call, page, "resourcePolicies")
            # Engines that do not know of the scope answer with the account's.
            if policy.get("policyScope") == "RESOURCE" or policy.get("resourceArn")
        )
    except UnreadableDocument as error:
        raise Unanswered(call, f"shows a policy that cannot be read in full ({error.__cause__ or error})") from error
