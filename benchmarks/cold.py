"""The function's start: from nothing to a client that is ready."""

from __future__ import annotations

from benchmarks.figure import Figure, millions, ratio
from benchmarks.instructions import count
from benchmarks.package import built
from benchmarks.pairs import interleaved
from benchmarks.places import CONTENDERS, PYTHON
from benchmarks.service import serving

TITLE = "A cold start"
_MOST = 1.05


def figures() -> list[Figure]:
    """Compare the import of the handler and its client with a bare client."""
    commands = {name: [PYTHON, str(CONTENDERS / "cold" / f"{name}.py")] for name in ("nothing", "bare", "provider")}
    with serving() as service:
        environment = {**service.environment(), "PYTHONPATH": str(built())}
        without = {**environment, "PYTHONPATH": str(built(bytecode=False))}
        counts = {name: count(command, environment) for name, command in commands.items()}
        compiling = count(commands["provider"], without)
        times = interleaved(commands, environment)
    bare, ours = counts["bare"], counts["provider"]
    return [
        Figure(
            'From the start to a client that is ready, crhelper and Powertools included, against `boto3.client("logs")`'
            " alone, in instructions",
            f"<= {_MOST}",
            f"{ratio(ours, bare)} ({millions(ours)} against {millions(bare)})",
            ours / bare <= _MOST,
            f"Python alone takes {millions(counts['nothing'])}.",
        ),
        Figure(
            "The same in CPU time and in time",
            "",
            f"{ratio(times['provider'].cpu, times['bare'].cpu)} and {ratio(times['provider'].wall, times['bare'].wall)}"
            f" ({times['provider'].wall * 1000:.0f} ms against {times['bare'].wall * 1000:.0f} ms)",
        ),
        Figure(
            "The same package without bytecode, in instructions",
            "",
            f"{ratio(compiling, bare)} ({millions(compiling)})",
            why="A function's folder cannot be written to in Lambda: without bytecode each cold start compiles anew.",
        ),
    ]
