"""Mutate the policy core and hold its tests to it: `python -m tests.mutation [MODULE...]`.

Ends with 0 if every survivor is listed in docs/mutants.md and every listed mutant survives, with 1 otherwise.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Container, Iterable, Sequence

from tests.support.saying import say

from . import known, suite
from .mutants import Mutant, mutants
from .reach import measure
from .verdicts import Jury, Verdict

_STEP = 100


def main() -> int:
    """Run, and print progress and figures."""
    arguments = _arguments()
    started = time.monotonic()
    suite.warm_up()
    paths = [path for path in suite.modules() if not arguments.modules or path.stem in arguments.modules]
    paths.sort(key=lambda path: arguments.modules and arguments.modules.index(path.stem))
    listed = known.within(known.read(), (path.stem for path in paths))
    found = [mutant for path in paths for mutant in mutants(path)]
    say(f"{len(found)} mutants; running all tests of {suite.TESTS} once, to see which reach what")
    survivors, counts = _judge(found, listed, arguments.workers)
    stale = _tell_stale(set(listed) - set(survivors), {str(mutant.name) for mutant in found})
    say(_summary(counts, len(listed), len(paths), time.monotonic() - started))
    return int(stale or not set(survivors) <= set(listed))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", help="the core's modules to mutate, all of them by default")
    parser.add_argument("--workers", type=int, default=2, help="how many mutants are faced at a time (%(default)s)")
    return parser.parse_args()


def _judge(found: Sequence[Mutant], listed: Container[str], workers: int) -> tuple[list[str], Counter[Verdict]]:
    """Face all mutants, and tell of each survivor that docs/mutants.md does not list."""
    survivors, counts = [], Counter[Verdict]()
    for done, (mutant, verdict) in enumerate(Jury(measure(), workers).verdicts(found), 1):
        counts[verdict] += 1
        if verdict is Verdict.SURVIVED:
            survivors.append(str(mutant.name))
            if str(mutant.name) not in listed:
                say(f"\nSURVIVED, and {known.PAGE.name} does not say why:\n{mutant.name}\n")
        if done % _STEP == 0:
            say(f"{done} of {len(found)}: {len(survivors)} survived")
    return survivors, counts


def _tell_stale(stale: Iterable[str], all_names: Container[str]) -> bool:
    """Tell what docs/mutants.md says no longer rightly; return whether there is any of it."""
    names = sorted(stale)
    for name in names:
        fate = "is killed now" if name in all_names else "is no mutant of the code as it is"
        say(f"\nSTALE in {known.PAGE.name}: it {fate}:\n{name}")
    return bool(names)


def _summary(counts: Counter[Verdict], listed: int, modules: int, seconds: float) -> str:
    killed = counts[Verdict.KILLED] + counts[Verdict.TIMED_OUT]
    return (
        f"\n{counts.total()} mutants of {modules} modules in {seconds / 60:.0f} minutes\n"
        f"{killed} killed ({counts[Verdict.TIMED_OUT]} of them timed out)\n"
        f"{counts[Verdict.SURVIVED]} survived ({listed} listed with the reason why)\n"
        f"{100 * killed / max(counts.total(), 1):.1f}% killed"
    )


if __name__ == "__main__":
    sys.exit(main())
