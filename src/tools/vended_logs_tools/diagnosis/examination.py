"""All that was found out about one region of an account, as it is shown."""

import re
from dataclasses import dataclass

from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Unread
from vended_logs_tools.account.survey import Survey
from vended_logs_tools.diagnosis.finding import Diagnosis, Weight
from vended_logs_tools.diagnosis.health import GrantState

# What a shell takes as it is, quoted text and escapes, and outside of it the word {place} with the blank before it.
_PLACE = re.compile(r"""(?P<kept>'[^']*'|"(?:[^"\\]|\\.)*"|\\.)| ?(?<!\S)\{place\}(?!\S)""", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One region's examination, or why there is none."""

    scope: Scope
    """The account is empty if it is not known."""
    place: str = ""
    """The options that lead there, quoted for a shell: ``--region eu-west-1 --profile x``; empty if none are needed."""
    survey: Survey | None = None
    """None if a single target was looked at."""
    grant: GrantState | None = None
    """None if the policies could not be read."""
    target: str | None = None
    """What was asked about: ``state machine orders``."""
    findings: tuple[Diagnosis, ...] = ()
    unread: tuple[Unread, ...] = ()
    """Of the target; the survey has its own."""
    calls: int = 0
    """Calls to AWS, each page one."""
    error: str | None = None
    """Why the region could not be examined, one sentence."""

    @property
    def all_unread(self) -> tuple[Unread, ...]:
        """Return what could not be looked at, each once: first the survey's, then the target's."""
        return tuple(dict.fromkeys((*(self.survey.unread if self.survey else ()), *self.unread)))

    def count(self, weight: Weight) -> int:
        """Return how many findings are of a weight."""
        return sum(finding.weight is weight for finding in self.findings)

    def command(self, text: str) -> str:
        """Return a finding's command with the options for this place in it, where ``{place}`` is a word of its own."""
        options = f" {self.place}" if self.place else ""
        return _PLACE.sub(lambda found: found["kept"] or options, text)
