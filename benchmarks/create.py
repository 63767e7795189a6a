"""A whole no-op Create: the import, the read, the answer, both over TLS with certificates checked."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence

from benchmarks import node
from benchmarks.figure import Figure, millions, ratio, unmeasured
from benchmarks.instructions import count
from benchmarks.not_measured import NotMeasured
from benchmarks.package import built
from benchmarks.pairs import Sample, interleaved
from benchmarks.places import CONTENDERS, PYTHON
from benchmarks.service import Held, serving

TITLE = "A Create that finds the grant in place"
_COLD, _PEAK = 0.90, 1.05
_WARM_MS = 10
_AGAIN = 20
"""How many warm events follow the cold one, where those are measured."""
_HANDLERS = {name: (PYTHON, str(CONTENDERS / "create" / f"{name}.py")) for name in ("bare", "provider")}
_CLIENT = {"client": (PYTHON, str(CONTENDERS / "cold" / "bare.py"))}


def figures() -> list[Figure]:
    """Compare our cold and warm no-op with a bare handler's and with Node.js'."""
    package = str(built())
    by_node, why_not = _by_node()
    with serving() as service:
        environment = {**service.environment(), "PYTHONPATH": package}
        counts, why_not_counted = _counted(environment)
        again = {f"{name}, warm": [*command, str(1 + _AGAIN)] for name, command in _HANDLERS.items()}
        times = interleaved({**_CLIENT, **_HANDLERS, **by_node, **again}, environment)
    return [
        *_cold(counts, why_not_counted, times),
        *_against_node(by_node, times, why_not),
        _warm(times),
        *_calls(package),
        _peak(times),
    ]


def _counted(environment: Mapping[str, str]) -> tuple[Mapping[str, int], str]:
    """Return the instructions of one cold no-op each, or none and why."""
    try:
        return {name: count([*command, "1"], environment) for name, command in _HANDLERS.items()}, ""
    except NotMeasured as error:
        return {}, str(error)


def _by_node() -> tuple[Mapping[str, Sequence[str]], str]:
    """Return the commands of the contenders in Node.js, or none of them and why."""
    try:
        return node.commands(), ""
    except (NotMeasured, AssertionError, RuntimeError) as error:
        return {}, str(error)


def _cold(counts: Mapping[str, int], why_not: str, times: Mapping[str, Sample]) -> Iterator[Figure]:
    yield _instructions(counts, why_not)
    yield Figure("The same in CPU time and in time", "", _both(times["provider"], times["bare"]))


def _instructions(counts: Mapping[str, int], why_not: str) -> Figure:
    what = (
        "A whole cold no-op (import, read, answer, both over TLS) against a bare handler with boto3 and urllib3, in"
        " instructions"
    )
    goal = f"<= {_COLD:.2f}"
    if not counts:
        return unmeasured(what, why_not, goal)
    bare, ours = counts["bare"], counts["provider"]
    found = f"{ratio(ours, bare)} ({millions(ours)} against {millions(bare)})"
    return Figure(what, goal, found, ours / bare <= _COLD)


def _both(ours: Sample, other: Sample) -> str:
    milliseconds = f"{ours.cpu * 1000:.0f} ms of CPU against {other.cpu * 1000:.0f} ms"
    return f"{ratio(ours.cpu, other.cpu)} and {ratio(ours.wall, other.wall)} ({milliseconds})"


def _against_node(by_node: Mapping[str, Sequence[str]], times: Mapping[str, Sample], why_not: str) -> Iterator[Figure]:
    what = "The same against a handler with Node.js' SDK v3"
    if not by_node:
        yield unmeasured(what, why_not)
    for name in by_node:
        yield Figure(
            f"{what} ({name}), in CPU time and in time",
            "",
            _both(times["provider"], times[name]),
            why="What the CDK's AwsCustomResource costs: with boto3, Python loses a cold start to Node.js, plainly.",
        )


def _warm(times: Mapping[str, Sample]) -> Figure:
    each = {name: (times[f"{name}, warm"].cpu - times[name].cpu) / _AGAIN * 1000 for name in _HANDLERS}
    return Figure(
        "A warm no-op, in CPU time",
        f"<= {_WARM_MS} ms",
        f"{each['provider']:.1f} ms (the bare handler: {each['bare']:.1f} ms)",
        each["provider"] <= _WARM_MS,
        "The bare handler finds AWS and CloudFormation at one address here, and keeps one connection for both.",
    )


def _calls(package: str) -> Iterator[Figure]:
    cases: tuple[tuple[Held, str, int], ...] = (("granted", "the grant in force", 1), ("empty", "a first write", 3))
    for policy, what, most in cases:
        with serving(policy) as service:
            command = [*_HANDLERS["provider"], "1"]
            subprocess.run(command, env={**service.environment(), "PYTHONPATH": package}, check=True)  # noqa: S603  a contender
            calls = service.calls()
        yield Figure(f"AWS calls: {what}", f"<= {most}", f"{len(calls)} ({', '.join(calls)})", len(calls) <= most)


def _peak(times: Mapping[str, Sample]) -> Figure:
    ours, client, bare = (times[name].peak for name in ("provider", "client", "bare"))
    return Figure(
        "Peak memory at a no-op, against bare boto3 with one client that has called nobody yet",
        f"<= {_PEAK}",
        f"{ratio(ours, client)} ({ours:.0f} MiB against {client:.0f} MiB; the bare handler: {bare:.0f} MiB)",
        ours / client <= _PEAK,
    )
