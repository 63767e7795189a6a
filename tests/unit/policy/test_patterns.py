"""Many patterns asked at once: the answers are those of asking each."""

from collections.abc import Iterable, Iterator
from itertools import islice

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vended_logs.policy.patterns import CHARACTERS, Patterns
from vended_logs.policy.wildcard import arn_covers, covers, matches

from .strategies import entries

_texts = st.text("ab*?", max_size=6)
_arns = st.one_of(entries, st.builds("{}:b:*:c:{}:{}".format, _texts, _texts, _texts), st.just("*"), _texts)


@pytest.fixture(params=["one by one", "as one automaton"])
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every question take the short way, and then the way that many patterns take."""
    few = 10_000 if request.param == "one by one" else -1
    original = Patterns.__init__

    def init(self: Patterns, patterns: Iterable[str], *, arns: bool = False) -> None:
        original(self, patterns, arns=arns)
        self._few = few

    monkeypatch.setattr(Patterns, "__init__", init)


_fixed = pytest.mark.usefixtures("ways")


@_fixed
@given(st.lists(_texts, max_size=8), _texts)
@example(["*", "a*", "a*"], "*")
@example(["*?", "?*", "a"], "?*")
@example(["a*b", "*b*", "ab"], "ab")
@example(["**"], "a")
@example(["**", "***"], "a")
@example(["*:b"], "a:a:b")
def test_those_that_cover_are_found(patterns: list[str], narrow: str) -> None:
    """The patterns found are exactly those that cover, each once."""
    found = list(Patterns(patterns).covering(narrow))
    assert sorted(found) == sorted({one for one in patterns if covers(one, narrow)})
    assert Patterns(patterns).any_covers(narrow) is bool(found)


@_fixed
@given(st.lists(_arns, max_size=8), _arns)
@example(["*", "a:b:c:d:e:*"], "a")
@example(["*:*:*:*:*:*"], "a:b:c:d:e:${f}")
@example(["a:b:c:d:e:${f}*", "a:b:c:d:e:*"], "a:b:c:d:e:${f}*")
@example(["a*:*:*:*:*:*b"], "a:b:c:d:e:f:b")
@example(["*:*:*:*:*:c", "*:*:*:*:*:*c"], "a:b:c:d:e:f:c")
@example(["a*", "b*:c:d:e:f"], "a:b:c:d:e:f")
def test_arns_that_cover_are_found(patterns: list[str], narrow: str) -> None:
    """Of ARNs they are those that cover component by component."""
    found = list(Patterns(patterns, arns=True).covering(narrow))
    assert sorted(found) == sorted({one for one in patterns if arn_covers(one, narrow)})


@_fixed
@given(st.lists(_texts, max_size=8), st.text("ab*?\0", max_size=6))
@example(["a*"], "a*")
@example(["a?"], "a*")
@example(["a"], "*")
@example(["\0*"], "**")
@example(["\0", "a\1*"], "*")
@example(["".join(map(chr, range(42))) + "?", "?"], "*")
def test_a_text_is_matched_by_wildcards_as_it_stands(patterns: list[str], text: str) -> None:
    """The text's own wildcards are plain characters, found in no pattern."""
    assert Patterns(patterns).any_matches(text) is any(matches(one, text) for one in patterns)


@_fixed
@given(st.lists(_texts, max_size=8), _texts, st.lists(st.integers(0, 4), max_size=4))
@example(["*", "a*", "*a", "a"], "a", [1, 2, 0, 3])
def test_what_is_asked_again_is_found_again(patterns: list[str], narrow: str, begun: list[int]) -> None:
    """However often, and however far each time, the answer begins as it did, and ends as that of the first question."""
    asked = Patterns(patterns)
    whole = list(asked.covering(narrow))
    for some in begun:
        assert list(islice(asked.covering_again(narrow), some)) == whole[:some]
    assert list(asked.covering_again(narrow)) == whole
    assert list(asked.covering_again(narrow)) == whole


def test_both_ways_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few patterns are compared one by one; many that are alike are read as one automaton, and so are many with `?`."""
    read: list[str] = []
    original = Patterns._read  # noqa: SLF001 - it is what is counted

    def counted(self: Patterns, narrow: str) -> Iterator[str]:
        read.append(narrow)
        return original(self, narrow)

    monkeypatch.setattr(Patterns, "_read", counted)
    assert len(list(Patterns([f"*{'a' * size}*" for size in range(1, 5)]).covering("aaaa"))) == 4
    assert read == []
    assert len(list(Patterns([f"*{'a' * size}*" for size in range(1, 7)]).covering("aaa"))) == 3
    assert read == []
    assert len(list(Patterns(["*" + "*" * size + "a*" for size in range(4)]).covering("aaa"))) == 4
    assert read == ["aaa"]
    assert len(list(Patterns(["?*a", "*?a"]).covering("ab?a"))) == 2
    assert read == ["aaa", "ab?a"]
    long = "b" * CHARACTERS
    assert len(list(Patterns(["?*a", "*?a", f"{long}*"]).covering("ab?a"))) == 2
    assert read == ["aaa", "ab?a"]
