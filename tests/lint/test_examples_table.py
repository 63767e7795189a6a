"""The table of `make test-examples` tells what was executed and how it ended, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from unittest.mock import MagicMock

import pytest

from tests.e2e.local_cloud import LocalCloud
from tests.e2e.sam import sam_cli
from tests.examples import table
from tests.examples.ledger import EXECUTED, TOOLS, Ledger, kept
from tests.examples.sam import Sam
from tests.examples.table import Row, Told
from tests.lint.project import ROOT

pytest_plugins = ["pytester"]

# Programs that say which version they are, and do or do not what they are asked for.
DOES: Final = '#!/bin/sh\necho "SAM CLI, version 9.9.9"\n'
FAILS: Final = f'{DOES}test "$1" = --version\n'

MODULES: Final = {
    "test_sam_nested.py": """
        import pytest

        @pytest.mark.parametrize("number", [1, 2])
        def test_passes(ledger, number):
            ledger.uses("tool", "1.0")
            ledger.did("first")
            ledger.did(f"number {number}")

        def test_fails(ledger):
            ledger.did("before it failed")
            assert False
    """,
    "stackset/test_parts.py": """
        import pytest

        @pytest.fixture
        def missing(ledger):
            raise OSError

        def test_passes_but_cannot_begin(missing):
            pass
    """,
    "terraform/test_apply.py": """
        import pytest

        @pytest.mark.parametrize("number", [1, 2])
        def test_needs_what_is_not_there(ledger, number):
            pytest.skip("no Terraform")

        @pytest.mark.skip(reason="not here")
        def test_is_not_begun(ledger):
            pass
    """,
    "app_repository/test_refusals.py": """
        def test_is_about_no_example(ledger):
            ledger.did("something else")
    """,
}


@pytest.mark.parametrize(
    ("node_id", "example"),
    [
        ("tests/examples/test_sam_nested.py::test_it[a::b]", "sam-nested"),
        ("tests/examples/test_cdk.py", "cdk"),
        ("tests/examples/terraform/test_apply.py::test_it", "terraform"),
        ("tests/examples/sam_nested/deeper/test_it.py", "sam-nested"),
        ("tests/examples/app_repository/test_refusals.py::test_it", None),
        ("tests/examples/test_nothing.py::test_it", None),
        ("tests/e2e/terraform/test_apply.py::test_it", None),
    ],
)
def test_an_example_is_known_by_its_module_or_by_its_folder(node_id: str, example: str | None) -> None:
    """A module, or all that is in a folder, is about the example of its name; what bears no such name, about none."""
    assert table.example_of(node_id) == example


@pytest.mark.parametrize(
    ("words", "result"),
    [
        (("", "passed", ""), "passed"),
        (("", "failed", ""), "failed"),
        (("", "skipped", ""), "skipped"),
        (("skipped", ""), "skipped"),
        (("error", ""), "error"),
        (("", "passed", "error"), "error"),
        (("", "failed", "error"), "error"),
    ],
)
def test_the_worst_that_is_said_of_a_test_is_its_result(words: tuple[str, ...], result: str) -> None:
    """Of a test's stages, one that did not go well counts."""
    assert table.result(words) == result


def test_what_several_tests_tell_is_told_once_in_their_order() -> None:
    """A row has every tool and every step once, in the order of the tests, and the results by their number."""
    tests = [
        Told("b", ("tool 2",), ("second", "first"), "failed"),
        Told("b", ("tool 2", "tool 1"), ("first", "third"), "passed"),
        Told("a", (), (), "skipped"),
        Told("b", (), ("second",), "passed"),
    ]
    assert table.rows(tests) == [
        Row("a", (), (), ("1 skipped",)),
        Row("b", ("tool 2", "tool 1"), ("second", "first", "third"), ("2 passed", "1 failed")),
    ]


def test_a_whole_run_ends_with_the_table(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passed, failed, broken and skipped tests are counted by example, with what each executed until then."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for name, text in MODULES.items():
        module = pytester.path / "tests" / "examples" / name
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_text("\n".join(line[8:] for line in text.splitlines()), encoding="utf-8")
    arguments = ("-p", "tests.examples.telling", "-p", "no:cacheprovider", "--import-mode=importlib", "--rootdir=.")
    done = pytester.runpytest_subprocess(*arguments, "tests")
    done.assert_outcomes(passed=3, failed=1, errors=1, skipped=3)
    assert shown(done.outlines) == {
        "sam-nested": [["tool 1.0"], ["first", "number 1", "number 2", "before it failed"], ["2 passed", "1 failed"]],
        "stackset": [[], [], ["1 error"]],
        "terraform": [[], [], ["3 skipped"]],
    }


def shown(lines: list[str]) -> dict[str, list[list[str]]]:
    """Return the cells of each row of a table as it is drawn, by the first, line by line."""
    found: dict[str, list[list[str]]] = {}
    cells: list[list[str]] = []
    for line in lines:
        name, *others = [part.strip() for part in line.strip("│").split("│")]
        if line.startswith("│"):
            cells = found.setdefault(name, [[] for _ in others]) if name else cells
            for cell, text in zip(cells, others, strict=True):
                cell.extend([text] if text else [])
    return found


def sam(program: str, scratch: Path, monkeypatch: pytest.MonkeyPatch, ledger: Ledger) -> Sam:
    """Return the SAM CLI as the tests of examples run it, with a program in its place."""
    path = scratch / "sam"
    path.write_text(program, encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setattr(sam_cli, "SAM", path)
    return Sam(scratch, MagicMock(spec=LocalCloud), ledger, "sam-nested")


def test_what_fails_is_not_told_as_executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool that fails where it should not leaves nothing in the ledger but its version, which reaches the report."""
    report: dict[str, object] = {}
    with pytest.raises(AssertionError), kept(report.__setitem__) as ledger:
        sam(FAILS, tmp_path, monkeypatch, ledger).run("deploy")
    assert report[EXECUTED] == []
    assert "SAM CLI 9.9.9" in str(report[TOOLS])


def test_what_should_fail_and_does_not_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool that succeeds where it should fail leaves nothing either, and what it should do is told once it did it."""
    ledger = Ledger()
    working = sam(DOES, tmp_path, monkeypatch, ledger)
    with pytest.raises(AssertionError):
        working.fail("deploy", when="while private")
    assert ledger.executed == []
    for _ in range(2):
        working.run("deploy", "--stack-name=refunds", "--no-progressbar")
    assert ledger.executed == ["sam deploy --stack-name=refunds"]
