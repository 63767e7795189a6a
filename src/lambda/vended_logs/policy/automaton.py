"""Patterns as automata whose set of states is a single integer, one bit a state.

The other side is fed to them symbol by symbol. There is no backtracking, whatever the stars: reading n symbols takes n
steps, each a few operations on an integer of as many bits as the patterns together have characters.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

_WILD = "*?"
_REMEMBERED = 256
"""Letters whose states are kept as an integer; for long patterns of ever new letters all would take too much memory."""


class Automaton:
    """Some patterns, each a sequence of parts; a state stands before each symbol but the stars, and at each part's end.

    A state lasts where a ``*`` stands: whatever comes, it stays. All patterns have equally many parts. A part is only
    read from where the part before it has been read to its end, so that no wildcard reaches over into the next one.
    """

    def __init__(self, patterns: Iterable[Sequence[str]]) -> None:
        """Number the states of all patterns."""
        self.finals: dict[int, int] = {}
        """Which pattern ends at that state."""
        self._waiting: dict[str, list[int]] = {"?": []}
        self._letters: dict[str, int] = {}
        self._size = 0
        lasting: list[int] = []
        beside: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        for number, parts in enumerate(patterns):
            starts.append(self._size)
            for part in parts:
                self._number(part, lasting, beside)
                ends.append(self._size - 1)
            self.finals[ends[-1]] = number
        self._any_one = self._mask(self._waiting["?"])
        self._lasting = self._mask(lasting)
        self._through = self._lasting | self._mask(beside)
        self._ends = self._mask(ends)
        self.start = self._mask(starts)

    def _number(self, part: str, lasting: list[int], beside: list[int]) -> None:
        """Number the states of a part, those that last, and the ``?`` beside a ``*``.

        Each run of wildcards is taken as its ``?``, and after these at most one ``*``: the language is the same.
        """
        for wild, group in groupby(part, _WILD.__contains__):
            run = "".join(group)
            symbols = "?" * run.count("?") if wild else run
            states = range(self._size, self._size + len(symbols))
            for state, symbol in enumerate(symbols, self._size):
                self._waiting.setdefault(symbol, []).append(state)
            self._size = states.stop
            if "*" in run:
                beside.extend(states)
                lasting.append(self._size)
        self._size += 1

    def read(self, states: int, letter: str) -> int:
        """Return the states after one literal character."""
        return (states & self._reading(letter)) << 1 | states & self._lasting

    def read_any_run(self, states: int) -> int:
        """Return the states that hold whatever run of characters comes, the empty one included.

        Only a ``*`` survives the long run, and a ``?`` beside a ``*`` (it may find its character on the far side).
        """
        return states & self._through

    def read_some_one(self, states: int) -> int:
        """Return the states that are reached by some one character."""
        return (states & ~self._ends) << 1 | states & self._lasting

    def after(self, parts: Sequence[str]) -> int:
        """Return the ends of those patterns that match whatever the parts, patterns themselves, match."""
        states = self.start
        for number, part in enumerate(parts):
            states = (states & self._ends) << 1 if number else states
            for symbol in part:
                # A `?` is read as a letter that is in no pattern: wildcards alone take it, as they take any one.
                states = self.read_any_run(states) if symbol == "*" else self.read(states, symbol)
                if not states:
                    return 0
        return self.ended(states)

    def ended(self, states: int) -> int:
        """Return those of the states that are ends."""
        return states & self._ends

    def _reading(self, letter: str) -> int:
        """Return the states that the letter leads on from."""
        mask = self._letters.get(letter)
        if mask is None:
            if len(self._letters) == _REMEMBERED:
                self._letters.clear()
            mask = self._letters[letter] = self._mask(self._waiting.get(letter, ())) | self._any_one
        return mask

    def _mask(self, states: Iterable[int]) -> int:
        bits = bytearray(self._size // 8 + 1)
        for state in states:
            bits[state >> 3] |= 1 << (state & 7)
        return int.from_bytes(bits, "little")
