"""State machines as Step Functions has them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from vended_logs.policy.wildcard import ARN_COMPONENTS
from vended_logs_tools.account.calls import OTHERWISE, Absent, Call, Reader, Unanswered, listed
from vended_logs_tools.errors import ToolError

_NAME: Final = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/]{1,80}")
"""Step Functions API Reference, CreateStateMachine."""
_LIST: Final = Call("stepfunctions", "ListStateMachines")


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
    _, *qualifier = machine.removeprefix(here).split(":")
    # A version has a configuration of its own; an alias has none, and leads to versions of the machine.
    is_version = len(qualifier) == 1 and qualifier[0].isdecimal()
    return machine if is_version else machine.removesuffix(":".join(("", *qualifier)))


def describe(reader: Reader, machine: str) -> Machine:
    """Return a state machine, by its name or its ARN; of a version's ARN that version.

    Raises:
        ToolError: there is none, and names that are like it are told; or it is being deleted.
        Unanswered: it may not be read.
    """
    arn = arn_of(machine, reader)
    call = Call("stepfunctions", "DescribeStateMachine", (("state-machine-arn", arn),))
    try:
        answer = reader.ask(call, stateMachineArn=arn)
    except Absent as error:
        name = arn.split(":")[ARN_COMPONENTS]
        raise ToolError(f"there is no state machine {name!r} in {reader.scope.region}{_like(reader, name)}") from error
    if answer.get("status") == "DELETING":
        raise ToolError(f"the state machine {machine!r} is being deleted: name another one")
    return _machine(answer, call)


def _machine(answer: Mapping[str, Any], call: Call) -> Machine:
    name, logging = answer.get("name"), _mapping(answer.get("loggingConfiguration"))
    if not isinstance(name, str):
        raise Unanswered(call, OTHERWISE)
    groups = (_mapping(_mapping(one).get("cloudWatchLogsLogGroup")) for one in logging.get("destinations") or ())
    encryption = _mapping(answer.get("encryptionConfiguration"))
    return Machine(
        name=name,
        role_arn=answer.get("roleArn", ""),
        level=str(logging.get("level") or "OFF").upper(),
        destinations=tuple(str(group.get("logGroupArn", "")) for group in groups),
        is_express=answer.get("type") == "EXPRESS",
        key_id=encryption.get("kmsKeyId") if encryption.get("type") == "CUSTOMER_MANAGED_KMS_KEY" else None,
        call=call,
        arn=answer.get("stateMachineArn"),
    )


def of_properties(name: str, properties: Mapping[str, Any], call: Call) -> Machine | None:
    """Return a state machine as a template's properties describe it, resolved; None if they are not of that shape.

    Args:
        name: what it is called if the properties do not say.
        properties: in CloudFormation's spelling.
        call: what showed them.
    """
    logging, encryption = properties.get("LoggingConfiguration") or {}, properties.get("EncryptionConfiguration") or {}
    named = logging.get("Destinations") or () if isinstance(logging, Mapping) else None
    role = properties.get("RoleArn")
    if not isinstance(named, list | tuple) or not isinstance(encryption, Mapping) or not isinstance(role, str):
        return None
    groups = (_mapping(_mapping(one).get("CloudWatchLogsLogGroup")) for one in named)
    return Machine(
        name=str(properties.get("StateMachineName") or name),
        role_arn=role,
        level=str(logging.get("Level") or "OFF").upper(),
        destinations=tuple(str(group.get("LogGroupArn", "")) for group in groups),
        is_express=properties.get("StateMachineType") == "EXPRESS",
        key_id=encryption.get("KmsKeyId") if encryption.get("Type") == "CUSTOMER_MANAGED_KMS_KEY" else None,
        call=call,
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _like(reader: Reader, name: str) -> str:
    try:
        pages = list(reader.pages(_LIST, maxResults=1000))
    except Unanswered:
        return ": give its name as Step Functions shows it, or its ARN"
    known = [str(one.get("name")) for page in pages for one in listed(_LIST, page, "stateMachines")]
    near = get_close_matches(name, known, 3)
    return (
        f": did you mean {', '.join(near)}?" if near else f" (it has {len(known)}): name its --region, or give its ARN"
    )
