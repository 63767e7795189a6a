"""Read-only calls to one region of an account, each kept as evidence, each refusal said in one sentence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection
from botocore.parsers import ResponseParserError

from vended_logs.errors import shortened
from vended_logs.policy.grant import Scope
from vended_logs_tools.account.certificates import Distrust, distrust

_DENIED: Final = frozenset({
    "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "KMSAccessDeniedException",
})  # fmt: skip
_ABSENT: Final = frozenset({
    "NoSuchEntity", "NotFoundException", "ResourceNotFoundException", "StateMachineDoesNotExist",
})  # fmt: skip
_NOT_TAKEN: Final = frozenset({
    "AuthFailure", "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "InvalidSignatureException",
    "OptInRequired", "SignatureDoesNotMatch", "UnrecognizedClientException",
})  # fmt: skip
_THROTTLED: Final = frozenset({
    "RequestLimitExceeded", "Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException",
})  # fmt: skip
OTHERWISE: Final = "was answered with something else than its answer"
CONNECTION_CURE: Final = "look at the network, at the region's name, and at AWS_ENDPOINT_URL if it is set"
_SERVICE_OF_CLIENT: Final = {"stepfunctions": "states"}


@dataclass(frozen=True, slots=True)
class Call:
    """A call to AWS."""

    service: str
    """As the AWS CLI names it: ``logs``, ``stepfunctions``."""
    operation: str
    """As the API names it: ``DescribeResourcePolicies``."""
    arguments: tuple[tuple[str, str], ...] = ()
    """Name, as the AWS CLI spells it without its dashes (``policy-scope``), and value."""

    @property
    def action(self) -> str:
        """Return the IAM action that allows the call: ``logs:DescribeResourcePolicies``."""
        return f"{_SERVICE_OF_CLIENT.get(self.service, self.service)}:{self.operation}"


class Unanswered(Exception):
    """A call that gave nothing; ``reason`` says why, as half a sentence that follows the action's name."""

    cure = "mend that, then run this again"

    def __init__(self, call: Call, reason: str) -> None:
        """Keep both."""
        super().__init__(f"{call.action} {reason}")
        self.call = call
        self.reason = reason


class NotPermitted(Unanswered):
    """The credentials do not allow the call."""

    cure = "allow it to these credentials, or name another --profile"


class NotTaken(Unanswered):
    """The region does not take the credentials: it is not enabled for the account, or they are no longer valid."""

    cure = "log in again, or leave the region out if it is not enabled for the account"


class Throttled(Unanswered):
    """The service was asked too often, again and again."""

    cure = "run this again in a minute"


class Unreachable(Unanswered):
    """No connection came about, or no answer within the time."""

    cure = CONNECTION_CURE


class Untrusted(Unreachable):
    """A certificate was not taken, or there is nothing to hold it against."""

    def __init__(self, call: Call, found: Distrust) -> None:
        """Keep the cure that fits, too."""
        super().__init__(call, f"was not answered ({found.cause})")
        self.cure = found.cure


class Absent(Unanswered):
    """What was asked for does not exist."""

    cure = "give its name as AWS shows it, or its ARN, and its --region"


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that could not be looked at, so that a cause may have gone unseen."""

    call: Call
    reason: str
    """Half a sentence that follows the action's name: ``is not permitted``."""
    matters: str
    """What is therefore not known: ``whether the role may deliver logs``."""
    is_essential: bool = True
    """Whether nobody can be called healthy without it; False where another reading has settled what can be settled."""


@dataclass(slots=True)
class Reader:
    """The calls to one region of an account; not for use by several threads at once."""

    scope: Scope
    """Partition, region and account."""
    clients: Mapping[str, Any]
    """botocore's clients by service: logs, iam, kms, stepfunctions, cloudformation."""
    calls: list[Call] = field(default_factory=list)
    """All that were made, in order, a page each."""
    _unreachable: set[str] = field(default_factory=set)
    """Services that could not be reached: they are not asked again, since each try takes its time."""

    def ask(self, call: Call, **arguments: Any) -> dict[str, Any]:
        """Make a call once (botocore retries what is throttled) and return its answer.

        Args:
            call: its name, and those arguments that are worth showing.
            arguments: all arguments, as boto3 spells them.

        Raises:
            Unanswered: there is no answer; one of its kinds where that is known.
        """
        if call.service in self._unreachable:
            raise Unreachable(call, "was not called, since the service could not be reached before")
        self.calls.append(call)
        try:
            method = getattr(self.clients[call.service], _snake(call.operation))
            answer: dict[str, Any] = method(**arguments)
        except ClientError as error:
            raise _unanswered(call, error) from error
        except (NoConnection, HTTPClientError) as error:
            self._unreachable.add(call.service)
            raise _unconnected(call, error) from error
        # An answer that is no answer of AWS's, and a client that cannot be made of the settings.
        except (BotoCoreError, ResponseParserError, ValueError) as error:
            raise Unanswered(call, f"could not be called ({shortened(str(error), 160).rstrip('.')})") from error
        if not isinstance(answer, dict):
            raise Unanswered(call, OTHERWISE)
        return answer

    def knows(self, call: Call, member: str = "") -> bool:
        """Return whether this release of boto3 knows the call, and that argument of it."""
        try:
            model = self.clients[call.service].meta.service_model
        except (BotoCoreError, ValueError):  # no client can be made of the settings, which asking will tell
            return True
        if call.operation not in model.operation_names:
            return False
        return not member or member in model.operation_model(call.operation).input_shape.members

    def pages(self, call: Call, mark: str = "nextToken", **arguments: Any) -> Iterator[dict[str, Any]]:
        """Yield the pages of a call; ``mark`` is what the service names the place where the list goes on.

        Raises:
            Unanswered: as ``ask``, at any page; also if the service gives the same place twice.
        """
        seen: set[str] = set()
        while True:
            page = self.ask(call, **arguments)
            yield page
            place = page.get(mark)
            if not place:
                return
            if place in seen:
                raise Unanswered(call, "answered the same page twice")
            seen.add(place)
            arguments[mark] = place


def listed(call: Call, page: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the list of a page, which AWS may leave out; but of what is no answer of AWS's, botocore makes one, too.

    Raises:
        Unanswered: the page is not of the service, which gives each answer an id.
    """
    if name not in page and "x-amzn-requestid" not in page.get("ResponseMetadata", {}).get("HTTPHeaders", {}):
        raise Unanswered(call, OTHERWISE)
    return [one for one in page.get(name) or () if isinstance(one, dict)]


def _unconnected(call: Call, error: Exception) -> Unreachable:
    found = distrust(error)
    if found:
        return Untrusted(call, found)
    return Unreachable(call, f"was not answered ({shortened(str(error), 160).rstrip('.')})")


def _unanswered(call: Call, error: ClientError) -> Unanswered:
    code = str(error.response.get("Error", {}).get("Code", ""))
    text = shortened(str(error.response.get("Error", {}).get("Message", "")), 200).rstrip(" .")
    if code in _DENIED:
        return NotPermitted(call, "is not permitted")
    # CloudFormation says of a stack that is not there only that the request is not valid.
    if code in _ABSENT or (code == "ValidationError" and "does not exist" in text):
        return Absent(
            call, f"says that there is no such thing ({text})" if text else "says that there is no such thing"
        )
    if code in _NOT_TAKEN:
        # Without AWS's own words: they may quote the request, session token and all.
        return NotTaken(call, f"does not take these credentials ({code})")
    if code in _THROTTLED:
        return Throttled(call, "is throttled")
    return Unanswered(call, f"was refused ({code}: {text})")


def _snake(operation: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")
