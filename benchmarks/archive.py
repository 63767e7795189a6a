"""What is deployed: the size of the function's archive."""

from __future__ import annotations

from benchmarks.figure import Figure
from benchmarks.package import built, zipped_size

TITLE = "The archive"
_WITH, _WITHOUT = 2.5, 1.3
_BROUGHT_BY_THE_RUNTIME = ("boto3", "botocore", "pydantic", "urllib3")


def figures() -> list[Figure]:
    """Weigh the package with and without bytecode, and look for what the runtime brings."""
    compiled, plain = built(), built(bytecode=False)
    with_it, without_it = (zipped_size(folder) / 1e6 for folder in (compiled, plain))
    held = [name for name in _BROUGHT_BY_THE_RUNTIME if list(compiled.glob(f"{name}*"))]
    return [
        Figure(
            "The archive, with the bytecode of the runtime's version",
            f"<= {_WITH} MB",
            f"{with_it:.2f} MB",
            with_it <= _WITH,
            "It is shipped: see what a cold start costs without it.",
        ),
        Figure("The archive without bytecode", f"<= {_WITHOUT} MB", f"{without_it:.2f} MB", without_it <= _WITHOUT),
        Figure("boto3, botocore, urllib3 or pydantic in it", "none", ", ".join(held) or "none", not held),
    ]
