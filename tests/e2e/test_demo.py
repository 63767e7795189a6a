"""The demo stops with its cause when the story does not come out as told, and prints for whatever it is printed on."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from rich.console import Console

from tests.e2e import demo
from tests.e2e.deploying import Event
from tests.e2e.local_cloud import local_cloud
from tests.e2e.narrator import Narrator

REASON = "Resource handler returned message: " + "word " * 40


def test_a_story_that_comes_out_otherwise_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On an engine that does not write the first app's entry, the demo says so, exits with 1 and keeps the log."""
    monkeypatch.setattr(demo, "local_cloud", partial(local_cloud, modelled=False))
    assert demo.main() == 1
    told = capsys.readouterr().out
    assert "The demo stopped: No entry was written for the first app." in told
    log = Path(told.split("The engine's log: ")[1].strip())
    assert "Ready" in log.read_text(encoding="utf-8")
    log.unlink()


def test_plain_text_without_a_terminal() -> None:
    """Into a file go plain lines of at most 80 columns, without a control character."""
    text = told_to(terminal=False)
    assert "\x1b" not in text
    assert "CREATE_FAILED      StateMachine" in text
    assert max(len(line) for line in text.splitlines()) <= 80


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR a terminal gets no colour; without, it does."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[1;31m" in told_to(terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1;31m" not in told_to(terminal=True)


def told_to(*, terminal: bool) -> str:
    """Return what is printed of a failure on a terminal, or elsewhere."""
    file = io.StringIO()
    colors: Literal["standard", "auto"] = "standard" if terminal else "auto"
    console = Console(file=file, force_terminal=terminal, color_system=colors, highlight=False, soft_wrap=True)
    narrator = Narrator(console)
    narrator.chapter("A chapter")
    narrator.watch(Event("StateMachine", "AWS::StepFunctions::StateMachine", "CREATE_FAILED", REASON, ""))
    return file.getvalue()
