"""With whom an application is shared: the statements of its policy (developer guide, "Application Policy Examples")."""

from __future__ import annotations

from typing import Any, Final

from tests.examples.app_repository.refusal import bad_request

Json = dict[str, Any]

_EVERYBODY: Final = "*"


def check(statements: list[Json], organisation: str | None, *, may_be_public: bool) -> None:
    """Check a policy of an application whose account is a member of `organisation`, if of any; raises RefusedError."""
    for statement in statements:
        organisations = statement.get("PrincipalOrgIDs", [])
        if organisations and organisations != [organisation]:
            raise bad_request(f"The application's account is not a member of {', '.join(organisations)}.")
        if organisations and "UnshareApplication" not in statement["Actions"]:
            raise bad_request("Sharing with an organization needs the action UnshareApplication.")
    if is_public(statements) and not may_be_public:
        raise bad_request("A public application needs SemanticVersion and LicenseUrl.")


def is_public(statements: list[Json]) -> bool:
    """Whether everybody may have the application."""
    return any(_EVERYBODY in one["Principals"] and not one.get("PrincipalOrgIDs") for one in statements)


def allows(statements: list[Json], account: str, organisation: str | None, action: str) -> bool:
    """Whether an account, a member of `organisation` if of any, may do that with the application."""
    return any(
        {action, "Deploy"} & set(one["Actions"])
        and {account, _EVERYBODY} & set(one["Principals"])
        and (not one.get("PrincipalOrgIDs") or organisation in one["PrincipalOrgIDs"])
        for one in statements
    )
