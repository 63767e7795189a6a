"""A plan for the policies of an account, and the judge of it."""

from tests.unit.policy.evaluator import allowed
from tests.unit.policy.requested import asked
from tests.unit.policy.strategies import SCOPE
from tests.unit.policy.universe import calls
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.plan import Plan, plan
from vended_logs.policy.request import Request

REQUEST = Request(scope=SCOPE)


def plan_for(policies: dict[str, str], request: Request = REQUEST, limit: int | None = None) -> Plan:
    """Return the plan for policies of these texts."""
    return plan([ResourcePolicy.parse(name, policy) for name, policy in policies.items()], request, limit)


def put_by(made: Plan) -> str:
    """Return the text of the one policy that a plan puts."""
    [put] = made.puts
    return put.document.to_json()


def check_lossless(policies: dict[str, str], made: Plan, request: Request = REQUEST) -> None:
    """Check by the judge that the plan gives what was asked for and loses nothing."""
    after = policies | {one.name: one.document.to_json() for one in made.puts}
    tried = calls([*policies.values(), *after.values()])
    then = allowed(after.values(), tried)
    assert allowed(policies.values(), tried) | allowed(asked(request), tried) <= then
