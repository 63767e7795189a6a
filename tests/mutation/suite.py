"""One run of the policy core's tests in a process of its own, with one module's source replaced in memory.

Nothing is written to disk, so a checkout may be worked in meanwhile. Every process is forked from one that has imported
what does not change, and imports the core and its tests anew.
"""

import contextlib
import io
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = (ROOT / "src" / "lambda", ROOT / "src" / "tools")
CORE = {
    "vended_logs.policy": CODE[0] / "vended_logs" / "policy",
    "vended_logs_tools.planning": CODE[1] / "vended_logs_tools" / "planning",
}
"""What is mutated: the policy core, and the plans that only the command makes."""
TESTS = "tests/unit/policy"
FAULTY = 70
"""The exit code of a process in which no pytest could judge: sysexits.h's EX_SOFTWARE."""
_MEMORY = 4 << 30
"""Bytes: a mutant that eats without end is stopped before the machine is."""
_LEAST_SECONDS = 5.0
_WITHOUT = ("cacheprovider", "xdist", "unraisableexception", "threadexception", "faulthandler")
"""Plugins of pytest that cost time in each of thousands of runs, and would tell nothing in these."""
_OPTIONS = ("-x", "-q", "--capture=no", "--no-header", "--no-summary", *(f"-pno:{name}" for name in _WITHOUT))
_OURS = frozenset({"tests", "vended_logs", "vended_logs_tools", "__main__"})
PROFILE = "--hypothesis-profile=mutants"


class _Replaced(SourceFileLoader):
    """Loads a module from a text instead of its file."""

    def __init__(self, fullname: str, path: str, source: str) -> None:
        super().__init__(fullname, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        """Return the text's code."""
        return compile(self._source, self.get_filename(fullname), "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    """Finds the one module whose source is replaced."""

    def __init__(self, path: Path, source: str) -> None:
        self._name = f"{next(name for name, folder in CORE.items() if folder == path.parent)}.{path.stem}"
        self._path, self._source = str(path), source

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """Return the replaced module's specification, and none for any other."""
        if fullname != self._name:
            return None
        return spec_from_file_location(fullname, self._path, loader=_Replaced(fullname, self._path, self._source))


class Only:
    """A pytest plugin: runs those tests alone, in that order, each for so long, and tells which one fails.

    The time is the processor's, so that a busy machine condemns nobody. Where it ends, SIGPROF ends the process.
    """

    def __init__(self, wanted: Sequence[str], seconds: Mapping[str, float], tell: Callable[[str], object]) -> None:
        self._rank = {test: rank for rank, test in enumerate(wanted)}
        self._seconds, self._tell = seconds, tell
        signal.setitimer(signal.ITIMER_PROF, _LEAST_SECONDS)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the wanted tests in order and drop the others."""
        items[:] = sorted((item for item in items if item.nodeid in self._rank), key=lambda one: self._rank[one.nodeid])

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Give the test ten times what it took unmutated."""
        signal.setitimer(signal.ITIMER_PROF, _LEAST_SECONDS + 10 * self._seconds[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell the test that fails."""
        if report.failed:
            self._tell(report.nodeid)


def warm_up() -> None:
    """Import what the runs have in common: neither the core nor its tests, but all that is not of this project."""
    sys.path[:0] = [*map(str, CODE), str(ROOT)]
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder, "modules")
        os.waitpid(fork(lambda: _list_modules(found)), 0)
        for name in found.read_text(encoding="utf-8").split():
            with contextlib.suppress(ImportError):  # some modules are made, not imported
                import_module(name)


def _list_modules(found: Path) -> int:
    code = run([Only((), {}, str)])
    others = [name for name in sys.modules if name.partition(".")[0] not in _OURS]
    found.write_text("\n".join(others), encoding="utf-8")
    return code


def replace_module(path: Path, source: str) -> None:
    """Have the module of that file imported from the text."""
    sys.meta_path.insert(0, _Finder(path, source))


def run(plugins: Sequence[object], files: Sequence[str] = (TESTS,)) -> int:
    """Run tests in this process and return pytest's exit code."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        arguments = (*_OPTIONS, PROFILE, f"--rootdir={ROOT}", *(str(ROOT / file) for file in files))
        return int(pytest.main(list(arguments), plugins=list(plugins)))


def fork(work: Callable[[], int]) -> int:
    """Do the work in a new process, whose exit code is what it returns; return its process id."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = FAULTY
    try:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        code = work()
    finally:
        os._exit(code)


def modules() -> Iterator[Path]:
    """Yield the core's modules, by name."""
    for folder in CORE.values():
        yield from sorted(folder.glob("*.py"))
