"""Read-only calls to one region of an account, each kept as evidence, each refusal said in one sentence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from vended_logs.policy.grant import Scope

_DENIED: Final = frozenset({
    "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "KMSAccessDeniedException",
})  # fmt: skip
_ABSENT: Final = frozenset({
    "NoSuchEntity", "NotFoundException", "ResourceNotFoundException", "StateMachineDoesNotExist",
})  # fmt: skip
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

    def __init__(self, call: Call, reason: str) -> None:
        """Keep both."""
        super().__init__(f"{call.action} {reason}")
        self.call = call
        self.reason = reason


class NotPermitted(Unanswered):
    """The credentials do not allow the call."""


class Absent(Unanswered):
    """What was asked for does not exist."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that could not be looked at, so that a cause may have gone unseen."""

    call: Call
    reason: str
    """Half a sentence that follows the action's name: ``is not permitted``."""
    matters: str
    """What is therefore not known: ``whether the role may deliver logs``."""


@dataclass(slots=True)
class Reader:
    """The calls to one region of an account; not for use by several threads at once."""

    scope: Scope
    """Partition, region and account."""
    clients: Mapping[str, Any]
    """botocore's clients by service: logs, iam, kms, stepfunctions, cloudformation."""
    calls: list[Call] = field(default_factory=list)
    """All that were made, in order, a page each."""

    def ask(self, call: Call, **arguments: Any) -> dict[str, Any]:
        """Make a call once (botocore retries what is throttled) and return its answer.

        Args:
            call: its name, and those arguments that are worth showing.
            arguments: all arguments, as boto3 spells them.

        Raises:
            NotPermitted: the credentials do not allow it.
            Absent: what it asks for does not exist.
            Unanswered: anything else.
        """
        client = self.clients[call.service]
        method = getattr(client, _snake(call.operation))
        self.calls.append(call)
        try:
            answer: dict[str, Any] = method(**arguments)
        except ClientError as error:
            raise _unanswered(call, error) from error
        except BotoCoreError as error:
            raise Unanswered(call, f"could not be called ({str(error).rstrip('.')})") from error
        return answer

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


def _unanswered(call: Call, error: ClientError) -> Unanswered:
    code = str(error.response.get("Error", {}).get("Code", ""))
    text = str(error.response.get("Error", {}).get("Message", "")).rstrip(" .")
    if code in _DENIED:
        return NotPermitted(call, "is not permitted")
    # CloudFormation says of a stack that is not there only that the request is not valid.
    if code in _ABSENT or (code == "ValidationError" and "does not exist" in text):
        return Absent(
            call, f"says that there is no such thing ({text})" if text else "says that there is no such thing"
        )
    return Unanswered(call, f"was refused ({code}: {text})")


def _snake(operation: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")
