"""A no-op Create by the provider as it is shipped: the function's folder is on the path, as in Lambda.

`python provider.py [TIMES]` does it once, cold, and TIMES - 1 times more in the same process, as later events find it.
The surroundings come from `benchmarks.service`. Ends with 0 only if every answer was a success and was taken; what the
function logs goes where nobody reads it.
"""

import os
import sys

import surroundings

from vended_logs.handler import handler


def taken() -> str:
    """Return one character for each answer that the service has taken, "+" for a success."""
    with open(os.environ["TAKEN"], encoding="ascii") as file:  # noqa: PTH123  pathlib would be imported for it
        return file.read()


if __name__ == "__main__":
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    expected = taken() + "+" * surroundings.times()
    for _ in range(surroundings.times()):
        event = surroundings.event()
        handler(event, surroundings.Context(event))
    # The handler does not say whether its answer was taken; the service does.
    if taken() != expected:
        sys.exit("The answer was no success, or was not taken.")
