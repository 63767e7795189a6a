"""docs/benchmarks.md, from the figures of one run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.figure import Figure

_HEAD = """\
# What it costs

Written by `make bench`, which measures all of this anew; do not edit.

A custom resource is paid for at each deploy that makes or changes it, mostly by a cold start. Each figure stands
against what a user would have instead, or against the floor. Ratios and instruction counts hold on other machines;
seconds do not.
"""
_METHOD = """\
## How it is measured

- Instructions: valgrind's callgrind counts those of a whole process, all threads, user space only;
  `PYTHONHASHSEED=0`. The same program counts the same within some thousandths, whatever else the machine is doing.
- CPU time, time and memory: whole processes, in turn (A, B, A, B, ...), a first round not counted, medians of the
  rest. Memory is the peak of what was resident.
- Every contender runs on the Python named above with the same environment: what Lambda sets, a list
  of authorities as long as botocore's that each TLS context reads, and the built package, into which nothing is
  written: in Lambda nothing can be.
- The bare handler is what a careful person writes by hand: `boto3.client("logs")`, one read, an answer with urllib3,
  no retries, no write, no check of who asks (`benchmarks/contenders/create/bare.py`). Ours does all that it does in
  production.
- AWS is a server on loopback with a certificate of its own, in another process. Nothing here was measured in Lambda:
  what only AWS can show is in [verify-on-aws.md](verify-on-aws.md).
- Benchmarks are no tests: no test's outcome hangs on time. `make bench BENCH="cold create"` runs some of them.
"""


def page(found: Mapping[str, Sequence[Figure]], machine: Mapping[str, str]) -> str:
    """Return the page for the figures by their part's title, and what they were measured on."""
    return "\n".join([_HEAD, *_goals(found), *_parts(found), *_machine(machine), _METHOD])


def _goals(found: Mapping[str, Sequence[Figure]]) -> Iterator[str]:
    judged = [figure for figures in found.values() for figure in figures if figure.met is not None]
    missed = [figure for figure in judged if not figure.met]
    yield f"{len(judged) - len(missed)} of {len(judged)} goals are met; what has none is measured and told."
    for figure in missed:
        yield f"Not met: {figure.what}: {figure.found}, where {_cell(figure.goal)} was the goal. {figure.why}"
    yield ""


def _parts(found: Mapping[str, Sequence[Figure]]) -> Iterator[str]:
    for title, figures in found.items():
        yield f"## {title}\n"
        yield "| what | goal | found | verdict |\n|---|---|---|---|"
        for figure in figures:
            yield f"| {' | '.join(_cell(text) for text in (figure.what, figure.goal, figure.found, figure.verdict))} |"
        yield ""
        for figure in figures:
            if figure.why:
                yield f"- {figure.what}: {figure.why}"
        yield ""


def _machine(machine: Mapping[str, str]) -> Iterator[str]:
    yield "## The machine\n"
    yield "| | |\n|---|---|"
    for name, value in machine.items():
        yield f"| {name} | {_cell(value)} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<=", "≤").replace("\n", " ")
