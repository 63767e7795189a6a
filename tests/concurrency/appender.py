"""A model of the AWS services that append to the shared policy: read, take a moment, write it with one entry more."""

from __future__ import annotations

import json
import random
import threading
from dataclasses import dataclass, field
from typing import Any, Final

from tests.concurrency.store import RefusedError, Store
from tests.unit.policy.evaluator import listed
from tests.unit.policy.policies import SHARED, aws_statement, group

WRITER: Final = "AWS"
_LONGEST_MOMENT: Final = 0.3


@dataclass
class Appender:
    """Appends narrow entries, each in the statement that is the service's own; keeps no discipline whatever."""

    store: Store
    dice: random.Random
    appended: list[str] = field(default_factory=list)
    """The entries written."""
    shown: dict[int, dict[str, str]] = field(default_factory=dict)
    """What each write rests on: the document read, by name, by the id of the state that was written."""
    refused: int = 0
    """How often the policy was too full for one more."""

    def append(self, ended: threading.Event) -> None:
        """Append one entry."""
        entry = group(f"/aws/vendedlogs/states/Late{len(self.appended) + self.refused:02}-Logs")
        text = self.store.now().texts.get(SHARED, '{"Version":"2012-10-17","Statement":[]}')
        ended.wait(self.dice.uniform(0, _LONGEST_MOMENT))
        try:
            state = self.store.put(WRITER, SHARED, _with_entry(text, entry))
        except RefusedError:
            self.refused += 1
        else:
            self.appended.append(entry)
            self.shown[id(state)] = {SHARED: text}

    def run(self, pauses: list[float], ended: threading.Event) -> None:
        """Append one entry after each pause, in seconds, until it is over."""
        for pause in pauses:
            if ended.wait(pause):
                return
            self.append(ended)


def _with_entry(text: str, entry: str) -> str:
    document: dict[str, Any] = json.loads(text)
    statements = [dict(one) for one in listed(document["Statement"])]
    own = next((one for one in statements if one.get("Sid") == "AWSLogDeliveryWrite"), None)
    if own is None:
        statements.append(aws_statement([entry]))
    else:
        own["Resource"] = [*listed(own["Resource"]), entry]
    return json.dumps({**document, "Statement": statements}, separators=(",", ":"))
