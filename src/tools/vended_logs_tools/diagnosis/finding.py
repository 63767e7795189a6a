"""What the doctor says: findings, each with its evidence and its cure, and what could not be looked at."""

from dataclasses import dataclass
from enum import StrEnum

from vended_logs_tools.account.calls import Call


class Weight(StrEnum):
    """How bad it is."""

    FAULT = "fault"
    """Logs do not arrive, or the next deploy with logging fails."""
    WARNING = "warning"
    """It works, and something is on its way to become a fault."""
    NOTE = "note"
    """Nothing is wrong: it only looks like it, or is good to know. Does not count for the exit code."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A call to AWS and what its answer shows."""

    call: Call
    shows: str
    """Half a sentence: ``the policy has 5,116 of 5,120 characters``."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One cause that was found."""

    cause: str
    """Its name, in kebab-case: ``policy-full``. Each has a heading of that name in docs/causes.md."""
    weight: Weight
    subject: str
    """What it is about: a state machine, a log group, a policy or a role, by the name that the user knows."""
    message: str
    """What is wrong, without the cure: one sentence without its full stop; its subject may be ``It``."""
    cure: str
    """What to do about it: one sentence without its full stop."""
    commands: tuple[str, ...] = ()
    """The cure as commands for a shell or lines of a template, if it can be said so; {place} stands for the options
    --profile and --region, where they are needed."""
    evidence: tuple[Evidence, ...] = ()
