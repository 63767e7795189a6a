"""An exact answer to "does this pattern cover that one", by walking both as automata side by side.

Far too slow for use, and obviously right: every reachable pair of state sets is visited once.
"""

from collections.abc import Iterator

_States = frozenset[int]


def covers_exactly(wide: str, narrow: str, alphabet: str) -> bool:
    """Whether every text over the alphabet that `narrow` matches is matched by `wide`."""
    return all(_ends(wide, wides) or not _ends(narrow, narrows) for wides, narrows in _walk(wide, narrow, alphabet))


def overlaps_exactly(one: str, other: str, alphabet: str) -> bool:
    """Whether some text over the alphabet is matched by both."""
    return any(_ends(one, ones) and _ends(other, others) for ones, others in _walk(one, other, alphabet))


def _walk(one: str, other: str, alphabet: str) -> Iterator[tuple[_States, _States]]:
    todo = [(_rest(one, {0}), _rest(other, {0}))]
    seen = set(todo)
    while todo:
        pair = todo.pop()
        yield pair
        following = {(_step(one, pair[0], letter), _step(other, pair[1], letter)) for letter in alphabet}
        todo.extend(following - seen)
        seen |= following


def _rest(pattern: str, states: set[int]) -> _States:
    """Add the states reached without reading a letter: past a star."""
    reached = set(states)
    for state in range(len(pattern)):
        if state in reached and pattern[state] == "*":
            reached.add(state + 1)
    return frozenset(reached)


def _step(pattern: str, states: _States, letter: str) -> _States:
    stay = {state for state in states if pattern[state : state + 1] == "*"}
    move = {state + 1 for state in states if pattern[state : state + 1] in ("?", letter)}
    return _rest(pattern, stay | move)


def _ends(pattern: str, states: _States) -> bool:
    return len(pattern) in states
