"""The default grant as a statement, and whether it stands."""

from typing import Any

from tests.unit.policy.policies import BROAD, aws_statement, text
from tests.unit.policy.strategies import SCOPE
from vended_logs.policy.coverage import in_force
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.request import Request

Json = dict[str, Any]

REQUEST = Request(scope=SCOPE)
GRANTED = aws_statement([BROAD], sid=None)


def grant_stands(*statements: Json, request: Request = REQUEST, version: str | None = "2012-10-17") -> bool:
    """Return whether these statements alone put each grant of the request in force."""
    policy = ResourcePolicy.parse("any", text(*statements, version=version))
    return all(in_force([policy], grant) for grant in request.grants)
