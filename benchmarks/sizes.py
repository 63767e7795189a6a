"""What each memory size costs: Lambda gives the processor in proportion to it, and bills both together."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.figure import Figure
from benchmarks.package import built
from benchmarks.places import CONTENDERS, PYTHON, ROOT
from benchmarks.service import Service, serving
from benchmarks.share import limited_to

TITLE = "Memory sizes"
_SIZES = (128, 256, 512, 1024, 1769)
_ONE_PROCESSOR = 1769
"""MB (AWS Lambda Developer Guide, "Configure Lambda function memory")."""
_DOLLARS = 0.0000133334
"""A GB and second on arm64 in us-east-1 (AWS Lambda pricing); x86 takes a quarter more."""
_PATIENCE = 1.0
"""Seconds of every deploy that a smaller size may take."""
_ROUNDS = 3
_PROVIDER = (PYTHON, str(CONTENDERS / "create" / "provider.py"), "1")
_WORST_PLAN = (PYTHON, str(CONTENDERS / "worst_plan.py"))


@dataclass(frozen=True)
class _Took:
    """Seconds at one size: a cold no-op, a cold first write, and the plan for the worst policies alone."""

    size: int
    noop: float
    first: float
    plan: float

    def cost(self, seconds: float) -> str:
        """Return dollars for a thousand such deploys, by duration alone."""
        return f"${self.size / 1024 * seconds * _DOLLARS * 1000:.4f}"


def figures() -> list[Figure]:
    """Run the provider with each size's part of a processor.

    Raises:
        NotMeasured: no processor quota can be set here.
    """
    package = str(built())
    took = [_at(size, package) for size in _SIZES]
    return [*(row for one in took for row in _rows(one)), _chosen(took)]


def _at(size: int, package: str) -> _Took:
    with limited_to(size / _ONE_PROCESSOR) as before:
        with serving() as service:
            noop = median(_seconds(before, service, package) for _ in range(_ROUNDS))
        with serving("empty") as service:
            first = _seconds(before, service, package)
        said = subprocess.run(  # noqa: S603 - a contender
            [*before, *_WORST_PLAN], env={"PYTHONPATH": f"{package}:{ROOT}"}, capture_output=True, text=True, check=True
        )
    return _Took(size, noop, first, float(said.stdout))


def _seconds(before: Sequence[str], service: Service, package: str) -> float:
    environment: Mapping[str, str] = {**service.environment(), "PYTHONPATH": package}
    begun = time.perf_counter()
    subprocess.run([*before, *_PROVIDER], env=environment, check=True)  # noqa: S603 - a contender
    return time.perf_counter() - begun


def _rows(took: _Took) -> Iterator[Figure]:
    yield Figure(f"{took.size} MB: a cold no-op", "", f"{took.noop:.1f} s, {took.cost(took.noop)} a thousand")
    yield Figure(f"{took.size} MB: a cold first write", "", f"{took.first:.1f} s, {took.cost(took.first)} a thousand")
    yield Figure(f"{took.size} MB: the plan for the worst policies", "", f"{took.plan:.2f} s")


def _chosen(took: Sequence[_Took]) -> Figure:
    [size] = re.findall(r"^ +MemorySize: (\d+)$", (ROOT / "template.yaml").read_text("utf-8"), re.MULTILINE)
    enough = [one.size for one in took if one.noop - took[-1].noop <= _PATIENCE]
    return Figure(
        f"The smallest size with which no deploy waits {_PATIENCE:.0f} s longer than with a whole processor",
        "",
        f"{enough[0]} MB; the template has {size} MB",
        why=(
            "A no-op computes, so that up to a whole processor it costs the same at each size and is done sooner at a"
            " larger one; a first write waits some six seconds for a quiet policy, which costs more the larger it is."
            " All of it runs with the size's part of a processor here. Lambda is said, though not by AWS, to give the"
            " import a whole one at any size: then smaller sizes lose less than is told. Dollars by duration alone, at"
            " the price of arm64, a fifth below that of x86; measured on the machine below."
        ),
    )
