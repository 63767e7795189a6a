"""10,000 log groups of an account against 500 entries."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import islice

from vended_logs.policy.coverage import Allowances
from vended_logs.policy.document import Element, ResourcePolicy
from vended_logs.policy.request import DEFAULT_POLICY_NAME, Request
from vended_logs_tools.account.survey import AccountPolicy, Survey
from vended_logs_tools.applying.listing import prefixes
from vended_logs_tools.diagnosis.stale import stale_entries
from vended_logs_tools.planning import pruning

from .conftest import Measure
from .worst import SCOPE, different, document, mixed, plain

_GROUPS, _ENTRIES = 10_000, 500
_LONG = 110 * (_ENTRIES + 100)


def _policy(made: str) -> ResourcePolicy:
    """Return a policy of exactly so many entries, in one statement."""
    policy = ResourcePolicy.parse(DEFAULT_POLICY_NAME, made)
    first = policy.document.statements[0]
    listed = [value for one in policy.document.statements if one.resource for value in one.resource.values]
    statement = replace(first, resource=Element(tuple(sorted(listed[:_ENTRIES]))))
    return ResourcePolicy.of(DEFAULT_POLICY_NAME, replace(policy.document, statements=(statement,)))


def _groups() -> tuple[str, ...]:
    dice = random.Random(11)  # noqa: S311 - the same on every run is what is wanted
    return tuple(sorted(islice(different(plain, dice), _GROUPS)))


def test_granted_log_groups(measure: Measure) -> None:
    """Which of the log groups the entries, stars and question marks among them, grant."""
    policy = _policy(document(mixed, _LONG))
    [statement] = policy.document.statements
    asked = replace(statement, resource=Element(_groups()))
    found = measure(lambda: Allowances(policy.document.statements).resources(asked))
    assert isinstance(found, frozenset)
    assert 0 < len(found) < _GROUPS


def test_stale_entries(measure: Measure) -> None:
    """What the doctor and `ensure --prune-stale` do: the entries whose log groups are not there, and the plan."""
    policy = _policy(document(plain, _LONG))
    names = frozenset(one.removeprefix(SCOPE.log_groups).removesuffix(":*") for one in _groups())
    request = Request(scope=SCOPE)
    seen = AccountPolicy(policy.name, policy.size, None, policy.document)
    survey = Survey(SCOPE, (seen,), (), names)

    def search() -> int:
        told = list(stale_entries(survey, request, ()))
        named = pruning.named_log_groups((policy,), request)
        assert prefixes(named)
        stale = pruning.stale_entries((policy,), request, names)
        made = pruning.plan_pruned((policy,), request, stale=stale)
        return len(told) + len(made.dropped)

    assert measure(search)
