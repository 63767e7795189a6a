"""Every cause that the doctor can name has its section, which says of it what the code has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from documentation import causes
from tests.documentation.texts import ROOT
from tests.e2e.account import SHARED_POLICY
from vended_logs.policy.limits import SIZE_LIMIT
from vended_logs_tools.diagnosis.finding import Weight
from vended_logs_tools.diagnosis.room import ENTRY, NEARLY_FULL
from vended_logs_tools.diagnosis.stale import MANY

PAGE: Final = (ROOT / "docs" / "causes.md").read_text(encoding="utf-8")
SECTIONS: Final = dict(re.findall(r"^## ([a-z-]+)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))
_WEIGHT: Final = re.compile(r"(?<!Not )\b[Aa] (fault|warning|note)\b")


def test_each_cause_has_its_section_and_each_section_its_cause() -> None:
    """Whoever reads a finding's name finds what it means."""
    assert set(SECTIONS) == set(causes.weights())


@pytest.mark.parametrize("cause", SECTIONS)
def test_each_section_says_how_it_shows_and_what_to_do(cause: str) -> None:
    """The call that shows it, and the cure."""
    assert "*Seen by:* " in SECTIONS[cause]
    assert "*Cure:* " in SECTIONS[cause]


@pytest.mark.parametrize("cause", SECTIONS)
def test_a_section_names_the_weights_of_its_cause_and_no_other(cause: str) -> None:
    """What weighs less than a fault, or one of several, is said; what is never so bad, or so light, is not."""
    text = " ".join(SECTIONS[cause].split())
    said, weights = {Weight(word) for word in _WEIGHT.findall(text)}, {*causes.weights()[cause]}

    assert said <= weights
    assert weights - {Weight.FAULT} <= said


def test_a_cause_without_a_section_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is not written while a cause has no section in it."""
    page = tmp_path / "causes.md"
    page.write_text(PAGE.replace("## policy-full\n", "## policy-ful\n"), encoding="utf-8")
    monkeypatch.setattr(causes, "_PAGE", page)
    with pytest.raises(ValueError, match="policy-ful, policy-full"):
        causes.index()


def test_weights_are_read_off_the_code() -> None:
    """One that is chosen, one that a function is asked for, and one that is handed on are all seen."""
    found = causes.weights()
    assert found["policy-full"] == (Weight.FAULT, Weight.WARNING)
    assert found["role-actions"] == (Weight.FAULT, Weight.NOTE)
    assert found["logging-off"] == (Weight.FAULT, Weight.NOTE)
    assert found["no-state-machine"] == (Weight.NOTE,)


def test_the_limits_are_those_of_the_code() -> None:
    """Room for a policy, for an entry of AWS's and for less than five, and how many stale entries are many."""
    full, nearly, stale = (
        " ".join(SECTIONS[name].split()) for name in ("policy-full", "policy-nearly-full", "stale-entries")
    )

    assert f"has room for {SIZE_LIMIT:,} characters, an entry that AWS adds takes about {ENTRY}," in full
    assert f"`{SHARED_POLICY}`" in full
    assert f"Fewer than {NEARLY_FULL} characters are left" in nearly
    assert (NEARLY_FULL // ENTRY, "room for less than five entries" in nearly) == (5, True)
    assert (SIZE_LIMIT // MANY, "more than a quarter of a policy" in stale) == (4, True)
