"""A terminal in memory before an account in memory: what is said, what is asked, and what it does to the account."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.support.fake_logs import SCOPE, FakeLogs, VirtualClock
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.request import DEFAULT_POLICY_NAME
from vended_logs_tools import ensure, restore
from vended_logs_tools.applying.desk import Desk

NAME = DEFAULT_POLICY_NAME
HOME = f"arn:{SCOPE.partition}:logs:{SCOPE.region}:{SCOPE.account}:log-group:"
BROAD = f"{HOME}/aws/vendedlogs/*"
NOON = datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC)
HEADING = "123456789012 us-west-2"
PLACE = "--profile ops --region us-west-2"
_CONDITION = {
    "StringEquals": {"aws:SourceAccount": SCOPE.account},
    "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{SCOPE.region}:{SCOPE.account}:*"},
}


@dataclass
class Terminal:
    """One account, one folder and one user, who answers as told and may do something before that."""

    folder: Path
    logs: FakeLogs = field(default_factory=lambda: FakeLogs(VirtualClock()))
    answer: bool | None = True
    """What the user says; None if there is nobody."""
    meanwhile: list[Callable[[], None]] = field(default_factory=list)
    """What others do while the user thinks, one a question."""
    questions: list[str] = field(default_factory=list)
    out: io.StringIO = field(default_factory=io.StringIO)
    err: io.StringIO = field(default_factory=io.StringIO)

    def ensure(self, **options: Any) -> int:
        """Run `vended-logs ensure` and return its exit code."""
        return ensure.run(ensure.Options(**options), self.desk())

    def restore(self, file: Path, **options: Any) -> int:
        """Run `vended-logs restore` and return its exit code."""
        return restore.run(restore.Options(file, **options), self.desk())

    def once_written(self, name: str, act: Callable[[], object]) -> None:
        """Have others act each time right after that policy was written."""
        write = self.logs.put

        def put(policy: ResourcePolicy, may_send: Callable[[], bool] = lambda: True) -> None:
            write(policy, may_send)
            if policy.name == name:
                act()

        self.logs.put = put  # type: ignore[method-assign]  # a fault is put in its place

    def desk(self) -> Desk:
        """Return the desk of a user at this terminal."""
        return Desk(
            gateway=self.logs,
            scope=SCOPE,
            clock=self.logs.clock,
            out=self.out,
            err=self.err,
            environment={},
            ask=None if self.answer is None else self._ask,
            here=self.folder,
            place=PLACE,
            now=lambda: NOON,
        )

    def _ask(self, question: str) -> bool:
        self.questions.append(question)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return bool(self.answer)

    @property
    def said(self) -> str:
        """Return what was printed on the output."""
        return self.out.getvalue()

    @property
    def prose(self) -> str:
        """Return what was printed on the output as one line, however it was wrapped."""
        return " ".join(self.said.split())

    @property
    def complained(self) -> list[str]:
        """Return the lines of the error stream."""
        return self.err.getvalue().splitlines()

    @property
    def changing(self) -> list[str]:
        """Return the calls that change something, in order."""
        return [call for call in self.logs.calls if call.startswith(("put", "delete"))]

    @property
    def backups(self) -> list[Path]:
        """Return the backup files, in the order in which they were written."""
        return sorted(self.folder.iterdir(), key=lambda path: (len(path.name), path.name))

    def entries(self, name: str = NAME) -> list[str]:
        """Return the resources that a policy names, without what all begin with."""
        found: list[str] = []
        for statement in statements(self.logs.policies[name][0]) if name in self.logs.policies else []:
            resource = statement.get("Resource", [])
            found += [resource] if isinstance(resource, str) else resource
        return [entry.removeprefix(HOME) for entry in found]


def statements(policy: str) -> list[dict[str, Any]]:
    """Return a policy text's statements."""
    found = json.loads(policy)["Statement"]
    return found if isinstance(found, list) else [found]


def texts_in(path: Path) -> dict[str, Any]:
    """Return what a backup holds, by name, as JSON values."""
    found = json.loads(path.read_text(encoding="utf-8"))["resourcePolicies"]
    return {policy["policyName"]: json.loads(policy["policyDocument"]) for policy in found}


def document(*found: dict[str, Any], version: str = "2012-10-17") -> str:
    """Return a policy text."""
    return json.dumps({"Version": version, "Statement": list(found)}, separators=(",", ":"))


def grant() -> dict[str, Any]:
    """Return the statement that ensure writes."""
    return {**delivery(sid="VendedLogsPolicy"), "Resource": BROAD}


def delivery(*groups: str, sid: str = "AWSLogDeliveryWrite", conditioned: bool = True) -> dict[str, Any]:
    """Return the statement that AWS writes for log groups."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [f"{HOME}{group}:log-stream:*" for group in groups],
    } | ({"Condition": _CONDITION} if conditioned else {})


def search(*groups: str, effect: str = "Allow", sid: str = "Search") -> dict[str, Any]:
    """Return another service's statement."""
    return delivery(*groups, sid=sid, conditioned=False) | {
        "Effect": effect,
        "Principal": {"Service": "es.amazonaws.com"},
    }


def full(*, conditioned: bool) -> str:
    """Return a policy that has no room for another log group of a state machine."""
    groups: list[str] = []
    while len(document(delivery(*groups, conditioned=conditioned))) < 5020:
        groups.append(f"/aws/vendedlogs/states/Machine{len(groups):03}")
    return document(delivery(*groups, conditioned=conditioned))
