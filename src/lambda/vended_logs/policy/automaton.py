"""Patterns as automata whose set of states is a single integer, one bit a position.

The other side is fed to them symbol by symbol. There is no backtracking, whatever the stars: reading n symbols takes n
steps, each a few operations on an integer of as many bits as the patterns together have characters.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

_WILD = "*?"
_REMEMBERED = 256
"""Letters whose positions are kept as an integer; of a long pattern of ever new letters all would take too much."""


def normalised(pattern: str) -> str:
    """Write each run of wildcards as its ``?`` followed by at most one ``*``: same language, one spelling."""
    runs = []
    for wild, group in groupby(pattern, _WILD.__contains__):
        run = "".join(group)
        runs.append("?" * run.count("?") + "*" * ("*" in run) if wild else run)
    return "".join(runs)


class Automaton:
    """Some patterns, each a sequence of parts, and a state beyond each part's last position: its end.

    All have equally many parts. A part is only read from where the part before it has been read to its end, so that no
    wildcard reaches over into the next part. What is read must have as many parts.
    """

    def __init__(self, patterns: Iterable[Sequence[str]]) -> None:
        """Number the positions of all patterns."""
        self._positions: dict[str, list[int]] = {}
        self._letters: dict[str, int] = {}
        self.finals: dict[int, int] = {}
        """Which pattern ends with that position."""
        starts: list[int] = []
        ends: list[int] = []
        beside: list[int] = []
        at = 0
        for number, parts in enumerate(patterns):
            starts.append(at)
            for part in parts:
                text = normalised(part)
                for place, symbol in enumerate(text, at):
                    self._positions.setdefault(symbol, []).append(place)
                beside += _beside_a_star(text, at)
                at += len(text) + 1
                ends.append(at - 1)
            self.finals[at - 1] = number
        self._size = at
        self.stars = self._mask(self._positions.pop("*", ()))
        self.any_one = self._mask(self._positions.pop("?", ()))
        self._lasting = self.stars | self._mask(beside)
        self.ends = self._mask(ends)
        self.start = self.open(self._mask(starts))

    def open(self, states: int) -> int:
        """Add the states that are reached without reading anything: a ``*`` may match nothing."""
        return states | (states & self.stars) << 1

    def read(self, states: int, letter: str) -> int:
        """Return the states after one literal character."""
        moved = (states & (self._letter(letter) | self.any_one)) << 1
        return self.open(moved | states & self.stars)

    def read_any_one(self, states: int) -> int:
        """Return the states that are reached whatever one character comes."""
        return self.open((states & self.any_one) << 1 | states & self.stars)

    def read_any_run(self, states: int) -> int:
        """Return the states that hold whatever run of characters comes, the empty one included.

        Only a ``*`` survives the long run, and a ``?`` beside a ``*`` (it may find its character on the far side).
        """
        return self.open(states & self._lasting)

    def read_some_one(self, states: int) -> int:
        """Return the states that are reached by some one character."""
        return self.open((states & ~self.stars & ~self.ends) << 1 | states & self.stars)

    def next_part(self, states: int) -> int:
        """Return the states at the beginning of the next part."""
        return self.open((states & self.ends) << 1)

    def after(self, parts: Sequence[str]) -> int:
        """Return the ends of those patterns that match whatever the parts, patterns themselves, match."""
        states = self.start
        for number, part in enumerate(parts):
            states = self.next_part(states) if number else states
            for symbol in part:
                if symbol == "*":
                    states = self.read_any_run(states)
                elif symbol == "?":
                    states = self.read_any_one(states)
                else:
                    states = self.read(states, symbol)
                if not states:
                    return 0
        return states & self.ends

    def _letter(self, letter: str) -> int:
        mask = self._letters.get(letter)
        if mask is None:
            if len(self._letters) == _REMEMBERED:
                self._letters.clear()
            mask = self._letters[letter] = self._mask(self._positions.get(letter, ()))
        return mask

    def _mask(self, positions: Iterable[int]) -> int:
        bits = bytearray(self._size // 8 + 1)
        for position in positions:
            bits[position >> 3] |= 1 << (position & 7)
        return int.from_bytes(bits, "little")


def _beside_a_star(text: str, at: int) -> list[int]:
    """Return the positions of those ``?`` that stand beside a ``*``: they ask for a character somewhere in the gap."""
    found, beside = [], False
    for place in range(len(text) - 1, -1, -1):
        beside = text[place] == "*" or (beside and text[place] == "?")
        if beside and text[place] == "?":
            found.append(at + place)
    return found
