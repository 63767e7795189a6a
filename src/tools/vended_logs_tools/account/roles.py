"""A role of IAM as the doctor reads it: whom it trusts, what its policies say, and what IAM's own simulation says."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from vended_logs_tools.account.calls import Call, Reader, Unanswered


@dataclass(frozen=True, slots=True)
class Role:
    """A role."""

    name: str
    trust: object
    """Its trust policy as plain data; None if it is no JSON."""
    boundary: str | None
    """The ARN of its permissions boundary."""
    call: Call


@dataclass(frozen=True, slots=True)
class RolePolicy:
    """A policy of a role, inline or managed, or its boundary."""

    name: str
    document: object
    """Plain data; None if it is no JSON."""
    call: Call


@dataclass(frozen=True, slots=True)
class RolePolicies:
    """What could be read of a role's policies."""

    own: tuple[RolePolicy, ...]
    boundary: RolePolicy | None
    """None if it has none, or if that could not be read."""
    unanswered: tuple[Unanswered, ...] = ()
    """The calls that gave nothing."""
    is_whole: bool = True
    """Whether ``own`` holds all of them."""
    inline: frozenset[str] | None = None
    """The names of all that are the role's alone; None if they could not be listed."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """What ``iam:SimulatePrincipalPolicy`` says of one action on every resource."""

    decision: str
    """``allowed``, ``implicitDeny`` or ``explicitDeny``."""
    by_boundary: bool | None = None
    """Whether the boundary allows it; None if the answer says nothing of one."""
    by_organization: bool | None = None
    """Whether the organisation's policies allow it; None if the answer says nothing of them."""
    missing: tuple[str, ...] = ()
    """The condition keys that it would have needed a value for."""
    policies: tuple[str, ...] = ()
    """The names of the policies that decided."""


def read_role(reader: Reader, name: str) -> Role:
    """Read a role of the reader's account.

    Raises:
        Absent: there is none of that name.
        Unanswered: it cannot be read.
    """
    call = Call("iam", "GetRole", (("role-name", name),))
    found = reader.ask(call, RoleName=name)["Role"]
    boundary = found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    return Role(name, _plain(found.get("AssumeRolePolicyDocument")), boundary, call)


def simulation_of(arn: str) -> Call:
    """Return the call that ``simulate`` makes."""
    return Call("iam", "SimulatePrincipalPolicy", (("policy-source-arn", arn),))


def simulate(reader: Reader, arn: str, actions: Sequence[str]) -> dict[str, Simulated]:
    """Ask IAM which actions a role may do on every resource, called in the reader's region.

    Source: IAM API Reference, "SimulatePrincipalPolicy".

    Raises:
        Unanswered: it may not be asked, or did not answer.
    """
    region = {"ContextKeyName": "aws:RequestedRegion", "ContextKeyValues": [reader.scope.region]}
    pages = reader.pages(
        simulation_of(arn),
        "Marker",
        PolicySourceArn=arn,
        ActionNames=list(actions),
        ResourceArns=["*"],
        ContextEntries=[{**region, "ContextKeyType": "string"}],
    )
    return {one["EvalActionName"]: _simulated(one) for page in pages for one in page["EvaluationResults"]}


def read_policies(reader: Reader, role: str, boundary: str | None) -> RolePolicies:
    """Read all policies of a role, inline and managed, and its boundary; what cannot be read is kept as unanswered."""
    reading = _Reading(reader, role)
    own = (*reading.inline(), *reading.managed())
    is_whole = not reading.unanswered
    limit = reading.document_of(boundary) if boundary else None
    return RolePolicies(own, limit, tuple(reading.unanswered), is_whole, reading.names)


class _Reading:
    """The calls for one role's policies; each refusal is kept, and the rest goes on."""

    def __init__(self, reader: Reader, role: str) -> None:
        self._reader = reader
        self._role = role
        self.unanswered: list[Unanswered] = []
        self.names: frozenset[str] | None = None
        """Those of the inline policies, once all of them are listed."""

    def inline(self) -> Iterator[RolePolicy]:
        """Yield the policies that are the role's alone."""
        refused = len(self.unanswered)
        names = [name for page in self._listed("ListRolePolicies") for name in page["PolicyNames"]]
        if len(self.unanswered) == refused:
            self.names = frozenset(names)
        for name in names:
            call = Call("iam", "GetRolePolicy", (("role-name", self._role), ("policy-name", name)))
            answer = self._asked(call, RoleName=self._role, PolicyName=name)
            if answer is not None:
                yield RolePolicy(name, _plain(answer["PolicyDocument"]), call)

    def managed(self) -> Iterator[RolePolicy]:
        """Yield the policies that are attached to it."""
        for page in self._listed("ListAttachedRolePolicies"):
            for one in page["AttachedPolicies"]:
                policy = self.document_of(one["PolicyArn"])
                if policy is not None:
                    yield policy

    def document_of(self, arn: str) -> RolePolicy | None:
        """Return a managed policy as it is in force; None if it cannot be read."""
        policy = self._asked(Call("iam", "GetPolicy", (("policy-arn", arn),)), PolicyArn=arn)
        if policy is None:
            return None
        version = policy["Policy"]["DefaultVersionId"]
        call = Call("iam", "GetPolicyVersion", (("policy-arn", arn), ("version-id", version)))
        answer = self._asked(call, PolicyArn=arn, VersionId=version)
        name = arn.rpartition("/")[2]
        return None if answer is None else RolePolicy(name, _plain(answer["PolicyVersion"].get("Document")), call)

    def _listed(self, operation: str) -> Iterator[Mapping[str, Any]]:
        call = Call("iam", operation, (("role-name", self._role),))
        try:
            yield from self._reader.pages(call, "Marker", RoleName=self._role)
        except Unanswered as unanswered:
            self.unanswered.append(unanswered)

    def _asked(self, call: Call, **arguments: str) -> Mapping[str, Any] | None:
        try:
            return self._reader.ask(call, **arguments)
        except Unanswered as unanswered:
            self.unanswered.append(unanswered)
            return None


def _simulated(result: Mapping[str, Any]) -> Simulated:
    """Return one result of the simulation; what is said of the one resource, ``*``, adds to it."""
    resources = result.get("ResourceSpecificResults", [])
    missing = {key for one in (result, *resources) for key in one.get("MissingContextValues", [])}
    return Simulated(
        decision=result["EvalDecision"],
        by_boundary=_said((result, *resources), "PermissionsBoundaryDecisionDetail", "AllowedByPermissionsBoundary"),
        by_organization=_said((result,), "OrganizationsDecisionDetail", "AllowedByOrganizations"),
        missing=tuple(sorted(missing)),
        policies=tuple(sorted({one["SourcePolicyId"] for one in result.get("MatchedStatements", [])})),
    )


def _said(results: Sequence[Mapping[str, Any]], detail: str, name: str) -> bool | None:
    found = [one[detail][name] for one in results if name in one.get(detail, {})]
    return all(found) if found else None


def _plain(document: object) -> object:
    """Return a policy document as plain data: botocore has decoded it, unless it was no JSON to it."""
    if not isinstance(document, str):
        return document
    for text in (document, unquote(document)):
        try:
            return json.loads(text)
        except ValueError:
            continue
    return None
