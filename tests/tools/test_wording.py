"""What the core says is said by the command without a word of stacks, provider functions and properties."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from vended_logs_tools.wording import said, said_of_restore

CORE: Final = Path(__file__).resolve().parents[2] / "src" / "lambda" / "vended_logs"
# What can reach a terminal: all that ensure and restore call.
MODULES: Final = (
    "caller",
    "gateway",
    "lifecycle",
    "properties",
    "revoking",
    "transport",
    "translation",
    "watch",
    "policy",
    "planning",
)
FOLDERS: Final = {"policy": CORE / "policy", "planning": CORE.parents[1] / "tools" / "vended_logs_tools" / "planning"}
# Of the function's own configuration and time, which the command has none of.
OF_THE_FUNCTION: Final = ("The provider function's time is too short", "is not what this provider may be asked for")


def sentences() -> Iterator[str]:
    """Yield the texts of the core that end as a sentence with a cure does; X stands for what is filled in."""
    for module in MODULES:
        paths = sorted(FOLDERS[module].glob("*.py")) if module in FOLDERS else [CORE / f"{module}.py"]
        for path in paths:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            left_out = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            left_out |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
            for node in ast.walk(tree):
                if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and id(node) not in left_out):
                    text = _text(node)
                    if " " in text and text.endswith(".") and not text.startswith("X"):
                        yield text


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "X" for part in node.values)  # type: ignore[misc]  # mypy takes a constant's value for any constant; here it is text
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


SENTENCES: Final = sorted(set(sentences()))


def test_there_are_sentences() -> None:
    """The search finds what there is to say."""
    assert len(SENTENCES) > 10


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_of_the_core_is_one_of_the_command_s(sentence: str) -> None:
    """Nobody at a terminal is told to deploy, or to mend a function that is not there."""
    if sentence.startswith(OF_THE_FUNCTION) or OF_THE_FUNCTION[1] in sentence:
        return
    told = said(sentence)

    for word in ("deploy again", "provider function", "the provider's", "WhenFull", "that role"):
        assert word not in told


@pytest.mark.parametrize(
    ("core", "command"),
    [
        ("no: allow it in that role, then deploy again.", "no: allow it to them, then run this again."),
        ("PolicyName is 'a:b': give a name.", "--policy-name is 'a:b': give a name."),
        ("LogGroupPatterns is '*': give a pattern.", "--pattern is '*': give a pattern."),
        (
            "it is full (WhenFull: Fail): set WhenFull to Widen.",
            "it is full (--when-full Fail): give --when-full Widen.",
        ),
    ],
)
def test_options_stand_for_properties(core: str, command: str) -> None:
    """The cure can be typed."""
    assert said(core) == command


def test_restore_names_no_option_that_it_has_not() -> None:
    """A backup's policies have their names: --policy-name is none of its options."""
    full = "it was refused because 10 of 10 policies exist: delete or merge one, or set PolicyName to one of them."
    assert said(full).endswith("delete or merge one, or give one of their names as --policy-name.")
    assert said_of_restore(full) == "it was refused because 10 of 10 policies exist: delete or merge one."
