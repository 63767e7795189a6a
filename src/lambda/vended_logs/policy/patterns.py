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
    has_literals,
    is_literal,
    is_plain_arn,
    outline,
)

CHARACTERS = 16384
"""For so many characters of the patterns, a step of their common automaton costs as much as finding texts once more."""


class Patterns:
    """Patterns, found by what stands before their first wildcard and after it.

    Where that leaves too many, they are read as one automaton. So a question of n characters to patterns of N takes at
    most: one look for each pattern, whether its longest text stands there; n * (1 + N / CHARACTERS) looks for all that
    a pattern has literally; n * (1 + N / CHARACTERS) steps of one pattern's automaton, or n of the common one, whose
    integers have N bits.
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
        self._few = 1 + sum(map(len, self._wild)) // CHARACTERS
        self._by_prefix: dict[str, dict[str, list[tuple[str, str]]]] = {}
        for pattern in self._wild:
            prefix, mark = outline(pattern)
            self._by_prefix.setdefault(prefix, {}).setdefault(mark[:1], []).append((mark, pattern))
        self._prefixes = sorted(self._by_prefix)
        self._shorter = _longest_prefixes(self._prefixes)
        self._asked: dict[str, tuple[list[str], Iterator[str]]] = {}

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
        yield from (pattern for pattern in self._wild_covering(narrow) if pattern != narrow)

    def covering_again(self, narrow: str) -> Iterator[str]:
        """Yield what ``covering`` does, found once however often it is asked, and no further than it is asked for."""
        if narrow not in self._asked:
            self._asked[narrow] = [], self.covering(narrow)
        found, rest = self._asked[narrow]
        yield from found
        for one in rest:
            found.append(one)
            yield one

    def any_covers(self, narrow: str) -> bool:
        """Return whether one of the patterns covers this one."""
        return any(True for _ in self.covering(narrow))

    def any_matches(self, text: str) -> bool:
        """Return whether one of the patterns matches the text, whose own ``*`` and ``?`` are plain characters.

        Such a character is met by wildcards alone, and so is one that stands in no pattern.
        """
        return self.any_covers(text if is_literal(text) else text.translate(self._plain))

    def _wild_covering(self, narrow: str) -> Iterable[str]:
        found = self._alike(narrow)
        if len(found) <= self._few * len(narrow):
            found = [pattern for pattern in found if has_literals(pattern, narrow)]
            if sum("?" in pattern for pattern in found) <= self._few:
                pair = arn_covers if self._arns else covers
                return [pattern for pattern in found if pair(pattern, narrow)]
        return self._read(narrow)

    def _alike(self, narrow: str) -> list[str]:
        """Return the patterns whose prefix and longest other text are found in this one."""
        found: list[str] = []
        # What begins this text is the last prefix in order that comes before it, or begins that one.
        at = bisect_right(self._prefixes, narrow)
        prefix = self._prefixes[at - 1] if at else None
        while prefix is not None:
            if narrow.startswith(prefix):
                for letter, marked in self._by_prefix[prefix].items():
                    if letter in narrow:
                        found += [pattern for mark, pattern in marked if mark in narrow]
            prefix = self._shorter[prefix]
        return found

    def _read(self, narrow: str) -> Iterator[str]:
        """Return the patterns with wildcards that cover this one, by reading it once for all of them."""
        ends = f"{self._automaton.after(self._parts(narrow)):b}"[::-1]
        at = ends.find("1")
        while at >= 0:
            if at in self._automaton.finals:
                yield self._wild[self._automaton.finals[at]]
            at = ends.find("1", at + 1)

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


def _longest_prefixes(texts: Iterable[str]) -> dict[str, str | None]:
    """Return for each of the sorted texts the longest other one that it begins with."""
    found: dict[str, str | None] = {}
    last: str | None = None
    for text in texts:
        while last is not None and not text.startswith(last):
            last = found[last]
        found[text] = last
        last = text
    return found
