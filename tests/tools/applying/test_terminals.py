"""How the verbs that change an account meet a terminal: the question, signals, and a file that can be read once."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.fake_logs import SCOPE
from tests.tools.applying.terminal import NOON, Terminal, delivery, document
from vended_logs.policy.document import ResourcePolicy
from vended_logs_tools.applying import backup
from vended_logs_tools.commands import live


class Screen(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """Return that it is."""
        return True


class Account:
    """An account of one region, as the session gives it."""

    def __init__(self, terminal: Terminal) -> None:
        self.regions = (SCOPE.region,)
        self.gateway = lambda _: terminal.logs
        self.scope = lambda _: SCOPE
        self.options = lambda _: ""


@pytest.fixture
def options(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> argparse.Namespace:
    """The options of a run before the account in memory."""
    monkeypatch.setattr(live, "open_account", lambda *_: Account(terminal))
    monkeypatch.setattr(live, "SystemClock", lambda: terminal.logs.clock)
    return argparse.Namespace(
        dry_run=False,
        pattern=None,
        policy_name=None,
        when_full=None,
        prune_stale=False,
        yes=False,
        region=None,
        profile=None,
        exact=False,
        backup_dir=str(tmp_path),
    )


def _streams(monkeypatch: pytest.MonkeyPatch, **streams: Any) -> None:
    for name, stream in streams.items():
        monkeypatch.setattr(sys, name, stream)


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("YES ", 0), ("", 1), ("yep", 1)])
def test_the_question_is_no_part_of_the_output(
    options: argparse.Namespace, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    """It goes to the error stream; only y and yes are a yes."""
    out, err = Screen(), Screen()
    _streams(monkeypatch, stdin=Screen(f"{answer}\n"), stdout=out, stderr=err)
    assert live.ensure(options) == code
    assert "[y/N]" not in out.getvalue()
    assert "Apply in 123456789012 us-west-2? [y/N] " in err.getvalue()


@pytest.mark.parametrize("piped", ["stdin", "stdout", "stderr"])
def test_nobody_is_asked_who_cannot_see_the_plan(
    options: argparse.Namespace, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, piped: str
) -> None:
    """Where one of the streams is no terminal, a y in the input agrees to nothing."""
    streams = {"stdin": Screen("y\n"), "stdout": Screen(), "stderr": Screen()}
    _streams(monkeypatch, **{**streams, piped: io.StringIO("y\n")})
    assert live.ensure(options) == 2
    assert terminal.changing == []


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_ends_a_run_as_ctrl_c_does(
    options: argparse.Namespace, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What was sent is told, and how signals are handled is afterwards as it was before."""
    number = getattr(signal, name)
    before = signal.getsignal(number)
    err = io.StringIO()
    _streams(monkeypatch, stdout=io.StringIO(), stderr=err)
    terminal.logs.clock.on_sleep = [lambda: os.kill(os.getpid(), number)]
    options.yes = True
    with pytest.raises(KeyboardInterrupt):
        live.ensure(options)
    assert "interrupted: AWSLogDeliveryWrite20150319 was written" in err.getvalue()
    assert signal.getsignal(number) == before


def test_an_ignored_signal_stays_ignored(
    options: argparse.Namespace, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under nohup a closed terminal ends nothing."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        terminal.logs.clock.on_sleep = [lambda: os.kill(os.getpid(), signal.SIGHUP)]
        _streams(monkeypatch, stdout=io.StringIO(), stderr=io.StringIO())
        options.yes = True
        assert live.ensure(options) == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_backup_may_come_through_a_pipe(
    options: argparse.Namespace, terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read once."""
    held = [ResourcePolicy.parse("x", document(delivery("/a")))]
    text = backup.write(tmp_path, SCOPE, held, NOON).read_bytes()
    reader, writer = os.pipe()
    os.write(writer, text)
    os.close(writer)
    _streams(monkeypatch, stdout=io.StringIO(), stderr=io.StringIO())
    options.file, options.yes = f"/dev/fd/{reader}", True
    try:
        assert live.restore(options) == 0
    finally:
        os.close(reader)
    assert terminal.entries("x") == ["/a:log-stream:*"]
