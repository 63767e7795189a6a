"""What is found in an account, and by which command stale entries go."""

from __future__ import annotations

from tests.tools.diagnosis.accounts import REQUEST
from vended_logs_tools.account.survey import Survey
from vended_logs_tools.diagnosis.finding import Diagnosis, Weight
from vended_logs_tools.diagnosis.health import findings

PRUNE = "vended-logs ensure --prune-stale {place}"


def named(survey: Survey) -> list[tuple[str, Weight]]:
    """Return the causes found, with their weights."""
    return [(one.cause, one.weight) for one in findings(survey, REQUEST)]


def only(survey: Survey) -> Diagnosis:
    """Return the one finding there is."""
    (found,) = findings(survey, REQUEST)
    return found
