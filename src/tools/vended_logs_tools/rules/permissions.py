"""The roles of a template as state machines have them: every policy that the template shows to be theirs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from vended_logs_tools.reading import sam
from vended_logs_tools.reading.construct import Path
from vended_logs_tools.reading.formula import FALSE, TRUE, UNKNOWN, Formula, all_of, any_of, negate
from vended_logs_tools.reading.intrinsics import (
    ABSENT,
    TRANSFORM,
    Alternative,
    alternatives,
    function,
    items,
    references,
)
from vended_logs_tools.rules import iam
from vended_logs_tools.rules.aws_managed_policies import actions_of
from vended_logs_tools.rules.holes import HOLE, is_vague
from vended_logs_tools.rules.texts import Resolver
from vended_logs_tools.template_model import Resource, Template

ROLE: Final = "AWS::IAM::Role"
MANAGED_POLICY: Final = "AWS::IAM::ManagedPolicy"
_SEPARATE: Final = {"AWS::IAM::Policy": "Roles", "AWS::IAM::RolePolicy": "RoleName", MANAGED_POLICY: "Roles"}

Judge = Callable[[str], Formula]
"""Tells when something allows an action, or denies it."""


@dataclass(frozen=True)
class RoleView:
    """A role as the template shows it."""

    name: str
    """Its logical id."""
    path: Path
    """Where a machine's finding about it belongs."""
    place: str
    """Where its policies are written, in words."""
    own: tuple[Judge, ...] = field(repr=False)
    """What its own policies allow."""
    denials: tuple[Judge, ...] = field(repr=False)
    boundary: Judge = field(repr=False)
    separate: tuple[Resource, ...]
    """The resources beside it that attach a policy to it."""
    of_separate: Mapping[str, Judge] = field(repr=False)
    """What each of those allows where it is there and attached, by its logical id."""

    def allows(self, action: str, separate: Iterable[Resource]) -> Formula:
        """Return when the role may do an action, with these of the separate policies."""
        given = any_of(
            *(judge(action) for judge in self.own),
            *(self.of_separate[policy.logical_id](action) for policy in separate),
        )
        denied = any_of(*(judge(action) for judge in self.denials))
        return all_of(given, self.boundary(action), negate(denied))


def roles_of(machine: Resource, template: Template, resolver: Resolver) -> Iterator[tuple[Formula, RoleView]]:
    """Yield the roles that a machine may have and that the template shows, each with when it has it."""
    reader = _Reader(template, resolver)
    name = "Role" if machine.kind == sam.STATE_MACHINE else "RoleArn"
    given = machine.properties.get(name)
    path = (*machine.path, "Properties", name)
    for one in alternatives(given, template.conditions, path):
        if one.value is ABSENT or one.value is None:
            if machine.kind == sam.STATE_MACHINE and not machine.is_open:
                inner = ("Properties", "Policies") if "Policies" in machine.properties else ()
                yield one.formula, reader.generated(machine, (*machine.path, *inner))
        else:
            owner = reader.owner(one.value)
            if owner is not None:
                view = reader.written(owner, one.path) if owner.kind == ROLE else reader.generated(owner, one.path)
                yield one.formula, view


class _Reader:
    def __init__(self, template: Template, resolver: Resolver) -> None:
        self._template = template
        self._resolver = resolver

    def owner(self, value: Any) -> Resource | None:
        """Return the role, or the resource for which the transform makes one, that a role's ARN is of."""
        resources = self._template.resources
        named = {reference.target for reference in references(value, self._template.conditions)}
        for target in sorted(named):
            if target in resources and resources[target].kind == ROLE:
                return resources[target]
            maker = resources.get(target.removesuffix("Role"))
            if target not in resources and maker and sam.generates_role(maker.kind, maker.properties):
                return maker
        texts = {text for _, text in self._resolver.texts(value)}
        for resource in resources.values():
            if resource.kind == ROLE and len(texts) == 1 and self._is_named(resource, next(iter(texts))):
                return resource
        return None

    def _is_named(self, role: Resource, arn: str) -> bool:
        names = {name for _, name in self._resolver.texts(role.properties.get("RoleName"))}
        return (
            len(names) == 1 and arn.partition(":role/")[2].rpartition("/")[2] in names and not any(map(is_vague, names))
        )

    def written(self, role: Resource, path: Path) -> RoleView:
        """Return a role that the template writes out."""
        properties = role.properties
        documents = [
            Alternative(one.formula, one.value.get("PolicyDocument"), one.path) if isinstance(one.value, dict) else one
            for one in items(properties.get("Policies"), self._template.conditions)
        ]
        managed = items(properties.get("ManagedPolicyArns"), self._template.conditions)
        judges = [*map(self._of_document, documents), *map(self._of_managed, managed)]
        return self._view(role, role.logical_id, path, f"the policies of {role.logical_id}", judges)

    def generated(self, maker: Resource, path: Path) -> RoleView:
        """Return the role that the transform makes."""
        judges = [self._of_policy(one) for one in items(maker.properties.get("Policies"), self._template.conditions)]
        return self._view(maker, f"{maker.logical_id}Role", path, f"the Policies of {maker.logical_id}", judges)

    def _view(self, holder: Resource, name: str, path: Path, place: str, judges: list[tuple[Judge, Judge]]) -> RoleView:
        own, denials = [allows for allows, _ in judges], [denies for _, denies in judges]
        separate, of_separate = [], {}
        for resource in self._template.resources.values():
            if resource.kind not in _SEPARATE:
                continue
            attached = self._attaches(resource, name, holder)
            if attached == UNKNOWN:
                own.append(_always(UNKNOWN))
            elif attached != FALSE:
                allows, denies = self._of_resource(resource, attached)
                separate.append(resource)
                of_separate[resource.logical_id] = allows
                denials.append(denies)
        if holder.is_open or self._template.has_hidden_resources:
            own.append(_always(UNKNOWN))
        return RoleView(
            name=name,
            path=path,
            place=place,
            own=tuple(own),
            denials=tuple(denials),
            boundary=self._boundary(holder),
            separate=tuple(separate),
            of_separate=of_separate,
        )

    def _attaches(self, resource: Resource, role: str, holder: Resource) -> Formula:
        """Return when a separate policy is attached to a role; UNKNOWN if that cannot be told at all."""
        ways = []
        for one in items(resource.properties.get(_SEPARATE[resource.kind]), self._template.conditions):
            named = {reference.target for reference in references(one.value, self._template.conditions)}
            if role in named:
                ways.append(one.formula)
            elif not named & self._template.resources.keys():
                ways += [
                    all_of(when, self._is_role(text, holder))
                    for when, text in self._resolver.texts(one.value, one.formula)
                ]
        return any_of(*ways)

    def _is_role(self, name: str, holder: Resource) -> Formula:
        if HOLE in name:
            return UNKNOWN
        names = (
            {text for _, text in self._resolver.texts(holder.properties.get("RoleName"))}
            if holder.kind == ROLE
            else set()
        )
        return TRUE if name in names else FALSE

    def _of_resource(self, policy: Resource, when: Formula) -> tuple[Judge, Judge]:
        """Judge a policy that is a resource, where it is there and in use."""
        return self._of_document(
            Alternative(all_of(policy.condition, when), policy.properties.get("PolicyDocument"), ())
        )

    def _of_policy(self, item: Alternative) -> tuple[Judge, Judge]:
        """Judge an item of SAM's Policies: a document, a policy's name or ARN, or a policy template."""
        value = item.value
        if isinstance(value, dict) and "Statement" in value:
            return self._of_document(item)
        if isinstance(value, str) or function(value)[0]:
            return self._of_managed(item)
        if isinstance(value, dict) and len(value) == 1 and TRANSFORM not in value:
            return _always(FALSE), _always(FALSE)  # no policy template of SAM's allows any of the ten
        return _always(UNKNOWN), _always(FALSE)

    def _of_document(self, document: Alternative) -> tuple[Judge, Judge]:
        allowed, denied = iam.judged(document.value, self._template.conditions, self._resolver)
        return (
            lambda action: all_of(document.formula, allowed[action]),
            lambda action: all_of(document.formula, denied[action]),
        )

    def _of_managed(self, item: Alternative) -> tuple[Judge, Judge]:
        """Judge a managed policy by its ARN, its name, or the resource of the template that it is."""
        named = {reference.target for reference in references(item.value, self._template.conditions)}
        policies = [self._template.resources[one] for one in named if one in self._template.resources]
        if len(policies) == 1 and policies[0].kind == MANAGED_POLICY:
            return self._of_resource(policies[0], item.formula)
        if not named.isdisjoint(self._template.parameters):
            # Which policy is deployed with is not the template's to say, whatever the default.
            return _always(all_of(item.formula, UNKNOWN)), _always(FALSE)
        ways = [(when, _known_actions(text)) for when, text in self._resolver.texts(item.value, item.formula)]

        def allows_by_name(action: str) -> Formula:
            return any_of(
                *(
                    all_of(when, UNKNOWN if known is None else TRUE if action in known else FALSE)
                    for when, known in ways
                )
            )

        return allows_by_name, _always(FALSE)

    def _boundary(self, holder: Resource) -> Judge:
        judges = [
            (one.formula, _always(TRUE) if one.value is ABSENT or one.value is None else self._of_managed(one)[0])
            for one in alternatives(holder.properties.get("PermissionsBoundary"), self._template.conditions)
        ]
        return lambda action: any_of(*(all_of(when, judge(action)) for when, judge in judges))


def _known_actions(policy: str) -> frozenset[str] | None:
    return None if is_vague(policy) else actions_of(policy)


def _always(formula: Formula) -> Judge:
    return lambda _: formula
