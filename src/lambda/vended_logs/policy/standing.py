"""Whether what a request asks for stands. A revocable grant may go at any time: only its own resource rests on it."""

from collections.abc import Iterable
from dataclasses import replace

from vended_logs.policy.coverage import missing
from vended_logs.policy.document import ResourcePolicy, Statement
from vended_logs.policy.request import Request, belongs_to, is_revocable, revocable_sid


def stands(policies: Iterable[ResourcePolicy], request: Request) -> bool:
    """Return whether the policies allow everything asked for, other resources' revocable grants left out."""
    relied = relied_upon(policies, request)
    return not any(missing(relied, grant) for grant in request.grants)


def relied_upon(policies: Iterable[ResourcePolicy], request: Request) -> tuple[ResourcePolicy, ...]:
    """Return the policies without the revocable grants that the request may not rest on: all but its own."""
    own = revocable_sid(request.stack_id, request.logical_id) if request.revocable else None
    names = (request.policy_name, request.spill_name)

    def counts(policy: ResourcePolicy, statement: Statement) -> bool:
        if not is_revocable(statement):
            return True
        return own is not None and policy.name in names and belongs_to(statement, own)

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
