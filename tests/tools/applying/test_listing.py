"""Log groups are looked for in as few calls as their names allow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fake_logs import FakeLogs, VirtualClock
from vended_logs.caller import Caller
from vended_logs.errors import TryAgain
from vended_logs.gateway import LogGroupPage
from vended_logs_tools.applying.listing import existing, prefixes


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], ()),
        (["/a/b"], ("/a/b",)),
        (["/a/b1", "/a/b2"], ("/a/b",)),
        (["/a/b", "/a/c", "/x/y"], ("/a/", "/x/y")),
        (["/a/b", "/a/b/c", "/a/b/d"], ("/a/b",)),
        (["waf-1", "waf-2", "other"], ("other", "waf-")),
        (["a", "b"], ("a", "b")),
        (["/", "x"], ("/", "x")),
    ],
)
def test_prefixes_are_few_and_long(names: list[str], expected: tuple[str, ...]) -> None:
    """One for each folder, as long as its names allow, and none inside another."""
    assert prefixes(names) == expected


@given(st.sets(st.text("ab/", min_size=1, max_size=5), max_size=8), st.sets(st.text("ab/", min_size=1, max_size=5)))
@settings(deadline=None)  # other work on the machine is no fault
def test_what_exists_is_found(names: set[str], there: set[str]) -> None:
    """Whatever the names, those that exist are found, every page of them, and none twice by two prefixes."""
    clock = VirtualClock()
    logs = FakeLogs(clock, groups=sorted(there))
    assert existing(names, logs, Caller(logs, clock, None)) == names & there
    found = prefixes(names)
    assert all(found)
    assert all(sum(name.startswith(one) for one in found) == 1 for name in names)


def test_a_page_that_comes_twice_is_not_taken_for_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that goes in circles is a failure, not an account without those log groups."""
    clock = VirtualClock()
    logs = FakeLogs(clock)
    monkeypatch.setattr(logs, "log_groups", lambda _prefix, _token: LogGroupPage(("/a",), "again"))
    with pytest.raises(TryAgain, match="the same page twice"):
        existing({"/a"}, logs, Caller(logs, clock, None))
