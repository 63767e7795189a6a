"""Our exceptions: one sentence each, the cause first and the cure last, for a stack event and a terminal alike.

Whatever is longer than a sentence (the document that was read, the policy that was planned) belongs into the log.
"""


def shown(text: str, room: int = 60) -> str:
    """Return a name as a sentence quotes it: marked where it was shortened."""
    return repr(text if len(text) <= room else text[: room - 3] + "...")


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


class OutOfTime(VendedLogsError):
    """The time left ran out before the grant stood."""
