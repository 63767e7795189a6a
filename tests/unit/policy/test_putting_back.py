"""Grants that a stale overwrite took away and that are written again, along with our own."""

from typing import Any

import pytest

from vended_logs.errors import PolicyFull
from vended_logs.policy.document import PolicyDocument, ResourcePolicy, Statement
from vended_logs.policy.plan import Plan, plan
from vended_logs.policy.request import Request

from .evaluator import listed
from .policies import BROAD, SHARED, aws_statement, group, text
from .requested import statements
from .strategies import SCOPE
from .universe import SEARCH

_Json = dict[str, Any]

REQUEST = Request(scope=SCOPE)
GRANT = aws_statement([BROAD], sid="VendedLogsPolicy")
OTHER = aws_statement([group("/other/a")], sid="Other", service=SEARCH)
MORE = OTHER | {"Resource": [group("/other/a"), group("/other/b")]}
FEW = OTHER | {"Resource": group("/other/b")}
SEARCHES = OTHER | {"Sid": "Searches", "Action": "logs:CreateLogStream", "Resource": group("/search/a")}
REVOCABLE = OTHER | {"Sid": "VendedLogsPolicyR0123abcd"}
ALL_BUT = {key: value for key, value in OTHER.items() if key != "Resource"} | {"NotResource": group("/secret")}


def _planned(stands: list[_Json], *put_back: _Json, limit: int | None = None) -> Plan:
    lost: tuple[Statement, ...] = PolicyDocument.parse(text(*put_back)).statements
    return plan([ResourcePolicy.parse(SHARED, text(*stands))], REQUEST, limit, put_back=lost)


def _put(made: Plan) -> list[_Json]:
    [put] = made.puts
    return statements(put.document.to_json())


@pytest.mark.parametrize(
    ("stands", "lost", "expected"),
    [
        ([], OTHER, [("Other", ["/other/a"])]),
        ([OTHER], MORE, [("Other", ["/other/a", "/other/b"])]),
        ([OTHER | {"Sid": "Theirs"}], MORE, [("Theirs", ["/other/a", "/other/b"])]),
        ([FEW | {"Sid": "Theirs"}], OTHER | {"Sid": None}, [("Theirs", ["/other/a", "/other/b"])]),
        ([OTHER | {"Action": "logs:*"}], MORE, [("Other", ["/other/a"]), (None, ["/other/a", "/other/b"])]),
        ([OTHER], REVOCABLE, [("Other", ["/other/a"]), (REVOCABLE["Sid"], ["/other/a"])]),
        ([REVOCABLE], OTHER, [(REVOCABLE["Sid"], ["/other/a"]), ("Other", ["/other/a"])]),
        ([REVOCABLE], MORE | {"Sid": REVOCABLE["Sid"]}, [(REVOCABLE["Sid"], ["/other/a", "/other/b"])]),
        (
            [REVOCABLE | {"Sid": "VendedLogsPolicyRdcba3210"}],
            REVOCABLE,
            [("VendedLogsPolicyRdcba3210", ["/other/a"]), (REVOCABLE["Sid"], ["/other/a"])],
        ),
        (
            [MORE, OTHER | {"Sid": "Second", "Resource": group("/other/c")}],
            OTHER | {"Resource": group("/other/d"), "Sid": "Lost"},
            [("Other", ["/other/a", "/other/b", "/other/d"]), ("Second", ["/other/c"])],
        ),
    ],
)
def test_a_lost_statement_comes_back(stands: list[_Json], lost: _Json, expected: list[tuple[str, list[str]]]) -> None:
    """Into the first statement that says the same of others, or else at the end, without a Sid that is taken."""
    lost = {key: value for key, value in lost.items() if value is not None}
    found = _put(_planned([GRANT, *stands], lost))
    assert found[0]["Sid"] == GRANT["Sid"]
    assert [(one.get("Sid"), one["Resource"]) for one in found[1:]] == [
        (sid, groups[0] if len(groups) == 1 else groups)
        for sid, groups in ((sid, [group(name) for name in names]) for sid, names in expected)
    ]


def test_what_names_no_resources_comes_back_as_it_was() -> None:
    """A NotResource statement is written again at the end, never merged into one that excepts something else."""
    [_, kept, back] = _put(_planned([GRANT, ALL_BUT | {"NotResource": group("/other")}], ALL_BUT))
    assert listed(kept["NotResource"]) == [group("/other")]
    assert listed(back["NotResource"]) == [group("/secret")]


def test_two_lost_statements_come_back_beside_our_own() -> None:
    """Every lost statement is written, in the write that brings our grant back."""
    made = _planned([], OTHER, OTHER | {"Sid": "Second", "Action": "logs:*"})
    assert made.outcome == "Added"
    assert [one["Sid"] for one in _put(made)] == ["Other", "Second", "VendedLogsPolicy"]


def test_each_lost_statement_finds_its_own_place() -> None:
    """One after the other: into what stands, at the end, into what has just come back, and without a Sid twice."""
    back = _planned(
        [OTHER, SEARCHES],
        OTHER | {"Resource": group("/other/c")},
        OTHER | {"Sid": "New", "Action": "logs:*"},
        OTHER | {"Sid": "New", "Action": "logs:PutLogEvents"},
        OTHER | {"Sid": "Later", "Action": "logs:*", "Resource": group("/other/d")},
        OTHER | {"Sid": "New", "Action": "logs:Put*"},
        SEARCHES | {"Resource": group("/search/b")},
    )
    assert [(one.get("Sid"), one["Action"], listed(one["Resource"])) for one in _put(back)[:-1]] == [
        ("Other", OTHER["Action"], [group("/other/a"), group("/other/c")]),
        ("Searches", "logs:CreateLogStream", [group("/search/a"), group("/search/b")]),
        ("New", "logs:*", [group("/other/a"), group("/other/d")]),
        (None, "logs:PutLogEvents", [group("/other/a")]),
        (None, "logs:Put*", [group("/other/a")]),
    ]


def test_putting_back_is_a_plan_of_its_own() -> None:
    """With something to put back there is a write although our grant stands, and without there is none."""
    assert _planned([GRANT], OTHER).outcome == "Added"
    assert _planned([GRANT]).outcome == "AlreadyGranted"


@pytest.mark.parametrize("stands", [[GRANT], [GRANT, OTHER]], ids=["no-room", "nothing-to-do"])
def test_what_cannot_be_put_back_makes_no_policy_of_its_own(stands: list[_Json]) -> None:
    """Where a lost statement is there again or has no room, the plan is refused: nothing of ours is left to spill."""
    with pytest.raises(PolicyFull):
        _planned(stands, OTHER, limit=len(text(*stands)) + 10)
