"""The ten actions of log delivery, as a statement and in words."""

from typing import Final

from vended_logs_tools.rules.iam import ROLE_ACTIONS

ALLOWING: Final = {"Effect": "Allow", "Action": list(ROLE_ACTIONS), "Resource": "*"}
"""What the role needs, and its boundary too if it has one."""


def listed(names: tuple[str, ...]) -> str:
    """Return names with commas, and the last with an ``and``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def named(actions: tuple[str, ...]) -> str:
    """Return some of the ten actions, or all of them in fewer words."""
    return listed(actions) if len(actions) < len(ROLE_ACTIONS) else "all actions of log delivery"


def counted(actions: tuple[str, ...]) -> str:
    """Return how many of the ten actions, and which if not all."""
    names = "" if len(actions) == len(ROLE_ACTIONS) else f" ({listed(actions)})"
    return f"{len(actions)} of the {len(ROLE_ACTIONS)} log-delivery actions{names}"
