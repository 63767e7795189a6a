"""The rules of `vended-logs check`, as cfn-lint lists them."""

from __future__ import annotations

import importlib
import inspect

from documentation.markdown import table
from vended_logs_tools import cfn_lint_rules
from vended_logs_tools.check import RULES


def rules(folder: str = "") -> str:
    """Return the table of the rules, each with its page in a folder and what it finds."""
    return table(("rule", "finds"), ((f"[{rule}]({folder}{rule}.md)", _finds(rule)) for rule in RULES))


def _finds(rule: str) -> str:
    module = importlib.import_module(f"{cfn_lint_rules.__name__}.{rule.lower()}")
    [described] = [
        str(each["shortdesc"])
        for each in map(vars, (found for _, found in inspect.getmembers(module, inspect.isclass)))
        if each.get("id") == rule
    ]
    return described[0].lower() + described[1:]
