"""`vended-logs check`: its findings, its formats, and what it cannot read."""

import io
import json
import subprocess
import sys
from typing import Any

import pytest
import yaml

from tests.tools.cli.process import ENVIRONMENT, FAILING, ROOT, Captured, shell
from vended_logs_tools import cli


def test_a_clean_template_is_0_and_silent(capsys: Captured) -> None:
    """Nothing found: exit code 0, and nothing is printed into a pipe."""
    assert cli.main(["check", "passing.yaml"]) == 0
    assert capsys.readouterr() == ("", "")


def test_findings_are_1(capsys: Captured) -> None:
    """Something found: exit code 1, and the finding is on standard output."""
    assert cli.main(["check", "failing.yaml", "passing.yaml"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("failing.yaml:")
    assert ": E9601 Orders: " in out
    assert len(out.splitlines()) == 2
    assert err == ""


def test_folders_and_files_are_checked_in_one_run(capsys: Captured) -> None:
    """Several paths, folders among them, make one report."""
    assert cli.main(["check", "--format", "json", ".", "passing.yaml"]) == 1
    [finding] = json.loads(capsys.readouterr().out)
    assert (finding["rule"], finding["file"], finding["resource"]) == ("E9601", "failing.yaml", "Orders")
    assert FAILING.splitlines()[finding["line"] - 1][finding["column"] - 1 :].split(":")[0].isalnum()


def test_what_cannot_be_read_is_2_and_the_rest_is_checked(capsys: Captured) -> None:
    """A file that cannot be read is told of on standard error, in one line; findings in others are still reported."""
    assert cli.main(["check", "missing.yaml", "failing.yaml", "values.yaml"]) == 2
    out, err = capsys.readouterr()
    assert "E9601" in out
    assert err.splitlines() == [
        "vended-logs: missing.yaml: cannot be read (No such file or directory): give the path of a template",
        "vended-logs: values.yaml: is no CloudFormation template (no Resources with a Type): give the path of one",
    ]


def test_hooks_may_pass_other_files(capsys: Captured) -> None:
    """With --templates-only, files that are no templates do not count."""
    assert cli.main(["check", "--templates-only", "values.yaml", "passing.yaml"]) == 0
    assert capsys.readouterr() == ("", "")


def test_github_is_told_of_both(capsys: Captured) -> None:
    """With --format github, findings and files that cannot be read are annotations on standard output."""
    assert cli.main(["check", "--format=github", "failing.yaml", "missing.yaml"]) == 2
    out, err = capsys.readouterr()
    first, second = out.splitlines()
    assert first.startswith("::error file=failing.yaml,line=")
    assert second.startswith("::error file=missing.yaml,title=Unreadable::")
    assert err.startswith("vended-logs: missing.yaml")


@pytest.mark.parametrize(
    "named", [["--ignore", "E9601"], ["--ignore=w9604,e9601"], ["--ignore=W9604", "--ignore=E9601"]]
)
def test_rules_can_be_left_out(named: list[str], capsys: Captured) -> None:
    """A rule that is ignored reports nothing; several are given one by one, or as a list."""
    assert cli.main(["check", *named, "failing.yaml"]) == 0
    assert capsys.readouterr() == ("", "")


def test_standard_input_is_read(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template may be piped in, and findings name it <stdin>."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FAILING.encode())))
    assert cli.main(["check", "-"]) == 1
    assert capsys.readouterr().out.startswith("<stdin>:")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("<&-", "<stdin>: is closed"),
        ("< /dev/null", "<stdin>: is empty"),
    ],
)
def test_standard_input_may_hold_nothing(given: str, said: str) -> None:
    """Standard input that is closed or empty is told of in one line, and is 2."""
    done = shell(f"check - {given}")
    [line] = done.stderr.decode().splitlines()
    assert line.startswith(f"vended-logs: {said}")
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.parametrize("hook", yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")))
def test_the_hooks_run_the_command(hook: dict[str, Any], capsys: Captured) -> None:
    """Each pre-commit hook calls a verb as the parser takes it, and does not mind files that are no templates."""
    assert hook.keys() == {"id", "name", "description", "entry", "language", "types_or", "require_serial"}
    program, verb, *options = hook["entry"].split()
    assert (program, hook["id"], hook["language"]) == ("vended-logs", f"vended-logs-{verb}", "python")
    assert cli.main([verb, *options, "values.yaml", "passing.yaml"]) == 0
    assert capsys.readouterr() == ("", "")


def test_nothing_heavy_is_loaded() -> None:
    """Checking loads nothing that only other work, or other templates, need: the command starts at once."""
    heavy = {"boto3", "botocore", "rich", "cfnlint", "samtranslator", "crhelper", "aws_lambda_powertools", "sympy"}
    heavy |= {f"vended_logs.policy.{name}" for name in ("coverage", "document", "plan", "request", "statement")}
    script = (
        "import sys; from vended_logs_tools.cli import main; code = main(['check', 'failing.yaml', 'passing.yaml']);"
        f"print(code, sorted({heavy!r} & sys.modules.keys()))"
    )
    done = subprocess.run(  # noqa: S603  our own modules
        [sys.executable, "-c", script],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1] == "1 []"
