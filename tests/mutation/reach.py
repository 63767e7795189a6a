"""Which tests run which function of the core, and how long each takes: a mutant need only face those, fastest first."""

import ast
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage

from . import suite
from .mutants import MODULE_LEVEL

_IMPORT = ""
"""The context in which coverage puts what ran outside of any test."""


@dataclass(frozen=True)
class Reach:
    """What one run of all tests showed."""

    seconds: Mapping[str, float]
    """For each test."""
    tests: Mapping[tuple[str, str], frozenset[str]]
    """For each module and function."""

    def of(self, module: str, function: str) -> tuple[str, ...]:
        """Return the tests that run the function, the fastest first; all of them for what runs on import."""
        reached = self.tests.get((module, function), frozenset())
        everywhere = function == MODULE_LEVEL or _IMPORT in reached
        return tuple(sorted(self.seconds if everywhere else reached, key=lambda test: (self.seconds[test], test)))


class _Watch:
    """A pytest plugin: notes for each test what it runs, and its seconds."""

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Time the test, with no answer remembered from an earlier one, which would hide what it runs."""
        _forget()
        self._coverage.switch_context(item.nodeid)
        started = time.perf_counter()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.perf_counter() - started
            self._coverage.switch_context(_IMPORT)


def _forget() -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith(tuple(suite.CORE)):
            for value in vars(module).values():
                getattr(value, "cache_clear", lambda: None)()


def measure() -> Reach:
    """Run all tests once, unmutated.

    Raises:
        RuntimeError: they do not all pass.
    """
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder, "reach.json")
        _, status = os.waitpid(suite.fork(lambda: _measure(found)), 0)
        if os.waitstatus_to_exitcode(status):
            raise RuntimeError(f"the tests of {suite.TESTS} do not pass as they are: run them with {suite.PROFILE}")
        shown: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))
    tests = {(module, function): frozenset(names) for module, function, names in shown["tests"]}
    return Reach(shown["seconds"], tests)


def _measure(found: Path) -> int:
    coverage = Coverage(data_file=None, config_file=False, include=[f"{folder}/*" for folder in suite.CORE.values()])
    watch = _Watch(coverage)
    coverage.start()
    code = suite.run([watch])
    coverage.stop()
    tests = [
        (path.stem, function, sorted({test for line in lines for test in reached.get(line, ())}))
        for path in suite.modules()
        for reached in [coverage.get_data().contexts_by_lineno(str(path))]
        for function, lines in _functions(ast.parse(path.read_text(encoding="utf-8")))
    ]
    found.write_text(json.dumps({"seconds": watch.seconds, "tests": tests}), encoding="utf-8")
    return code


def _functions(node: ast.AST, scope: tuple[str, ...] = ()) -> Iterator[tuple[str, range]]:
    """Yield each outermost function and the lines of its body."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield ".".join((*scope, child.name)), range(child.body[0].lineno, (child.end_lineno or 0) + 1)
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, (*scope, child.name))
