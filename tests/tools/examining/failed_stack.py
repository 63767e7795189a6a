"""A stack that failed, examined."""

from __future__ import annotations

from typing import Any

from tests.tools.examining.answers import Answers
from tests.tools.examining.stacks import own
from vended_logs_tools.diagnosis.examination import Examination

Json = dict[str, Any]


def causes(found: Examination) -> list[str]:
    """Return the names of what was found."""
    assert found.error is None
    return [one.cause for one in found.findings]


def examined(answers: Answers, name: str = "shop") -> Examination:
    """Return what the doctor finds about a stack."""
    found: Examination = answers.examined("stack", name)
    return found


def rolled_back(*failed: Json) -> list[Json]:
    """Return the events of a creation that failed and was rolled back."""
    return [own("shop", "CREATE_IN_PROGRESS", 0), *failed, own("shop", "ROLLBACK_IN_PROGRESS", 50)]
