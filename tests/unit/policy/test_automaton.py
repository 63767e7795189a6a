"""Patterns as one automaton: what the laws of its users do not show."""

import tracemalloc

from vended_logs.policy.automaton import Automaton


def test_letters_are_not_remembered_without_end() -> None:
    """Of a long pattern of ever new letters only some are kept as integers, and it is read all the same."""
    letters = "".join(chr(0x1000 + number) for number in range(8_000))
    automaton = Automaton([[f"?{letters}"]])
    tracemalloc.start()
    assert automaton.after([f"a{letters}"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 1_000_000


def test_each_part_is_read_by_itself() -> None:
    """No wildcard reaches over the end of a part, and a pattern is found by its number when its last part ends."""
    automaton = Automaton([["a*", "b"], ["a", "?*"], ["*", "b"]])

    def found(*parts: str) -> list[int]:
        ended = automaton.after(parts)
        return [number for state, number in automaton.finals.items() if ended >> state & 1]

    assert found("a", "b") == [0, 1, 2]
    assert found("ab", "b") == [0, 2]
    assert found("a", "*b") == [1]
    assert found("c", "*") == []
