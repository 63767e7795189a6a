"""Many patterns at once: which of them cover another one, without trying each."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import count

from vended_logs.policy.automaton import Automaton
from vended_logs.policy.wildcard import (
    arn_components,
    arn_covers,
    covers,
    is_literal,
    is_plain_arn,
    outline,
)

MANY = 64
"""Patterns that are compared one by one, at most; for more than these a step of their common automaton is cheaper."""


class Patterns:
    """Patterns, found by what stands before their first wildcard and after it.

    Those that are not told apart by that are read as one automaton. So a question costs at most, with n characters
    asked about and patterns of N characters: a look for each of the at most N patterns whether a text of it stands
    there, MANY comparisons, and n steps on integers of N bits.
    """

    def __init__(self, patterns: Iterable[str], *, arns: bool = False) -> None:
        """Sort the patterns.

        Args:
            patterns: any texts.
            arns: whether they are compared by ``arn_covers`` instead of ``covers``.
        """
        self._texts = dict.fromkeys(patterns)
        self._arns = arns
        self._wild = [pattern for pattern in self._texts if pattern != "*" and not is_literal(pattern)]
        if arns:
            self._wild = [pattern for pattern in self._wild if is_plain_arn(pattern)]
        self._by_prefix: dict[str, dict[str, list[tuple[str, str]]]] = {}
        for pattern in self._wild:
            prefix, mark = outline(pattern)
            self._by_prefix.setdefault(prefix, {}).setdefault(mark[:1], []).append((mark, pattern))
        self._lengths = sorted({len(prefix) for prefix in self._by_prefix})

    def covering(self, narrow: str) -> Iterator[str]:
        """Yield those patterns that cover this one, each once.

        Law: ``p`` is among them exactly when ``covers(p, narrow)``, or ``arn_covers(p, narrow)``.
        """
        if narrow in self._texts:
            yield narrow
        if "*" in self._texts and narrow != "*":
            yield "*"
        if self._arns and not is_plain_arn(narrow):
            return
        found = self._alike(narrow)
        if len(found) > MANY:
            found = self._read(narrow)
        else:
            pair = arn_covers if self._arns else covers
            found = [pattern for pattern in found if pair(pattern, narrow)]
        yield from (pattern for pattern in found if pattern != narrow)

    def any_covers(self, narrow: str) -> bool:
        """Return whether one of the patterns covers this one."""
        return any(True for _ in self.covering(narrow))

    def any_matches(self, text: str) -> bool:
        """Return whether one of the patterns matches the text, whose own ``*`` and ``?`` are plain characters.

        Such a character is met by wildcards alone, and so is one that stands in no pattern.
        """
        return self.any_covers(text if is_literal(text) else text.translate(self._plain))

    def _alike(self, narrow: str) -> list[str]:
        """Return the patterns whose prefix and longest other text are found in this one."""
        found: list[str] = []
        for length in self._lengths[: bisect_right(self._lengths, len(narrow))]:
            group = self._by_prefix.get(narrow[:length])
            if group is not None:
                for letter, marked in group.items():
                    if letter in narrow:
                        found += [pattern for mark, pattern in marked if mark in narrow]
        return found

    def _read(self, narrow: str) -> list[str]:
        """Return the patterns with wildcards that cover this one, by reading it once for all of them."""
        ends = f"{self._automaton.after(self._parts(narrow)):b}"[::-1]
        found, at = [], ends.find("1")
        while at >= 0:
            if at in self._automaton.finals:
                found.append(self._wild[self._automaton.finals[at]])
            at = ends.find("1", at + 1)
        return found

    @cached_property
    def _automaton(self) -> Automaton:
        return Automaton(map(self._parts, self._wild))

    def _parts(self, pattern: str) -> tuple[str, ...]:
        return arn_components(pattern) if self._arns else (pattern,)

    @cached_property
    def _plain(self) -> dict[int, str]:
        used = set().union(*self._texts)
        foreign = next(letter for letter in map(chr, count()) if letter not in used and letter not in "*?")
        return {ord("*"): foreign, ord("?"): foreign}
