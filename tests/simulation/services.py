"""AWS as a writer: a service that reads the policy, takes its time, and appends a log group, with no discipline."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.evidence import Entry, allowed, log_group
from tests.simulation.network import LAG
from tests.simulation.store import Store
from tests.simulation.timeline import Timeline
from tests.support.facts import SHARED_POLICY, SIZE_LIMIT
from tests.support.fake_logs import SCOPE

CONDITION = {
    "StringEquals": {"aws:SourceAccount": SCOPE.account},
    "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{SCOPE.region}:{SCOPE.account}:*"},
}


@dataclass(frozen=True)
class Appended:
    """A log group that was appended, and when."""

    at: float
    entry: Entry


@dataclass
class LogService:
    """Switches logging on for some log groups, one after the other."""

    timeline: Timeline
    store: Store
    groups: tuple[str, ...]
    longest_gap: float
    """Seconds between its read and its write."""
    conditioned: bool
    appended: list[Appended] = field(default_factory=list)

    def __call__(self) -> None:
        """Append them all."""
        for group in self.groups:
            self.timeline.pass_time(self.timeline.chance.uniform(0, 6))
            self._append(Entry("delivery.logs.amazonaws.com", f"{log_group(group)}:log-stream:*", not self.conditioned))

    def _append(self, entry: Entry) -> None:
        chance = self.timeline.chance
        seen = self.timeline.now - LAG
        policies = self.store.at(self.timeline.now - chance.uniform(0, LAG))
        self.timeline.pass_time(chance.uniform(0, self.longest_gap))
        if allowed(policies, entry):
            return
        held = policies.get(SHARED_POLICY)
        document: dict[str, Any] = json.loads(held.text if held else '{"Version": "2012-10-17", "Statement": []}')
        listed_in(document["Statement"], conditioned=self.conditioned).append(entry.resource)
        text = json.dumps(document, separators=(",", ":"))
        if len(text) <= SIZE_LIMIT:
            self.store.write(self.timeline.now, SHARED_POLICY, text, seen, by_aws=True)
            self.appended.append(Appended(self.timeline.now, entry))


def listed_in(statements: list[dict[str, Any]], *, conditioned: bool) -> list[str]:
    """Return the entries of AWS's own statement of that kind, which is made if it is not there."""
    sid = "AWSLogDeliveryWrite2" if conditioned else "AWSLogDeliveryWrite"
    for statement in statements:
        if statement.get("Sid") == sid:
            found = statement["Resource"]
            statement["Resource"] = found if isinstance(found, list) else [found]
            return list_of(statement)
    statements.append(delivery(sid, [], conditioned=conditioned))
    return list_of(statements[-1])


def list_of(statement: dict[str, Any]) -> list[str]:
    """Return the statement's own list of entries."""
    found: list[str] = statement["Resource"]
    return found


def delivery(sid: str, resources: list[str], *, conditioned: bool) -> dict[str, Any]:
    """Return a statement as AWS writes it."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": resources,
        **({"Condition": CONDITION} if conditioned else {}),
    }
