"""cfn-lint finds what ``vended-logs check`` finds, in the same places, whatever its release and however it is told."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.tools.lint_rules.linting import (
    FOLDER,
    MODULE,
    REFUSED,
    TEMPLATES,
    TRANSLATES,
    Found,
    cfn_lint,
    found,
    lint_file,
    lint_text,
)
from tests.tools.templates import LOG_GROUP
from vended_logs_tools import check, template_model
from vended_logs_tools.cfn_lint_rules import _adapter, _finding
from vended_logs_tools.finding import Fault
from vended_logs_tools.template_model import Template

# What cfn-lint itself does not take, and why.
NOT_TAKEN: Final = {
    "E9601-duplicate-key.fail.yaml": "duplicate keys",
    "E9601-duplicate-key.pass.yaml": "duplicate keys",
    "E9601-tabs-and-bom.fail.json": "surrogate pairs beside tabs",
}
MACHINE: Final = (
    """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::StateMachine
    Metadata: {}
    Properties:
      Role: arn:aws:iam::123456789012:role/orders
      DefinitionUri: orders.asl.json
      Logging:
        Level: ALL
        Destinations:
          - CloudWatchLogsLogGroup:
              LogGroupArn: !GetAtt Log.Arn
"""
    + LOG_GROUP
    + "      RetentionInDays: 7\n"
)
APP: Final = """\
  App:
    Type: AWS::Serverless::Application
    Properties:
      Location:
        ApplicationId: arn:aws:serverlessrepo:us-east-1:123456789012:applications/vended-logs-policy
        SemanticVersion: 1.0.0
"""


def checked(path: Path) -> list[Found]:
    """Return what ``vended-logs check`` finds in a file."""
    return sorted((one.rule, one.line, one.column) for one in check.check(template_model.read(path)))


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A template with one error, on its third line, for each release."""
    path = tmp_path / "template.yaml"
    path.write_text(MACHINE, encoding="utf-8")
    assert checked(path) == [("E9601", 3, 3)]
    return path


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_file_has_the_same_findings_as_in_check(path: Path) -> None:
    """Each template of the rules' tests gives the same rules, lines, columns, resources, messages and cures."""
    matches = lint_file(path)
    if path.name in NOT_TAKEN:
        assert {match.rule.id for match in matches} <= REFUSED
        assert matches
        return
    assert found(matches) == checked(path)
    said = sorted(f"{one.resource}: {one.message}: {one.cure}" for one in check.check(template_model.read(path)))
    assert sorted(match.message for match in matches) == said


def test_what_cfn_lint_does_not_take_is_there() -> None:
    """Each exception that is made here is one of the templates."""
    assert NOT_TAKEN.keys() <= {path.name for path in TEMPLATES}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_text_has_no_finding_that_check_has_not(path: Path) -> None:
    """Without a file the same is found in what is as written; in what cfn-lint changed perhaps less, never more."""
    matches = lint_text(path.read_text(encoding="utf-8-sig"))
    if matches and {match.rule.id for match in matches} <= REFUSED:
        assert path.name in NOT_TAKEN
    elif TRANSLATES or "for-each" in path.name:
        assert {rule for rule, _, _ in found(matches)} <= {rule for rule, _, _ in checked(path)}
    else:
        assert found(matches) == checked(path)


@pytest.mark.parametrize(
    ("configured", "arguments"),
    [
        ("", ["--append-rules", MODULE, "--"]),
        ("", ["--append-rules", str(FOLDER), "--"]),
        (f"append_rules: [{MODULE}]\n", []),
        (f"append_rules: [{MODULE}]\n", ["--append-rules", MODULE, "--"]),
    ],
    ids=["module", "folder", "cfnlintrc", "both"],
)
def test_the_rules_are_loaded(configured: str, arguments: list[str], machine: Path) -> None:
    """The command loads the rules by their module, by their folder, by .cfnlintrc, or by two of these."""
    (machine.parent / ".cfnlintrc").write_text(configured or "templates: []\n", encoding="utf-8")
    [match] = cfn_lint(machine.parent, *arguments, machine.name)
    assert match["Rule"]["Id"] == "E9601"
    assert match["Location"]["Start"] == {"LineNumber": 3, "ColumnNumber": 3}
    assert match["Location"]["End"] == {"LineNumber": 3, "ColumnNumber": 9}
    assert match["Location"]["Path"][:2] == ["Resources", "Orders"]
    assert match["Level"] == "Error"


def test_a_template_is_read_from_standard_input(machine: Path) -> None:
    """The command finds the same in a template that is piped in."""
    [match] = cfn_lint(machine.parent, "--append-rules", MODULE, stdin=MACHINE)
    assert match["Rule"]["Id"] == "E9601"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Metadata: {}", "Metadata: {cfn-lint: {config: {ignore_checks: [E9601]}}}"),
        ("Resources:\n", "Metadata: {cfn-lint: {config: {ignore_checks: [E9601]}}}\nResources:\n"),
        ("Metadata: {}", "Metadata: {VendedLogsPolicy: external}"),
    ],
    ids=["resource", "template", "external"],
)
def test_a_finding_can_be_ignored_where_it_is(old: str, new: str, machine: Path) -> None:
    """Metadata of cfn-lint's, of the resource or the template, silences a rule; so does our metadata."""
    machine.write_text(MACHINE.replace(old, new), encoding="utf-8")
    assert list(cfn_lint(machine.parent, "--append-rules", MODULE, "--", machine.name)) == []


def test_other_resources_can_not_ignore_it(machine: Path) -> None:
    """What another resource's metadata ignores is still found."""
    ignored = "    Metadata: {cfn-lint: {config: {ignore_checks: [E9601]}}}\n"
    machine.write_text(MACHINE.replace("LogGroup\n    Prop", f"LogGroup\n{ignored}    Prop"), encoding="utf-8")
    assert ignored in machine.read_text(encoding="utf-8")
    assert found(lint_file(machine)) == [("E9601", 3, 3)]


def test_globals_are_found_in_the_resource(machine: Path) -> None:
    """A finding about what Globals gives is one of the resource, so that it can be ignored there."""
    head, _, tail = MACHINE.partition("Resources:\n")
    group = "{Variables: {A: b}}"
    machine.write_text(f"{head}Globals:\n  Function: {{Environment: {group}}}\nResources:\n{tail}", encoding="utf-8")
    assert found(lint_file(machine)) == checked(machine) == [("E9601", 5, 3)]


def test_our_app_is_not_missed_once_it_is_translated() -> None:
    """Which app is nested is lost in translation: no machine is then said to start too early."""
    waiting = MACHINE.replace("    Metadata: {}\n", "    DependsOn: App\n") + APP
    assert lint_text(waiting) == []
    assert bool(lint_text(MACHINE + APP)) != TRANSLATES


def test_a_template_is_read_once_for_all_rules(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The six rules share one reading of a template, and the next template has its own."""
    read = []

    def note(template: Template) -> Iterable[Fault]:
        read.append(template)
        return check.faults(template)

    monkeypatch.setattr(_finding, "faults", note)
    assert found(lint_file(machine)) == found(lint_file(machine)) == [("E9601", 3, 3)]
    assert len(read) == 2


def test_a_template_without_what_findings_are_of_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a state machine or a native policy nothing of ours looks at the file."""
    read: list[Path] = []
    monkeypatch.setattr(template_model, "read", read.append)
    path = tmp_path / "plain.yaml"
    path.write_text(MACHINE.replace("AWS::Serverless::StateMachine", "AWS::SNS::Topic"), encoding="utf-8")
    assert [match for match in lint_file(path) if match.rule.id in check.RULES] == []
    assert read == []


def test_a_failure_of_ours_is_not_the_user_s(
    machine: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """If our logic fails, cfn-lint goes on without a finding, and the log at level debug has why."""

    def fail(_: Any) -> None:
        raise LookupError("boom")

    monkeypatch.setattr(_finding, "faults", fail)
    with caplog.at_level(logging.DEBUG, _adapter.__name__):
        assert lint_file(machine) == []
    assert "boom" in caplog.text


@pytest.mark.parametrize(
    "resources",
    ["[]", "text", "{Orders: text}", "{Orders: {Type: [AWS::StepFunctions::StateMachine]}}", "{1: {Type: 2}}", "{}"],
)
def test_what_is_no_template_has_no_finding(resources: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Resources of a wrong shape are cfn-lint's to judge: ours find nothing, and do not fail."""
    path = tmp_path / "odd.yaml"
    path.write_text(f"Resources: {resources}\n", encoding="utf-8")
    with caplog.at_level(logging.DEBUG, _adapter.__name__):
        assert [match for match in lint_file(path) if match.rule.id not in REFUSED] == []
    assert "Not understood" not in caplog.text
