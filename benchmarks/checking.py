"""What checking templates costs: our command beside cfn-lint, each further file, and our rules inside cfn-lint.

All in instructions of whole processes. The template is that of `benchmarks.contenders.checking.template`. Each program
runs once before it is counted, so that all find their bytecode.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.contenders.checking.template import MACHINES, RESOURCES, plain, template
from benchmarks.figure import Figure, millions, ratio
from benchmarks.instructions import count
from benchmarks.places import CONTENDERS, PYTHON, ROOT

TITLE: Final = "Checking templates"
WHOLE_GOAL: Final = 0.10
FURTHER_GOAL: Final = 2.0
RULES_GOAL: Final = 0.01
_RULES: Final = "vended_logs_tools.cfn_lint_rules"
_FILES: Final = 3

Counted = Callable[..., int]
"""The instructions of a program, given its arguments."""


def figures() -> list[Figure]:
    """Return what was counted.

    Raises:
        NotMeasured: there is no valgrind.
        RuntimeError: a program failed, or found something in a template that has no fault.
    """
    with TemporaryDirectory() as name, _counting(Path(name)) as counted:
        folder = Path(name)
        files = [folder / f"{number}.yaml" for number in range(_FILES)]
        for file in files:
            file.write_text(template(), encoding="utf-8")
        without = folder / "without.yaml"
        without.write_text(plain(), encoding="utf-8")
        alone = counted(*_cfn_lint(files[0]))
        return [
            _whole(counted(*_check(*files[:1])), alone),
            *_further(counted, files),
            _inside("the same template", counted(*_cfn_lint(files[0], ours=True)), alone),
            _inside(
                "a small one without machines", counted(*_cfn_lint(without, ours=True)), counted(*_cfn_lint(without))
            ),
        ]


_WHY_FURTHER: Final = "The parsing itself, plain data with every text as it stands, and six rules over it."
_WHY_RULES: Final = (
    "cfn-lint's data no longer have the texts as they stand (`012`, `yes`), so the file is read anew, to find what"
    " `vended-logs check` finds: that reading, the loading of the rules and their deciding take about a third each."
)


def _whole(ours: int, theirs: int) -> Figure:
    return Figure(
        f"`vended-logs check` of {RESOURCES} resources, {MACHINES} of them state machines, against cfn-lint"
        f" {metadata.version('cfn-lint')} alone",
        f"<= {WHOLE_GOAL:.2f}",
        f"{ratio(ours, theirs)} ({millions(ours)} against {millions(theirs)})",
        ours <= WHOLE_GOAL * theirs,
    )


def _further(counted: Counted, files: list[Path]) -> Iterator[Figure]:
    """Yield what each file after the first costs, to what PyYAML's parser in C takes for it."""
    check = _each(counted, files, *_check())
    for program, said, goal in (("load", "yaml.load", FURTHER_GOAL), ("compose", "yaml.compose", None)):
        reading = _each(counted, files, str(CONTENDERS / "checking" / f"{program}.py"))
        yield Figure(
            f"Each further file of `check`, against `{said}` with PyYAML's parser in C",
            "" if goal is None else f"at parsing speed: <= {goal:.1f}",
            f"{ratio(check, reading)} ({millions(check)} against {millions(reading)})",
            None if goal is None else check <= goal * reading,
            _WHY_FURTHER,
        )


def _each(counted: Counted, files: list[Path], *program: str) -> int:
    more, one = counted(*program, *map(str, files)), counted(*program, str(files[0]))
    return (more - one) // (len(files) - 1)


def _inside(what: str, ours: int, alone: int) -> Figure:
    added = (ours - alone) / alone
    met = added <= RULES_GOAL
    return Figure(
        f"Our six rules inside cfn-lint, on top of it alone, over {what}",
        f"<= +{RULES_GOAL:.1%}",
        f"+{added:.1%} ({millions(ours - alone)} on {millions(alone)})",
        met,
        "" if met else _WHY_RULES,
    )


def _check(*files: Path) -> list[str]:
    return ["-m", "vended_logs_tools", "check", *map(str, files)]


def _cfn_lint(file: Path, *, ours: bool = False) -> list[str]:
    rules = ["--append-rules", _RULES] if ours else []
    return [str(Path(PYTHON).parent / "cfn-lint"), *rules, "--", str(file)]


@contextmanager
def _counting(folder: Path) -> Iterator[Counted]:
    """Give what counts a program of this interpreter's, whatever its caller's settings are."""
    environment: Mapping[str, str] = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": os.pathsep.join(str(ROOT / "src" / part) for part in ("lambda", "tools")),
        "PYTHONHASHSEED": "0",
    }

    def counted(*arguments: str) -> int:
        command = [PYTHON, *arguments]
        once = subprocess.run(  # noqa: S603 - programs of this repository and of its development set
            command, env=environment, cwd=folder, capture_output=True, text=True, check=False
        )
        if once.returncode or once.stdout.strip():
            raise RuntimeError(f"{' '.join(command)} ended with {once.returncode}:\n{once.stdout}{once.stderr}")
        return count(command, environment)

    yield counted
