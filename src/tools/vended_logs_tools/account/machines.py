"""State machines as Step Functions has them."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from vended_logs.policy.wildcard import ARN_COMPONENTS, arn_components
from vended_logs_tools.account.calls import Absent, Call, Reader, Unanswered
from vended_logs_tools.errors import ToolError

_NAME: Final = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/]{1,80}")
"""Step Functions API Reference, CreateStateMachine."""
_QUALIFIED: Final = 3
"""Parts of an ARN's resource with the name of a version or an alias: stateMachine, the machine's name, and that."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides whether a state machine can log."""

    name: str
    role_arn: str
    """Empty if it is not known."""
    level: str
    """OFF, ERROR, FATAL or ALL."""
    destinations: tuple[str, ...]
    """ARNs of log groups, as they were given."""
    is_express: bool
    key_id: str | None
    """The customer managed key that it is encrypted with, None if there is none."""
    call: Call
    """The call that showed it."""
    arn: str | None = None
    """None if it is yet to be made."""


def arn_of(machine: str, reader: Reader) -> str:
    """Return the ARN of a state machine of the reader's region, of which the name or the ARN is given.

    Raises:
        ToolError: it is neither, or the ARN of something else or elsewhere.
    """
    scope = reader.scope
    here = f"arn:{scope.partition}:states:{scope.region}:{scope.account}:stateMachine:"
    if not machine.startswith("arn:"):
        if not _NAME.fullmatch(machine):
            raise ToolError(f"{machine!r} is no name of a state machine: give its name or its ARN")
        return here + machine
    if not machine.startswith(here):
        raise ToolError(
            f"{machine} is no state machine of account {scope.account} in {scope.region}: name its --region, or a"
            " --profile of its account"
        )
    kind, name, *_ = machine.split(":")[ARN_COMPONENTS - 1 :]
    return ":".join((*machine.split(":")[: ARN_COMPONENTS - 1], kind, name))


def region_of(machine: str) -> str | None:
    """Return the region of an ARN, None of a name."""
    parts = arn_components(machine)
    return parts[3] if len(parts) == ARN_COMPONENTS and parts[0] == "arn" else None


def describe(reader: Reader, machine: str) -> Machine:
    """Return a state machine, by its name or its ARN.

    Raises:
        ToolError: there is none; names that are like it are told.
        Unanswered: it may not be read.
    """
    arn = arn_of(machine, reader)
    call = Call("stepfunctions", "DescribeStateMachine", (("state-machine-arn", arn),))
    try:
        return _machine(reader.ask(call, stateMachineArn=arn), call)
    except Absent as error:
        name = arn.rpartition(":")[2]
        raise ToolError(f"there is no state machine {name!r} in {reader.scope.region}{_like(reader, name)}") from error


def _machine(answer: dict[str, Any], call: Call) -> Machine:
    logging = answer.get("loggingConfiguration") or {}
    groups = (one.get("cloudWatchLogsLogGroup") or {} for one in logging.get("destinations") or ())
    encryption = answer.get("encryptionConfiguration") or {}
    return Machine(
        name=answer["name"],
        role_arn=answer.get("roleArn", ""),
        level=str(logging.get("level") or "OFF").upper(),
        destinations=tuple(group.get("logGroupArn", "") for group in groups),
        is_express=answer.get("type") == "EXPRESS",
        key_id=encryption.get("kmsKeyId") if encryption.get("type") == "CUSTOMER_MANAGED_KMS_KEY" else None,
        call=call,
        arn=answer.get("stateMachineArn"),
    )


def _like(reader: Reader, name: str) -> str:
    try:
        pages = list(reader.pages(Call("stepfunctions", "ListStateMachines"), maxResults=1000))
    except Unanswered:
        return ": give its name as Step Functions shows it, or its ARN"
    known = [one["name"] for page in pages for one in page["stateMachines"]]
    near = get_close_matches(name, known, 3)
    return (
        f": did you mean {', '.join(near)}?" if near else f" (it has {len(known)}): name its --region, or give its ARN"
    )
