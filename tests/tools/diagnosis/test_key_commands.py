"""The commands that edit a key's policy, and any command in a shell itself."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path
from typing import Final

from hypothesis import given

from tests.tools.diagnosis.hostile_names import HERE, HOSTILE, PLACE, SCOPE, names, options
from vended_logs_tools.account.calls import Absent, Call
from vended_logs_tools.account.keys import Key, KeyPolicy
from vended_logs_tools.diagnosis.key import diagnose_absent, diagnose_policy, diagnose_state, of_log_group
from vended_logs_tools.diagnosis.shell import command

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
