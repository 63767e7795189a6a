"""Policies of a key, and what is found of them."""

from __future__ import annotations

import json
from typing import Any, Final

from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Call
from vended_logs_tools.account.keys import KeyPolicy
from vended_logs_tools.diagnosis.finding import Diagnosis
from vended_logs_tools.diagnosis.key import Use, diagnose_policy, of_log_group, of_state_machine

SCOPE: Final = Scope("aws", "eu-west-1", "123456789012")
GROUP: Final = of_log_group("/aws/vendedlogs/states/billing", SCOPE)
MACHINE: Final = of_state_machine(SCOPE)
KEY: Final = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
CALL: Final = Call("kms", "GetKeyPolicy", (("key-id", KEY), ("policy-name", "default")))
CONTEXT: Final = "kms:EncryptionContext:aws:logs:arn"


def using(service: str = "logs.eu-west-1.amazonaws.com", action: str = "kms:*", **more: Any) -> dict[str, Any]:
    """Return a statement of a key policy."""
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": "*", **more}


def diagnosed(use: Use, *statements: dict[str, Any]) -> list[Diagnosis]:
    """Return what is found of a key policy."""
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return diagnose_policy(KEY, KeyPolicy(text, CALL), use, "billing")
