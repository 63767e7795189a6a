"""Several regions at once: none waits for another, and none is lost for another."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.tools.examining.answers import SCOPE, Answers, Refusal
from tests.tools.examining.stacks import GRANT, policies
from vended_logs.policy.grant import Scope
from vended_logs_tools import doctor
from vended_logs_tools.account.calls import Reader
from vended_logs_tools.diagnosis.examination import Examination

HEALTHY: dict[str, Any] = {
    "DescribeResourcePolicies": lambda arguments: (
        {"resourcePolicies": []} if arguments.get("policyScope") else policies(GRANT)({})
    ),
    "ListLogGroups": {"logGroups": []},
}


class Account:
    """An account whose regions answer from tables."""

    def __init__(self, **regions: dict[str, Any]) -> None:
        self.regions = tuple(regions)
        self._tables = regions

    def scope(self, region: str) -> Scope:
        """Return where a grant holds."""
        return Scope(SCOPE.partition, region, SCOPE.account)

    def reader(self, region: str) -> Reader:
        """Return the reader of a region."""
        made = Answers(self._tables[region]).reader()
        return Reader(self.scope(region), made.clients)

    def options(self, region: str) -> str:
        """Return the options that lead there."""
        return f"--region {region}"


def examined(account: Any) -> tuple[Examination, ...]:
    """Return the examinations, in order."""
    return doctor.examine_all(account, None, lambda _: None)


def test_the_order_is_the_one_in_which_they_were_named() -> None:
    """However long each takes."""
    names = [f"region-{number}" for number in range(20)]
    found = examined(Account(**dict.fromkeys(names, HEALTHY)))

    assert [one.scope.region for one in found] == names


def test_a_fault_of_ours_in_one_region_does_not_lose_the_others() -> None:
    """It is told, with a wish to hear of it."""

    def fall(_arguments: Any) -> Any:
        raise KeyError("unheard of")

    found = examined(Account(good=HEALTHY, bad={**HEALTHY, "ListLogGroups": fall}))

    assert found[0].error is None
    assert found[1].error == "the doctor failed with an unexpected KeyError ('unheard of'): report it"
    assert doctor.exit_code(found) == 2


def test_ctrl_c_waits_for_no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead region may take minutes, and the user has decided."""
    hanging, begun = threading.Event(), threading.Event()

    def hang(_arguments: Any) -> Any:
        begun.set()
        hanging.wait(30)
        return {"resourcePolicies": []}

    def interrupt(_: Examination) -> None:
        begun.wait(30)
        raise KeyboardInterrupt

    account: Any = Account(good=HEALTHY, dead={**HEALTHY, "DescribeResourcePolicies": hang})
    before = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt):
        doctor.examine_all(account, None, interrupt)
    left = set(threading.enumerate()) - before

    assert all(thread.daemon for thread in left)
    hanging.set()


def test_a_region_of_which_nothing_may_be_read_is_not_healthy() -> None:
    """Nor is the account."""
    found = examined(
        Account(**{"us-west-2": HEALTHY, "closed": {"DescribeResourcePolicies": Refusal("AccessDenied", "no")}})
    )

    assert doctor.exit_code(found[:1]) == 0
    assert doctor.exit_code(found) == 2


def test_a_region_that_nobody_uses_is_a_note() -> None:
    """A round over all regions can be clean."""
    empty: dict[str, Any] = {"DescribeResourcePolicies": {"resourcePolicies": []}, "ListLogGroups": {"logGroups": []}}
    [found] = examined(Account(unused=empty))
    [used] = examined(Account(used={**empty, "ListLogGroups": {"logGroups": [{"logGroupName": "/x"}]}}))

    assert [one.cause for one in found.findings] == ["grant-missing"]
    assert doctor.exit_code([found]) == 0
    assert doctor.exit_code([used]) == 1
