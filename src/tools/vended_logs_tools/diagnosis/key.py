"""Whether a key of KMS serves those who need it: CloudWatch Logs for a log group, log delivery for a state machine.

Sources: CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS"; Step Functions Developer
Guide, "Data at rest encryption", on logging; KMS Developer Guide, "Key states of KMS keys".
"""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from vended_logs.policy.document import PolicyDocument, clauses
from vended_logs.policy.grant import LOG_DELIVERY, Scope
from vended_logs_tools.account.calls import Absent
from vended_logs_tools.account.keys import Key, KeyPolicy
from vended_logs_tools.diagnosis.amending import with_statement
from vended_logs_tools.diagnosis.finding import Diagnosis, Evidence, Weight
from vended_logs_tools.diagnosis.policies import Answer, Request, Verdict, verdict
from vended_logs_tools.diagnosis.shell import as_command, command, compact

CAUSE: Final = "kms-key"

_FILE: Final = "key-policy.json"
_LONGEST: Final = 20_000
"""Characters of a policy that still goes on a command line; a key's may have 32,768."""
_CHINA: Final = "aws-cn"
_KNOWN: Final = frozenset({"aws", _CHINA, "aws-us-gov"})
"""The partitions whose names of CloudWatch Logs are known: it has that of its endpoint, log delivery has one in all."""
_SUFFIX: Final = ".cn"

_UNUSABLE: Final = {
    "Disabled": "is disabled",
    "PendingDeletion": "is about to be deleted",
    "PendingReplicaDeletion": "is about to be deleted",
    "PendingImport": "has no key material",
    "Unavailable": "is not available, because its key store is not",
}


@dataclass(frozen=True, slots=True)
class Use:
    """What a key is needed for."""

    what: str
    """In words, a clause's subject: ``the log group /aws/vendedlogs/states/orders``."""
    service: str
    """The principal that uses the key."""
    needed: tuple[str, ...]
    """Without these it cannot do its work."""
    asked: tuple[str, ...]
    """The guide asks for these too."""
    granting: tuple[str, ...]
    """The actions as the guide writes them."""
    condition: dict[str, dict[str, str]]
    """The condition that keeps others out, as the guide has it; the key's policy may have a wider one, or none."""
    request: Callable[[str, str], Request]
    """From a key's ARN and an action to the request."""
    without: tuple[str, ...]
    """The commands that do without the key, if there are any."""


def of_log_group(log_group: str, scope: Scope) -> Use:
    """Return what CloudWatch Logs needs a log group's key for."""
    service = f"logs.{scope.region}.amazonaws.com" + (_SUFFIX if scope.partition == _CHINA else "")
    arn = f"{scope.log_groups}{log_group}"
    key = "kms:EncryptionContext:aws:logs:arn"
    return Use(
        what=f"the log group {log_group}",
        service=service,
        needed=("kms:GenerateDataKey", "kms:Decrypt"),
        asked=("kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:DescribeKey"),
        granting=("kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"),
        condition={"ArnEquals": {key: arn}},
        # The name without a region is not in the guide; another region's is another service.
        request=_requests(service, "logs.amazonaws.com*" if scope.partition in _KNOWN else "logs.*", scope, {key: arn}),
        without=(command("logs disassociate-kms-key", ("log-group-name", log_group)),),
    )


def of_state_machine(scope: Scope) -> Use:
    """Return what log delivery needs the key of a state machine for."""
    source = f"arn:{scope.partition}:logs:{scope.region}:{scope.account}:*"
    key = "kms:EncryptionContext:SourceArn"
    return Use(
        what="the log delivery of the state machine",
        service=LOG_DELIVERY,
        needed=("kms:Decrypt",),
        asked=(),
        granting=("kms:Decrypt",),
        condition={"StringLike": {key: source}},
        # The value itself ends in a star: the guides compare it by StringEquals and by StringLike.
        request=_requests(LOG_DELIVERY, "delivery.logs.*", scope, {key: source}),
        without=(),
    )


def _requests(service: str, kin: str, scope: Scope, context: dict[str, str]) -> Callable[[str, str], Request]:
    """Return the requests of a service by key and action; ``context`` is the encryption context that goes with them."""
    account = {"aws:SourceAccount": [scope.account]}
    source = {"aws:SourceArn": [f"arn:{scope.partition}:logs:{scope.region}:{scope.account}:*"]}
    exact = {key: [value] for key, value in context.items()}
    # A log group's ARN is also written with its streams.
    wider = {key: [value, f"{value}:*"] for key, value in context.items()}
    # In China some services go by the name that they have elsewhere, some by one of China's own: both are taken.
    bare = service.removesuffix(_SUFFIX)
    names = (bare, f"{bare}{_SUFFIX}") if scope.partition == _CHINA else (service,)
    known = clauses({"StringEquals": {**account, **exact}, "ArnLike": source})
    bounds = clauses({"StringEquals": account, "StringLike": wider, "ArnLike": source})
    return lambda arn, action: Request(names, kin, action, arn, known, bounds)


def diagnose_absent(absent: Absent, name: str, use: Use, subject: str) -> Diagnosis:
    """Return the diagnosis that a key does not exist."""
    cure = "Use another key, or none" if use.without else "Give the state machine another key, or none"
    return Diagnosis(
        cause=CAUSE,
        weight=Weight.FAULT,
        subject=subject,
        message=f"The key {_short(name)} of {use.what} does not exist",
        cure=cure,
        commands=use.without,
        evidence=(Evidence(absent.call, absent.reason),),
    )


def diagnose_state(key: Key, use: Use, subject: str) -> list[Diagnosis]:
    """Return what is wrong with the state of a key."""
    if key.state not in _UNUSABLE:
        return []
    enabling = command("kms enable-key", ("key-id", key.id))
    cures = {
        "Disabled": ("Enable it", (enabling,)),
        "PendingDeletion": (
            "Cancel its deletion and enable it",
            (command("kms cancel-key-deletion", ("key-id", key.id)), enabling),
        ),
        "PendingReplicaDeletion": ("Use another key, since this one cannot be kept", use.without),
        "PendingImport": ("Import its key material", ()),
        "Unavailable": ("Connect its custom key store", ()),
    }
    cure, commands = cures[key.state]
    message = f"The key {_short(key.id)} of {use.what} {_UNUSABLE[key.state]}"
    evidence = (Evidence(key.call, f"its KeyState is {key.state}"),)
    return [Diagnosis(CAUSE, Weight.FAULT, subject, message, cure, commands, evidence)]


def diagnose_policy(arn: str, policy: KeyPolicy, use: Use, subject: str) -> list[Diagnosis]:
    """Return what a key's policy keeps from the service that uses it.

    Raises:
        UnreadableDocument: the policy cannot be read in full.
    """
    document = PolicyDocument.parse(policy.text)
    found = {action: verdict(document, use.request(arn, action)) for action in (*use.needed, *use.asked)}
    refused = [action for action, one in found.items() if one.granted == Answer.NO]
    if refused:
        return [_refused(arn, policy, use, subject, {action: found[action] for action in refused})]
    open_ = {action: found[action] for action in use.needed if found[action].granted == Answer.MAYBE}
    return [_open(arn, policy, use, subject, open_)] if open_ else []


def _refused(arn: str, policy: KeyPolicy, use: Use, subject: str, refused: dict[str, Verdict]) -> Diagnosis:
    is_fault = not set(use.needed).isdisjoint(refused)
    sids = sorted({sid or "without a Sid" for one in refused.values() for sid in one.denials})
    deed = "use it" if refused.keys() == {*use.needed, *use.asked} else f"do {', '.join(refused)}"
    message = f"The policy of the key {_short(arn)} does not let {use.service} {deed} for {use.what}"
    shows = f"its Deny {', '.join(sids)} takes them" if sids else f"no statement allows {use.service} to do them"
    by_hand = f"Take {use.service} by hand out of that Deny, whose purpose is not known here"
    cure, commands = _showing(policy, by_hand) if sids else _adding(arn, policy, use)
    return Diagnosis(
        cause=CAUSE,
        weight=Weight.FAULT if is_fault else Weight.WARNING,
        subject=subject,
        message=message if is_fault else f"{message}, for which AWS's guide asks",
        cure=cure,
        commands=commands,
        evidence=(Evidence(policy.call, shows),),
    )


def _open(arn: str, policy: KeyPolicy, use: Use, subject: str, found: dict[str, Verdict]) -> Diagnosis:
    has_denial = any(one.denied != Answer.NO for one in found.values())
    look = "Look at the conditions of its Deny statements"
    cure, commands = _showing(policy, look) if has_denial else _adding(arn, policy, use)
    return Diagnosis(
        cause=CAUSE,
        weight=Weight.NOTE,
        subject=subject,
        message=f"The policy of the key {_short(arn)} may not let {use.service} do {', '.join(found)} for {use.what}",
        cure=f"If logs do not arrive, {cure[0].lower()}{cure[1:]}",
        commands=commands,
        evidence=(Evidence(policy.call, "its statements about it depend on more than is known here"),),
    )


def _adding(arn: str, policy: KeyPolicy, use: Use) -> tuple[str, tuple[str, ...]]:
    """Return how to add to a key's policy, which can be put only as a whole: by one command, unless it is too long."""
    statement = _statement(use)
    document = compact(with_statement(json.loads(policy.text), statement))
    put = (("key-id", arn), ("policy-name", "default"))
    if len(document) <= _LONGEST:
        cure = "Add a statement to the key's policy: the command puts it whole, with all that it held when it was read"
        return cure, (command("kms put-key-policy", *put, ("policy", document)),)
    return f"Add a statement to the key's policy, too long for one command: write it to {_FILE}, edit that, put it", (
        as_command(policy.call, ("query", "Policy"), ("output", "text"), tail=f"> {_FILE}"),
        f"${{EDITOR:-vi}} {_FILE} # edit: add to its Statement {shlex.quote(compact(statement))}",
        command("kms put-key-policy", *put, ("policy", f"file://{_FILE}")),
    )


def _showing(policy: KeyPolicy, cure: str) -> tuple[str, tuple[str, ...]]:
    """Return what is left to people, and the command that shows it."""
    return cure, (as_command(policy.call),)


def _statement(use: Use) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"Service": use.service}}
    return {**statement, "Action": list(use.granting), "Resource": "*", "Condition": use.condition}


def _short(name: str) -> str:
    """Return a key as people know it: the id or alias at the end of its ARN."""
    return name.rpartition(":")[2].removeprefix("key/")
