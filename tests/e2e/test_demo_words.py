"""What the demo says of itself is so: files that it names are there, and messages are those of the model."""

from __future__ import annotations

import io
import re

from rich.console import Console

from tests.e2e import demo_words, log_destination_model
from tests.e2e.local_cloud import ROOT
from tests.e2e.narrator import Narrator
from vended_logs_tools import cli


def words() -> str:
    """Return what is said before and after the story, on one line."""
    file = io.StringIO()
    narrator = Narrator(Console(file=file, highlight=False, soft_wrap=True))
    demo_words.introduce(narrator)
    demo_words.tell_next_steps(narrator)
    return " ".join(file.getvalue().split())


def test_the_files_that_it_names_are_there() -> None:
    """Whoever looks for the model finds it under the name that the demo gives, in the folder that it was run in."""
    named = re.findall(r"tests/[\w/]+\.py", words())
    assert len(named) == 2
    assert all((ROOT / name).is_file() for name in named)


def test_the_other_message_is_the_one_that_the_model_gives() -> None:
    """The second message of the same cause is quoted word by word."""
    assert demo_words.OTHER_MESSAGE == log_destination_model.NOT_AUTHORIZED


def test_the_next_steps_can_be_typed() -> None:
    """The Makefile has the target, and the command the verb."""
    text = words()
    assert "make setup .venv/bin/vended-logs check YOUR-TEMPLATE" in text
    assert re.search(r"^setup:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert cli.parser().parse_args(["check", "YOUR-TEMPLATE"]).paths == ["YOUR-TEMPLATE"]
