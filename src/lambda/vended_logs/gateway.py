"""The only module that talks to AWS: one attempt a call, every error of AWS made one of ours.

Nothing is retried here, and nothing below: a layer that resends a document on its own could write one that is out of
date.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.parsers import ResponseParserError

from vended_logs.errors import AwsRefused, PolicyTooLarge, TryAgain, shortened
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.limits import MAX_POLICIES
from vended_logs.transport import NotSent
from vended_logs.wire import Wire

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

CALL_SECONDS = 2
"""T of the write discipline: a call gets this, from connecting to the answer's last byte, then counts as lost."""

_ACCESS = frozenset({"AccessDeniedException", "AccessDenied", "UnauthorizedOperation"})
_PASSING = {
    "ThrottlingException": "throttled",
    "Throttling": "throttled",
    "TooManyRequestsException": "throttled",
    "RequestLimitExceeded": "throttled",
    # A concurrent change of the same policy; neither of botocore's retry modes knows this one.
    "OperationAbortedException": "aborted for a concurrent change",
    "ServiceUnavailableException": "turned away as unavailable",
    "ServiceUnavailable": "turned away as unavailable",
    "InternalFailure": "met by an internal failure",
    "InternalServerError": "met by an internal failure",
}
_SERVER_ERROR = 500
# What botocore raises for the network and for answers that it cannot read, and what our transport does.
_LOST = (HTTPClientError, NoConnectionError, ResponseParserError, UnicodeDecodeError, HTTPException, OSError)
_PASSING_STATUSES = (408, 429)


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

    def __init__(self, region: str, client: "CloudWatchLogsClient | None" = None) -> None:
        """Make a client of botocore's for the region, with our transport beneath it, or use the one given as it is."""
        self._wire = Wire(CALL_SECONDS)
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
        with _translated("logs:PutResourcePolicy"), self._wire.sending_if(may_send):
            self._client.put_resource_policy(policyName=policy.name, policyDocument=policy.document.to_json())

    def delete(self, name: str, may_send: Callable[[], bool]) -> None:
        """Delete a policy, on the same condition as a write; one that is not there is deleted already.

        Raises:
            TryAgain: throttled, aborted, not sent, or the answer was lost: it may have been applied.
            AwsRefused: not permitted.
        """
        with _translated("logs:DeleteResourcePolicy"), self._wire.sending_if(may_send):
            try:
                self._client.delete_resource_policy(policyName=name)
            except ClientError as error:
                # The wish is that it is gone, and it is.
                if _code(error) != "ResourceNotFoundException":
                    raise

    def log_groups(self, prefix: str, token: str | None = None) -> LogGroupPage:
        """Return one page of the names of the log groups that begin with the prefix.

        Raises:
            TryAgain: throttled, or the answer was lost.
            AwsRefused: not permitted.
        """
        action = "logs:DescribeLogGroups"
        arguments: Any = {"logGroupNamePrefix": prefix, **({"nextToken": token} if token else {})}
        with _translated(action):
            page: Any = self._client.describe_log_groups(**arguments)
        groups = _with_list(page, "logGroups", action)["logGroups"]
        return LogGroupPage(tuple(group["logGroupName"] for group in groups), page.get("nextToken"))

    def _pages(self) -> Iterator[dict[str, Any]]:
        action, token = "logs:DescribeResourcePolicies", None
        seen: set[str] = set()
        while True:
            with _translated(action):
                page: Any = self._client.describe_resource_policies(**({"nextToken": token} if token else {}))
            yield _with_list(page, "resourcePolicies", action)
            token = page.get("nextToken")
            if not token:
                return
            if token in seen:
                raise TryAgain(f"{action} answered the same page twice, so nothing was changed: deploy again.")
            seen.add(token)


def _with_list(page: dict[str, Any], listed: str, action: str) -> dict[str, Any]:
    """Return the page with its list, which only an empty answer may leave out.

    Of a body that is no JSON botocore makes an answer without members; taken for "there is nothing", that would have
    everything overwritten.

    Raises:
        TryAgain: the answer is something else than the list.
    """
    if listed not in page and _header(page, "content-length") != str(len("{}")):
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


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def _translated(action: str) -> Iterator[None]:
    """Turn what AWS and the network raise into our exceptions, which end with a cure."""
    try:
        yield
    except ClientError as error:
        raise _refusal(action, error) from error
    except NotSent as error:
        message = (
            f"{action} was not sent, because too long had passed since the policies were read: deploy again in some"
            " minutes."
        )
        raise TryAgain(message) from error
    except _LOST as error:
        message = (
            f"{action} was not answered within {CALL_SECONDS} seconds, or the connection failed: look at the provider"
            " function's network, then deploy again."
        )
        raise TryAgain(message) from error
    except BotoCoreError as error:
        message = (
            f"{action} could not be called ({error}): mend the provider function's configuration, then deploy again."
        )
        raise AwsRefused(message) from error


def _refusal(action: str, error: ClientError) -> Exception:
    code = _code(error)
    text = str(error.response.get("Error", {}).get("Message", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _ACCESS:
        return AwsRefused(
            f"The provider function's role is not authorized to call {action}: allow it in that role, then deploy"
            " again.",
        )
    # botocore's standard mode would take this one for throttling; no waiting makes room for an eleventh policy.
    if code == "LimitExceededException":
        return AwsRefused(
            f"{action} was refused because {MAX_POLICIES} of {MAX_POLICIES} policies exist in this region: delete or"
            " merge one, or set PolicyName to one of them.",
        )
    if code in _PASSING or status in _PASSING_STATUSES or status >= _SERVER_ERROR:
        reason = _PASSING.get(code, f"answered {status}")
        return TryAgain(
            f"{action} was {reason} by CloudWatch Logs until the time ran out: deploy again in some minutes."
        )
    if action == "logs:PutResourcePolicy" and _speaks_of_size(code, text):
        return PolicyTooLarge(
            f"{action} refused the policy's size: remove entries that nobody needs, then deploy again."
        )
    said = shortened(text, 100).rstrip(" .")
    return AwsRefused(f"{action} was refused ({code}: {said}): mend that, then deploy again.")


def _speaks_of_size(code: str, text: str) -> bool:
    """Return whether a refusal is about the document's length.

    Seen: "Policy document length breaking Cloudwatch Logs Constraints, either < 1 or > 5120" and the API model's own
    "Member must have length less than or equal to 51200".
    """
    words = text.lower()
    about_size = "document" in words and ("length" in words or "size" in words)
    return code in ("InvalidParameterException", "ValidationException") and about_size
