"""The rules of `vended-logs check`, as cfn-lint lists them."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import re
import tempfile
from pathlib import Path
from typing import Any, Final

from documentation.command import printed
from documentation.markdown import fenced, table
from vended_logs_tools import cfn_lint_rules
from vended_logs_tools.check import RULES

_PAGES: Final = Path(__file__).resolve().parents[1] / "docs" / "rules"
_WRONG: Final = re.compile(r"^```yaml wrong\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def rules(folder: str = "") -> str:
    """Return the table of the rules, each with its page in a folder and what it finds."""
    return table(("rule", "finds"), ((f"[{rule}]({folder}{rule}.md)", _finds(rule)) for rule in RULES))


def finding(rule: str) -> str:
    """Return what `vended-logs check` prints of the first example on a rule's page that is wrong.

    Raises:
        ValueError: it finds nothing there, or by another rule.
    """
    wrong = _WRONG.findall((_PAGES / f"{rule}.md").read_text(encoding="utf-8"))[0]
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("template.yaml").write_text(wrong, encoding="utf-8")
        told = printed(["check", "template.yaml"])
    if f" {rule} " not in told:
        raise ValueError(f"The first example of {rule}.md that is marked as wrong is not: check says {told!r}.")
    return fenced(f"$ vended-logs check template.yaml\n{told}", "console")


def _finds(rule: str) -> str:
    module = importlib.import_module(f"{cfn_lint_rules.__name__}.{rule.lower()}")
    classes: dict[str, Any] = dict(inspect.getmembers(module, inspect.isclass))
    [described] = [str(each.shortdesc) for each in classes.values() if each.id == rule]
    return described[0].lower() + described[1:]
