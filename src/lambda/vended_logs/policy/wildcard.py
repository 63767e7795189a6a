"""Languages of patterns in which ``*`` stands for any run of characters and ``?`` for exactly one.

Patterns without ``?`` are compared by what they have literally, found from the left; an automaton answers for the rest.
There is no backtracking: the time is linear in the product of the lengths, whatever the stars.

Source of the syntax: IAM User Guide, "IAM JSON policy elements: Resource", section on wildcards.
"""

from functools import lru_cache

from vended_logs.policy.automaton import Automaton

_WILD = "*?"
ARN_COMPONENTS = 6
"""arn, partition, service, region, account, resource (IAM User Guide, "IAM identifiers")."""


@lru_cache(maxsize=4096)
def _automaton(pattern: str) -> Automaton:
    return Automaton([[pattern]])


def is_literal(pattern: str) -> bool:
    """Return whether the pattern matches nothing but itself."""
    return "*" not in pattern and "?" not in pattern


def literal_prefix(pattern: str) -> str:
    """Return what stands before the first wildcard.

    Law: every string that the pattern matches begins with it.
    """
    ends = [end for end in map(pattern.find, _WILD) if end >= 0]
    return pattern[: min(ends)] if ends else pattern


@lru_cache(maxsize=4096)
def _literals(pattern: str) -> tuple[str, tuple[str, ...], str]:
    """Return what stands before a pattern's first wildcard, what between its wildcards, and what after the last."""
    first, *others = pattern.replace("?", "*").split("*")
    return first, tuple(run for run in others[:-1] if run), others[-1] if others else ""


@lru_cache(maxsize=4096)
def outline(pattern: str) -> tuple[str, str]:
    """Return what stands before a pattern's first wildcard, and the longest text after it that holds none.

    Law: whatever ``covers`` covers begins with the one, and has the other somewhere.
    """
    first, between, last = _literals(pattern)
    return first, max((*between, last), key=len)


def has_literals(wide: str, narrow: str) -> bool:
    """Return whether what ``wide`` has literally stands in ``narrow``: first, in its order and apart, and last.

    Law: ``covers`` and ``matches`` imply it, since a letter stands for nothing but itself; for a ``wide`` that has
    ``*`` and no ``?`` it implies them, since taking each run where it comes first leaves the most for those after it.
    """
    first, between, last = _literals(wide)
    at, end = len(first), len(narrow) - len(last)
    if at > end or not narrow.startswith(first) or not narrow.endswith(last):
        return False
    for run in between:
        found = narrow.find(run, at, end)
        if found < 0:
            return False
        at = found + len(run)
    return True


def matches(pattern: str, text: str) -> bool:
    """Return whether the pattern matches the text, whose own ``*`` and ``?`` are plain characters."""
    if is_literal(pattern):
        return pattern == text
    if not has_literals(pattern, text):
        return False
    if "?" not in pattern:
        return True
    automaton = _automaton(pattern)
    states = automaton.start
    for letter in text:
        states = automaton.read(states, letter)
        if not states:
            return False
    return bool(automaton.ended(states))


def covers(wide: str, narrow: str) -> bool:
    """Return whether every string that ``narrow`` matches is matched by ``wide``.

    Law: sound over any alphabet; complete over one that has a character found in neither pattern.

    Why one pass is enough: the worst string of ``narrow`` puts a foreign character for each ``?``, and for each ``*``
    either nothing or a long run of them. Only a ``*`` survives the long run, and a ``?`` beside a ``*`` (it may find
    its character on the far side); only what needs nothing survives the empty one.
    """
    if wide in (narrow, "*"):
        return True
    if is_literal(wide) or not has_literals(wide, narrow):
        return False
    return "?" not in wide or bool(_automaton(wide).after([narrow]))


def overlaps(one: str, other: str) -> bool:
    """Return whether some string is matched by both patterns.

    Law: ``overlaps(p, q)`` exactly when the two languages meet; symmetric.

    Where both have a ``*``, what stands between the first and the last of each finds its place, one after the other:
    only the ends can be at odds.
    """
    if "*" in one and "*" in other:
        (one_head, _, one_rest), (other_head, _, other_rest) = one.partition("*"), other.partition("*")
        one_tail, other_tail = one_rest.rpartition("*")[2], other_rest.rpartition("*")[2]
        return _agree(one_head, other_head) and _agree(one_tail[::-1], other_tail[::-1])
    if "*" in other:
        one, other = other, one
    if is_literal(other):
        return matches(one, other)
    automaton = _automaton(one)
    states = automaton.start
    for symbol in other:
        states = automaton.read_some_one(states) if symbol == "?" else automaton.read(states, symbol)
        if not states:
            return False
    return bool(automaton.ended(states))


def _agree(one: str, other: str) -> bool:
    """Return whether two texts with ``?`` can be the same as far as the shorter one goes."""
    return all(mine == theirs or "?" in (mine, theirs) for mine, theirs in zip(one, other, strict=False))


@lru_cache(maxsize=4096)
def arn_components(arn: str) -> tuple[str, ...]:
    """Return the six parts of ``arn:partition:service:region:account:resource``, fewer if there are fewer colons."""
    return tuple(arn.split(":", ARN_COMPONENTS - 1))


def arn_covers(wide: str, narrow: str) -> bool:
    """Return whether every ARN that ``narrow`` matches is matched by ``wide``, compared in an ARN's six components.

    A ``*`` crosses a colon only inside the last component. ``*`` alone covers everything. Where either side is not of
    six components, or holds a policy variable (``${...}``), only the same text is covered.

    Law: ``arn_covers`` implies ``covers``, so it is sound whether or not the service lets a wildcard cross a colon.
    """
    if wide in (narrow, "*"):
        return True
    if not has_literals(wide, narrow) or not is_plain_arn(wide) or not is_plain_arn(narrow):
        return False
    if _literals(wide)[0].count(":") >= ARN_COMPONENTS - 1:  # all before the last is literal, and the same
        return covers(wide, narrow)
    return all(map(covers, arn_components(wide), arn_components(narrow)))


def is_plain_arn(pattern: str) -> bool:
    """Return whether the pattern is of six components without a policy variable, so that ``arn_covers`` compares it."""
    return pattern.count(":") >= ARN_COMPONENTS - 1 and "${" not in pattern


def arn_overlaps(one: str, other: str) -> bool:
    """Return whether some ARN may be matched by both patterns; errs towards yes.

    Wildcards may cross colons here; a policy variable, or what is no ARN of six components, may stand for anything.
    """
    return not is_plain_arn(one) or not is_plain_arn(other) or overlaps(one, other)
