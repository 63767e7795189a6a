"""Whether what a request asks for stands. A revocable grant may go at any time: only its own resource rests on it."""

from collections.abc import Iterable
from dataclasses import replace

from vended_logs.policy.coverage import Allowances
from vended_logs.policy.document import ResourcePolicy, Statement
from vended_logs.policy.request import Request, is_revocable


def stands(policies: Iterable[ResourcePolicy], request: Request) -> bool:
    """Return whether the policies allow everything asked for, other resources' revocable grants left out."""
    allowances = Allowances.of(relied_upon(policies, request))
    return not any(map(allowances.missing, request.grants))


def relied_upon(policies: Iterable[ResourcePolicy], request: Request) -> tuple[ResourcePolicy, ...]:
    """Return the policies without the revocable grants that the request may not rest on: all but its own."""

    def counts(policy: ResourcePolicy, statement: Statement) -> bool:
        return not is_revocable(statement) or (request.revocable and request.owner.owns(policy.name, statement))

    return tuple(
        replace(
            policy,
            document=replace(
                policy.document,
                statements=tuple(statement for statement in policy.document.statements if counts(policy, statement)),
            ),
        )
        for policy in policies
    )
