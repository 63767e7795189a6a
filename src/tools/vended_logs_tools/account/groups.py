"""Single log groups, and the resource policies of their own."""

from dataclasses import dataclass

from vended_logs.errors import UnreadableDocument
from vended_logs.policy.document import ResourcePolicy
from vended_logs_tools.account.calls import Absent, Call, Reader


@dataclass(frozen=True, slots=True)
class LogGroup:
    """A log group."""

    name: str
    arn: str
    """Without ``:*`` at its end."""
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
    # The list is sorted by name, so that the one of exactly this name comes first.
    page = reader.ask(looking_for(name), logGroupNamePrefix=name)
    for group in page.get("logGroups") or ():
        if group["logGroupName"] == name:
            arn = f"arn:{reader.scope.partition}:logs:{reader.scope.region}:{reader.scope.account}:log-group:{name}"
            return LogGroup(name, arn, group.get("kmsKeyId"))
    return None


def own_policies(reader: Reader, group: LogGroup) -> tuple[ResourcePolicy, ...]:
    """Return the policies of a log group's own that can be read in full; none with a boto3 that does not know of them.

    Raises:
        Unanswered: they may not be read.
    """
    call = Call("logs", "DescribeResourcePolicies", (("policy-scope", "RESOURCE"), ("resource-arn", group.arn)))
    members = reader.clients["logs"].meta.service_model.operation_model("DescribeResourcePolicies").input_shape.members
    if "policyScope" not in members:
        return ()
    found = []
    try:
        pages = list(reader.pages(call, policyScope="RESOURCE", resourceArn=group.arn))
    except Absent:
        return ()
    for policy in (one for page in pages for one in page.get("resourcePolicies") or ()):
        if policy.get("policyScope") != "RESOURCE" and not policy.get("resourceArn"):
            continue
        try:
            found.append(ResourcePolicy.parse(policy.get("policyName") or group.name, policy.get("policyDocument", "")))
        except UnreadableDocument:
            continue
    return tuple(found)
