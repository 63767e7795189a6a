"""Our exceptions: one sentence each, the cause first and the cure last, for a stack event and a terminal alike.

Whatever is longer than a sentence (the document that was read, the policy that was planned) belongs into the log.
"""

import textwrap


def shortened(sentence: str, room: int) -> str:
    """Return a sentence in at most ``room`` characters: whole words, and a mark where the rest was left out."""
    return textwrap.shorten(sentence, room, placeholder=" ...", break_on_hyphens=False)


def cut(name: str, room: int) -> str:
    """Return a name, which has no words to end at, in at most ``room`` characters, marked where it was cut."""
    return name if len(name) <= room else name[: room - 3] + "..."


def shown(value: object, room: int = 60) -> str:
    """Return a name, or any other value, as a sentence quotes it: printable, in about ``room`` characters."""
    try:
        quoted = repr(cut(str(value), room))
    except (RecursionError, ValueError):  # nested too deeply to be written, or a number of thousands of digits
        quoted = f"a huge {type(value).__name__}"
    return quoted if len(quoted) <= room + len("''") else cut(quoted, room + 1) + quoted[0]


class VendedLogsError(Exception):
    """A failure that a user can read: ``str(error)`` is cause, then cure."""


class BadProperty(VendedLogsError):
    """A property of the resource has a value that is not allowed."""


class NotAllowed(VendedLogsError):
    """The provider's own configuration, or the account it lives in, forbids the request."""


class UnreadableDocument(VendedLogsError, ValueError):
    """A policy document that cannot be read in full; it is never overwritten."""


class PlanRefused(VendedLogsError):
    """No plan gives the grant without losing another."""


class PolicyFull(PlanRefused):
    """The grant does not fit into the policy, whatever ``WhenFull`` allows."""


class AwsRefused(VendedLogsError):
    """AWS refused a call for good: no permission, ten policies, an invalid request."""


class PolicyTooLarge(AwsRefused):
    """AWS refused a document for its size; the answer is a smaller plan."""


class TryAgain(VendedLogsError):
    """AWS throttled, aborted or could not serve a call, or its answer was lost; it may have been applied."""


class NotApplied(TryAgain):
    """A call that may be tried again, and that surely changed nothing: throttled, aborted, or never sent."""


class OutOfTime(VendedLogsError):
    """The time left ran out before the grant stood."""
