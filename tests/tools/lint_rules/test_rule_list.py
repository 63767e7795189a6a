"""The rules as cfn-lint lists them, and the resources that they look at."""

import inspect
import re
from pathlib import Path
from typing import Final

import pytest
from cfnlint.rules import CloudFormationLintRule, Rules

from tests.tools.lint_rules.linting import FOLDER, MODULE, ROOT, TEMPLATES
from vended_logs_tools import cfn_lint_rules, check, template_model
from vended_logs_tools.cfn_lint_rules import _adapter
from vended_logs_tools.rules.grants import NATIVE_TYPE
from vended_logs_tools.template_model import STATE_MACHINES

RULES: Final = sorted(Rules.create_from_module(MODULE).values(), key=lambda rule: str(rule.id))


def test_the_types_that_findings_are_of() -> None:
    """What decides whether a template is read knows every type that a rule looks at first."""
    kinds = _adapter.CONCERNED - {NATIVE_TYPE}
    assert kinds == STATE_MACHINES
    assert NATIVE_TYPE in _adapter.CONCERNED


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_finding_is_of_such_a_type(path: Path) -> None:
    """A finding is of a state machine or of a native policy, in every example of a rule."""
    template = template_model.read(path)
    assert {template.resources[one.resource].kind for one in check.check(template)} <= _adapter.CONCERNED


def test_every_rule_is_a_file_of_its_own() -> None:
    """Each rule of check is one rule here, in the file that has its id for a name, and nothing else is loaded."""
    assert [rule.id for rule in RULES] == list(check.RULES)
    assert {path.stem for path in FOLDER.glob("[!_]*.py")} == {rule.lower() for rule in check.RULES}
    for rule in RULES:
        assert Path(inspect.getfile(type(rule))).stem == rule.id.lower()
    assert sorted(cfn_lint_rules.__all__) == sorted(type(rule).__name__ for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.id))
def test_every_rule_says_what_it_is(rule: CloudFormationLintRule) -> None:
    """Each rule has a line, a reason and a page that is there, so that cfn-lint's own lists of rules are complete."""
    assert re.fullmatch(r"[A-Z][^.]{20,90}", rule.shortdesc)
    assert re.fullmatch(r"[A-Z].{40,400}\.", rule.description)
    prefix = "https://github.com/vended-logs-policy/vended-logs-policy/blob/main/"
    assert (ROOT / rule.source_url.removeprefix(prefix)).is_file()
    assert rule.severity == {"E": "error", "W": "warning"}[rule.id[0]]
    assert "stepfunctions" in rule.tags
