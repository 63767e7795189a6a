"""The options of a place, put into commands and nowhere else."""

from __future__ import annotations

import json
import shlex
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vended_logs.policy.grant import Scope
from vended_logs_tools.diagnosis.examination import Examination

SCOPE: Final = Scope("aws", "eu-west-1", "123456789012")
THERE: Final = Examination(scope=SCOPE, place="--region eu-west-1")
HERE: Final = Examination(scope=SCOPE)


@pytest.mark.parametrize(
    ("text", "there", "here"),
    [
        ("one {place}", "one --region eu-west-1", "one"),
        ("one {place} > file", "one --region eu-west-1 > file", "one > file"),
        ("X=$( one {place} )", "X=$( one --region eu-west-1 )", "X=$( one )"),
        ("one {place} {place}", "one --region eu-west-1 --region eu-west-1", "one"),
        ("it's {place}", "it's --region eu-west-1", "it's"),
        ("LogGroupArn: !GetAtt Logs.Arn", "LogGroupArn: !GetAtt Logs.Arn", "LogGroupArn: !GetAtt Logs.Arn"),
    ],
)
def test_the_word_is_replaced(text: str, there: str, here: str) -> None:
    """The word makes room for the options, and for nothing where none are needed."""
    assert (THERE.command(text), HERE.command(text)) == (there, here)


@pytest.mark.parametrize(
    "text",
    [
        "one '{place}'",
        "one 'a {place} b'",
        'one "a {place} b"',
        'one "a \\" {place} b"',
        "one 'a'\"'\"' {place} '\"'\"'b'",
        "one x{place}",
        "one {place}x",
        "one \\ {place}x",
        "{place}: a key",
    ],
)
def test_the_same_text_elsewhere_is_left(text: str) -> None:
    """Inside quotes, or as a part of a word, it is a value of the account's."""
    assert THERE.command(text) == HERE.command(text) == text


parts: Final = st.sampled_from([*"ab '\"\\{}$\n", "{place}", " {place} "])
values: Final = st.lists(parts, max_size=6).map("".join)


@given(st.lists(values, min_size=1))
def test_law_values_are_kept(given_values: list[str]) -> None:
    """Quoted values come through as they are, alone and in a document, and the word after them is replaced."""
    document = json.dumps(given_values)
    text = f"one {shlex.join([*given_values, document])} {{place}}"

    assert shlex.split(THERE.command(text)) == ["one", *given_values, document, "--region", "eu-west-1"]
    assert shlex.split(HERE.command(text)) == ["one", *given_values, document]
    assert THERE.command(document) == document
