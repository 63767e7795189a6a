"""The only module that talks to AWS: one attempt a call, every error of AWS made one of ours.

Nothing is retried here, and nothing below: a layer that resends a document on its own could write one that is out of
date.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from vended_logs.errors import TryAgain
from vended_logs.policy.document import ResourcePolicy
from vended_logs.translation import error_code, translated
from vended_logs.wire import Wire

if TYPE_CHECKING:
    from boto3 import Session
    from mypy_boto3_logs import CloudWatchLogsClient


@dataclass(frozen=True, slots=True)
class Reading:
    """All account-level policies of a region, as one read showed them."""

    policies: tuple[ResourcePolicy, ...]
    server_time: int | None
    """Milliseconds since the epoch by the first answer's Date header (whole seconds, never ahead), if it had one."""


@dataclass(frozen=True, slots=True)
class LogGroupPage:
    """Names of log groups, and where the list goes on, None at its end."""

    names: tuple[str, ...]
    next_token: str | None


class Gateway:
    """CloudWatch Logs in one region."""

    def __init__(
        self, region: str, client: "CloudWatchLogsClient | None" = None, session: "Session | None" = None
    ) -> None:
        """Make a client for the region, with our transport beneath it, or use the one given as it is."""
        self._wire = Wire(session)
        self._client = client or self._wire.client(region)

    def read(self) -> Reading:
        """Return all account-level policies.

        Raises:
            UnreadableDocument: a document cannot be read in full.
            TryAgain: throttled, or the answer was lost.
            AwsRefused: not permitted.
        """
        found: dict[str, ResourcePolicy] = {}
        server_time: int | None = None
        for page in self._pages():
            server_time = _date(page) if server_time is None else server_time
            for policy in page["resourcePolicies"]:
                name, text = policy.get("policyName", ""), policy.get("policyDocument", "")
                found[name] = ResourcePolicy.parse(name, text, policy.get("lastUpdatedTime"))
        return Reading(tuple(found.values()), server_time)

    def put(self, policy: ResourcePolicy, may_send: Callable[[], bool]) -> None:
        """Write a whole policy, if ``may_send`` still says so when the first byte is about to go out.

        Raises:
            PolicyTooLarge: the service refused the size.
            TryAgain: throttled, aborted, not sent, or the answer was lost: it may have been applied.
            AwsRefused: not permitted, or ten policies exist.
        """
        with translated("logs:PutResourcePolicy"), self._wire.sending_if(may_send):
            self._client.put_resource_policy(policyName=policy.name, policyDocument=policy.document.to_json())

    def delete(self, name: str, may_send: Callable[[], bool]) -> None:
        """Delete a policy, on the same condition as a write; one that is not there is deleted already.

        Raises:
            TryAgain: throttled, aborted, not sent, or the answer was lost: it may have been applied.
            AwsRefused: not permitted.
        """
        with translated("logs:DeleteResourcePolicy"), self._wire.sending_if(may_send):
            try:
                self._client.delete_resource_policy(policyName=name)
            except ClientError as error:
                # The wish is that it is gone, and it is.
                if error_code(error) != "ResourceNotFoundException":
                    raise

    def log_groups(self, prefix: str, token: str | None = None) -> LogGroupPage:
        """Return one page of the names of the log groups that begin with the prefix.

        Raises:
            TryAgain: throttled, or the answer was lost.
            AwsRefused: not permitted.
        """
        action = "logs:DescribeLogGroups"
        arguments: Any = {"logGroupNamePrefix": prefix, **({"nextToken": token} if token else {})}
        with translated(action):
            page: Any = self._client.describe_log_groups(**arguments)
        groups = _with_list(page, "logGroups", action)["logGroups"]
        return LogGroupPage(tuple(group["logGroupName"] for group in groups), page.get("nextToken"))

    def _pages(self) -> Iterator[dict[str, Any]]:
        action, token = "logs:DescribeResourcePolicies", None
        seen: set[str] = set()
        while True:
            with translated(action):
                page: Any = self._client.describe_resource_policies(**({"nextToken": token} if token else {}))
            yield _with_list(page, "resourcePolicies", action)
            token = page.get("nextToken")
            if not token:
                return
            if token in seen:
                raise TryAgain(f"{action} answered the same page twice, so nothing was changed: deploy again.")
            seen.add(token)


def _with_list(page: dict[str, Any], listed: str, action: str) -> dict[str, Any]:
    """Return the page with its list, which only an empty answer of AWS's own may leave out.

    Of a body that is no JSON botocore makes an answer without members; taken for "there is nothing", that would have
    everything overwritten. So would the empty object of a proxy; AWS's has the request's id.

    Raises:
        TryAgain: the answer is something else than the list.
    """
    is_empty = _header(page, "content-length") == str(len("{}")) and _header(page, "x-amzn-requestid")
    if listed not in page and not is_empty:
        raise TryAgain(f"{action} was answered with something else than its list: deploy again in some minutes.")
    return {listed: [], **page}


def _header(page: dict[str, Any], name: str) -> str | None:
    found: str | None = page.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get(name)
    return found


def _date(page: dict[str, Any]) -> int | None:
    text = _header(page, "date")
    try:
        return int(parsedate_to_datetime(text).timestamp() * 1000) if text else None
    except ValueError:
        return None
