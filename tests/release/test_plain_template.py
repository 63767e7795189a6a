"""The app without its transform is what template.yaml comes to, or it is said why it cannot be made."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from release import plain_template
from tests.release.copies import Break, amiss, faults, replace, run_module

BROKEN: Final[Mapping[str, Break]] = {
    "a template that is changed since": (
        "template.yaml",
        r"Default: INFO",
        "Default: INFO\n    NoEcho: true",
        f"{plain_template.NAME} is not what template.yaml comes to: write it anew with `make plain-template`.",
    ),
    "a plain template of another version": (
        plain_template.NAME,
        r"1\.2\.3",
        "1.2.2",
        f"{plain_template.NAME} is not what template.yaml comes to: write it anew with `make plain-template`.",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_stale_one_is_told(case: str, root: Path) -> None:
    """A plain template that was made from another template is one sentence with its cure."""
    assert amiss(root, BROKEN[case]) == []


NOT_THE_APP: Final = {
    "a function without its runtime": (r"^ *Runtime: .*\n", ""),
    "another name of the provider": (r"^  Provider:$", "  Renamed:"),
    "two lines of a mistake": (r"Default: INFO", "Default: INFO\n    ? [a]\n    : b"),
    "a date that is none": (r"^Transform:", "Released: 2026-13-45\nTransform:"),
}


@pytest.mark.parametrize("case", NOT_THE_APP)
def test_a_template_that_cannot_be_made_plain_is_told(case: str, root: Path) -> None:
    """What keeps the plain template from being made is one sentence of the check's, and of `make plain-template`'s."""
    replace(root, "template.yaml", *NOT_THE_APP[case])
    [fault] = faults(root)
    assert re.match(
        r"template\.yaml is (refused by the SAM translator|not the app) .+: (mend it|put back) .+\.$", fault
    )
    before = (root / plain_template.NAME).read_bytes()
    done = run_module(root, "plain_template")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{fault}\n")
    assert (root / plain_template.NAME).read_bytes() == before


def test_the_plain_template_is_written_anew(root: Path) -> None:
    """`python -m release.plain_template` mends a plain template that is stale, whatever AWS profile is asked for."""
    stands = (root / plain_template.NAME).read_bytes()
    (root / plain_template.NAME).write_text("Resources: {}\n", encoding="utf-8")
    command = [sys.executable, "-m", "release.plain_template"]
    subprocess.run(command, cwd=root, env=os.environ | {"AWS_PROFILE": "no-such-profile"}, check=True)  # noqa: S603  our own
    assert (root / plain_template.NAME).read_bytes() == stands
    assert faults(root) == []
