"""What the tests say to each mutant, several of them at a time."""

import os
import signal
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

import pytest

from . import suite
from .mutants import Mutant, Name
from .reach import Reach


class Verdict(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"


_KILLED = {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED, pytest.ExitCode.USAGE_ERROR}
"""A test failed; or the core, and so its tests (a conftest.py among them, perhaps), could not be imported."""


@dataclass
class Jury:
    """The tests, asked about several mutants at a time; those that killed others like it are asked first."""

    reach: Reach
    workers: int
    _running: dict[int, tuple[Mutant, int]] = field(default_factory=dict)
    _killers: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def verdicts(self, mutants: Iterable[Mutant]) -> Iterator[tuple[Mutant, Verdict]]:
        """Yield each mutant with its verdict, as it comes.

        Raises:
            RuntimeError: a run ended in a way that is no verdict.
        """
        for mutant in mutants:
            groups = self._groups(mutant.name)
            if not groups:
                yield mutant, Verdict.SURVIVED
                continue
            if len(self._running) == self.workers:
                yield self._first()
            self._start(mutant, groups)
        while self._running:
            yield self._first()

    def _groups(self, name: Name) -> list[list[str]]:
        """Return the tests to face: those that killed others of the function, others of the module, and the rest."""
        alike = [self._killers[name.module, function] for function in (name.function, "")]
        groups: list[list[str]] = [[], [], []]
        for test in self.reach.of(name.module, name.function):
            groups[next((rank for rank, tests in enumerate(alike) if test in tests), -1)].append(test)
        return [group for group in groups if group]

    def _start(self, mutant: Mutant, groups: Iterable[Sequence[str]]) -> None:
        told, tell = os.pipe()

        def face() -> int:
            suite.replace_module(mutant.path, mutant.source)
            runs = (suite.run([self._only(tests, tell)], _files(tests)) for tests in groups)
            return next((code for code in runs if code), 0)

        self._running[suite.fork(face)] = mutant, told
        os.close(tell)

    def _only(self, tests: Sequence[str], tell: int) -> suite.Only:
        return suite.Only(tests, self.reach.seconds, lambda test: os.write(tell, test.encode()))

    def _first(self) -> tuple[Mutant, Verdict]:
        """Wait for the first of the processes to end."""
        pid, status = os.wait()
        mutant, told = self._running.pop(pid)
        with os.fdopen(told, "rb") as pipe:
            killer = pipe.read().decode()
        if killer:
            for function in (mutant.name.function, ""):
                self._killers[mutant.name.module, function].add(killer)
        return mutant, _verdict(os.waitstatus_to_exitcode(status), mutant.name)


def _files(tests: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(test.partition("::")[0] for test in tests))


def _verdict(code: int, name: Name) -> Verdict:
    if code == pytest.ExitCode.OK:
        return Verdict.SURVIVED
    if code in _KILLED:
        return Verdict.KILLED
    if code == -signal.SIGPROF:
        return Verdict.TIMED_OUT
    raise RuntimeError(f"pytest ended with {code} on\n{name}")
