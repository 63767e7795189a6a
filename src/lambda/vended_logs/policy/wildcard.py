"""Languages of patterns in which ``*`` stands for any run of characters and ``?`` for exactly one.

Every function simulates one pattern as an automaton whose set of states is a single integer, one bit a position, and
feeds it the other side symbol by symbol. There is no backtracking: the time is linear in the product of the lengths,
whatever the stars.

Source of the syntax: IAM User Guide, "IAM JSON policy elements: Resource", section on wildcards.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

_WILD = "*?"
ARN_COMPONENTS = 6
"""arn, partition, service, region, account, resource (IAM User Guide, "IAM identifiers")."""


@dataclass(frozen=True, slots=True)
class _Automaton:
    """A pattern as bit masks over its positions; bit ``len(pattern)`` is the accepting state."""

    stars: int
    """Positions of ``*``."""
    any_one: int
    """Positions of ``?``."""
    gap_ones: int
    """Positions of those ``?`` that stand beside a ``*``: they ask for a character somewhere in the gap."""
    letters: dict[str, int]
    accept: int

    def open(self, states: int) -> int:
        """Add the states that are reached without reading anything: a ``*`` may match nothing."""
        return states | (states & self.stars) << 1

    def read(self, states: int, letter: str) -> int:
        """Return the states after one literal character."""
        moved = (states & (self.letters.get(letter, 0) | self.any_one)) << 1
        return self.open(moved | states & self.stars)

    def read_any_one(self, states: int) -> int:
        """Return the states that are reached whatever one character comes."""
        return self.open((states & self.any_one) << 1 | states & self.stars)

    def read_any_run(self, states: int) -> int:
        """Return the states that hold whatever run of characters comes, the empty one included."""
        return self.open(states & (self.stars | self.gap_ones))


def _normalised(pattern: str) -> str:
    """Write each run of wildcards as its ``?`` followed by at most one ``*``: same language, one spelling."""
    runs = []
    for wild, group in groupby(pattern, _WILD.__contains__):
        run = "".join(group)
        runs.append("?" * run.count("?") + "*" * ("*" in run) if wild else run)
    return "".join(runs)


@lru_cache(maxsize=4096)
def _automaton(pattern: str) -> _Automaton:
    text = _normalised(pattern)
    masks: dict[str, int] = {}
    for position, symbol in enumerate(text):
        masks[symbol] = masks.get(symbol, 0) | 1 << position
    gap_ones, beside_star = 0, False
    for position in range(len(text) - 1, -1, -1):
        beside_star = text[position] == "*" or (beside_star and text[position] == "?")
        gap_ones |= (beside_star and text[position] == "?") << position
    stars, any_one = masks.pop("*", 0), masks.pop("?", 0)
    return _Automaton(stars, any_one, gap_ones, masks, 1 << len(text))


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
def _landmarks(pattern: str) -> tuple[str, ...]:
    """Return what stands between the wildcards, in order."""
    return tuple(run for run in pattern.replace("?", "*").split("*") if run)


def inner_landmark(pattern: str) -> str:
    """Return the longest text that stands somewhere after the first wildcard and holds none.

    Law: whatever ``covers`` covers has it too.
    """
    return max(_landmarks(pattern[len(literal_prefix(pattern)) :]), key=len, default="")


def _has_landmarks(wide: str, narrow: str) -> bool:
    """Return whether what stands between the wildcards of ``wide`` stands in ``narrow``, in that order.

    Law: ``covers`` implies it, since a letter covers nothing but itself. It is quick, and most pairs fail it.
    """
    end = 0
    for landmark in _landmarks(wide):
        found = narrow.find(landmark, end)
        if found < 0:
            return False
        end = found + len(landmark)
    return True


def matches(pattern: str, text: str) -> bool:
    """Return whether the pattern matches the text, whose own ``*`` and ``?`` are plain characters."""
    if is_literal(pattern):
        return pattern == text
    if not text.startswith(literal_prefix(pattern)):
        return False
    automaton = _automaton(pattern)
    states = automaton.open(1)
    for letter in text:
        states = automaton.read(states, letter)
        if not states:
            return False
    return bool(states & automaton.accept)


def covers(wide: str, narrow: str) -> bool:
    """Return whether every string that ``narrow`` matches is matched by ``wide``.

    Law: sound over any alphabet; complete over one that has a character found in neither pattern.

    Why one pass is enough: the worst string of ``narrow`` puts a foreign character for each ``?``, and for each ``*``
    either nothing or a long run of them. Only a ``*`` survives the long run, and a ``?`` beside a ``*`` (it may find
    its character on the far side); only what needs nothing survives the empty one.
    """
    if wide in (narrow, "*"):
        return True
    if is_literal(wide) or not _has_landmarks(wide, narrow):
        return False
    automaton = _automaton(wide)
    states = automaton.open(1)
    for symbol in narrow:
        if symbol == "*":
            states = automaton.read_any_run(states)
        elif symbol == "?":
            states = automaton.read_any_one(states)
        else:
            states = automaton.read(states, symbol)
        if not states:
            return False
    return bool(states & automaton.accept)


def overlaps(one: str, other: str) -> bool:
    """Return whether some string is matched by both patterns.

    Law: ``overlaps(p, q)`` exactly when the two languages meet; symmetric.
    """
    if len(one) > len(other):
        # The automaton of a long pattern of ever new letters takes a hundred megabytes; the shorter one does as well.
        one, other = other, one
    automaton = _automaton(one)
    every_state = (automaton.accept << 1) - 1
    states = automaton.open(1)
    for symbol in other:
        if symbol == "*":
            lowest = states & -states
            states = every_state & ~(lowest - 1)
        elif symbol == "?":
            states = automaton.open((states & ~automaton.stars & ~automaton.accept) << 1 | states & automaton.stars)
        else:
            states = automaton.read(states, symbol)
        if not states:
            return False
    return bool(states & automaton.accept)


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
    if "${" in wide or "${" in narrow or not _has_landmarks(wide, narrow):
        return False
    wide_parts, narrow_parts = arn_components(wide), arn_components(narrow)
    if len(wide_parts) != ARN_COMPONENTS or len(narrow_parts) != ARN_COMPONENTS:
        return False
    return all(map(covers, wide_parts, narrow_parts))


def covers_more(pattern: str) -> bool:
    """Return whether the pattern may cover another text than its own, by ``arn_covers``."""
    return pattern == "*" or (not is_literal(pattern) and len(arn_components(pattern)) == ARN_COMPONENTS)


def arn_overlaps(one: str, other: str) -> bool:
    """Return whether some ARN may be matched by both patterns; errs towards yes.

    Wildcards may cross colons here; a policy variable, or what is no ARN of six components, may stand for anything.
    """
    if any("${" in pattern or len(arn_components(pattern)) != ARN_COMPONENTS for pattern in (one, other)):
        return True
    return overlaps(one, other)
