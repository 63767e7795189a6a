"""What one region of an account holds: the resource policies of CloudWatch Logs in both scopes, and its log groups."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from vended_logs.errors import UnreadableDocument
from vended_logs.policy.document import PolicyDocument, ResourcePolicy, Statement
from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Call, Reader, Unanswered, Unread, listed
from vended_logs_tools.planning.pruning import log_group_of

POLICIES: Final = Call("logs", "DescribeResourcePolicies")
LOG_GROUP_POLICIES: Final = Call("logs", "DescribeResourcePolicies", (("policy-scope", "RESOURCE"),))
LIST_LOG_GROUPS: Final = Call("logs", "ListLogGroups")
DESCRIBE_LOG_GROUPS: Final = Call("logs", "DescribeLogGroups")

_PAGE: Final = 1000
_SMALL_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """An account-level resource policy as it was read."""

    name: str
    size: int
    """As it counts towards the limit of its text: see ``vended_logs.policy.document.text_size``."""
    last_updated: int | None
    """Milliseconds since the epoch, by the service's clock."""
    document: PolicyDocument | None
    """None if it cannot be read in full."""
    unreadable: str = ""
    """Why it cannot be read in full."""

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Return the statements; none of a document that cannot be read in full."""
        return self.document.statements if self.document else ()

    @property
    def entries(self) -> tuple[str, ...]:
        """Return the resources that the statements name, one for each time that one names them."""
        return tuple(chain.from_iterable(one.resource.values for one in self.statements if one.resource))


@dataclass(frozen=True, slots=True)
class LogGroupPolicy:
    """A log group's own resource policy, of which AWS writes one for each new subscription."""

    resource: str
    """The log group's ARN, or the policy's name where the answer has none."""
    size: int


@dataclass(frozen=True, slots=True)
class Survey:
    """One region of an account; what is None could not be read, and ``unread`` says why."""

    scope: Scope
    policies: tuple[AccountPolicy, ...] | None
    log_group_policies: tuple[LogGroupPolicy, ...] | None
    log_groups: frozenset[str] | None
    listed_by: Call = LIST_LOG_GROUPS
    """The call that gave the log groups."""
    unread: tuple[Unread, ...] = ()

    @property
    def readable(self) -> tuple[ResourcePolicy, ...]:
        """Return the account-level policies whose documents were read in full, as the core of the provider has them."""
        return tuple(
            ResourcePolicy(one.name, one.document, one.size, one.last_updated)
            for one in self.policies or ()
            if one.document is not None
        )

    def stale(self, policy: AccountPolicy) -> tuple[str, ...]:
        """Return the entries that allow something to one log group, which does not exist; none if that is not known."""
        if self.log_groups is None:
            return ()
        allowed = (one.resource.values for one in policy.statements if one.effect == "Allow" and one.resource)
        named = ((entry, log_group_of(entry, self.scope)) for entry in chain.from_iterable(allowed))
        return tuple(entry for entry, name in named if name is not None and name not in self.log_groups)


def survey(reader: Reader) -> Survey:
    """Read the policies of both scopes and the names of all log groups, whatever of it may be read."""
    unread: list[Unread] = []
    policies = account_policies(reader, unread)
    of_groups = _log_group_policies(reader, unread)
    names, listed_by = _log_groups(reader, unread)
    return Survey(reader.scope, policies, of_groups, names, listed_by, tuple(unread))


def account_policies(reader: Reader, unread: list[Unread]) -> tuple[AccountPolicy, ...] | None:
    """Return the account-level policies by name; None if they may not be read, which is added to ``unread``."""
    try:
        found = [_account_policy(one) for one in _policies(reader, POLICIES) if not _is_of_a_log_group(one)]
    except Unanswered as error:
        matters = "what room the policies have, and whether the vended-logs grant is in force"
        unread.append(Unread(error.call, error.reason, matters))
        return None
    return tuple(sorted(found, key=lambda policy: policy.name))


def _log_group_policies(reader: Reader, unread: list[Unread]) -> tuple[LogGroupPolicy, ...] | None:
    # Engines that do not know of the scope, and the boto3 before it, have account-level policies to answer with.
    if not reader.knows(LOG_GROUP_POLICIES, "policyScope"):
        unread.append(_unseen(LOG_GROUP_POLICIES, "needs a newer boto3 than this one"))
        return None
    try:
        found = [
            one for one in _policies(reader, LOG_GROUP_POLICIES, policyScope="RESOURCE") if _is_of_a_log_group(one)
        ]
    except Unanswered as error:
        unread.append(_unseen(error.call, error.reason))
        return None
    return tuple(
        LogGroupPolicy(one.get("resourceArn") or one.get("policyName", ""), _size(one.get("policyDocument", "")))
        for one in found
    )


def _unseen(call: Call, reason: str) -> Unread:
    return Unread(call, reason, "which log groups have a policy of their own")


def _log_groups(reader: Reader, unread: list[Unread]) -> tuple[frozenset[str] | None, Call]:
    """Return all names: by pages of 1,000 where that call is known and permitted, else by pages of 50."""
    try:
        return _names(reader, LIST_LOG_GROUPS, limit=_PAGE), LIST_LOG_GROUPS
    except Unanswered:
        pass
    try:
        return _names(reader, DESCRIBE_LOG_GROUPS, limit=_SMALL_PAGE), DESCRIBE_LOG_GROUPS
    except Unanswered as error:
        unread.append(Unread(error.call, error.reason, "which entries name log groups that do not exist"))
        return None, DESCRIBE_LOG_GROUPS


def _names(reader: Reader, call: Call, **arguments: Any) -> frozenset[str]:
    if not reader.knows(call):
        raise Unanswered(call, "needs a newer boto3 than this one")
    pages = reader.pages(call, **arguments)
    return frozenset(one["logGroupName"] for page in pages for one in listed(call, page, "logGroups"))


def _policies(reader: Reader, call: Call, **arguments: Any) -> Iterator[dict[str, Any]]:
    for page in reader.pages(call, **arguments):
        yield from listed(call, page, "resourcePolicies")


def _is_of_a_log_group(policy: dict[str, Any]) -> bool:
    return policy.get("policyScope") == "RESOURCE" or bool(policy.get("resourceArn"))


def _account_policy(policy: dict[str, Any]) -> AccountPolicy:
    name, text = policy.get("policyName", ""), policy.get("policyDocument", "")
    document, unreadable = None, ""
    try:
        document = PolicyDocument.parse(text)
    except UnreadableDocument as error:
        unreadable = str(error)
    return AccountPolicy(name, _size(text), policy.get("lastUpdatedTime"), document, unreadable)


def _size(text: str) -> int:
    # As text_size, and for texts that no UTF-8 can carry too: these cannot be read, and have a size all the same.
    return len(text.encode("utf-8", "surrogatepass"))
