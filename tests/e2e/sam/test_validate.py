"""``sam validate --lint`` with our rules appended, by the real SAM CLI. No cloud is asked."""

import os
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.local_cloud import ROOT
from tests.e2e.sam.sam_cli import run_sam
from tests.support.programs import Done

RULES: Final = "append_rules: [vended_logs_tools.cfn_lint_rules]\n"
WITHOUT: Final = Path(__file__).parent / "templates" / "without.yaml"


def validate(folder: Path, template: str) -> Done:
    """Validate a template in a folder whose .cfnlintrc names our rules."""
    (folder / "template.yaml").write_text(template, encoding="utf-8")
    (folder / ".cfnlintrc").write_text(RULES, encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "SAM_CLI_TELEMETRY": "0",
        # Whoever uses the rules installs them beside the SAM CLI.
        "PYTHONPATH": os.pathsep.join(str(ROOT / "src" / part) for part in ("lambda", "tools")),
    }
    return run_sam(["validate", "--lint", "--region=us-east-1", "--template=template.yaml"], folder, environment)


def test_a_machine_that_does_not_wait_is_found(tmp_path: Path) -> None:
    """A template whose machine starts before any grant is refused, with our rule, its line and its cure."""
    template = WITHOUT.read_text(encoding="utf-8")
    line = template.splitlines().index("  BillingMachine:") + 1
    done = validate(tmp_path, template)
    assert done.returncode == 1, done.stdout
    said = " ".join(done.stdout.split())
    assert "E9601" in said
    assert "BillingMachine: " in said
    assert f"matched {line}" in said
    assert "vended-logs inject" in said


def test_a_machine_that_waits_is_not(tmp_path: Path) -> None:
    """The same template is valid once the machine waits for our resource."""
    template = WITHOUT.read_text(encoding="utf-8").replace(
        "  BillingMachine:\n", "  BillingMachine:\n    DependsOn: VendedLogsPolicy\n"
    )
    added = "  VendedLogsPolicy:\n    Type: Custom::VendedLogsPolicy\n    Properties:\n      ServiceToken: arn\n"
    done = validate(tmp_path, template.rstrip("\n") + "\n" + added)
    assert done.returncode == 0, done.stdout
    assert "is a valid SAM Template" in done.stdout


def test_it_is_our_rules_that_find_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without our rules in .cfnlintrc the SAM CLI finds nothing wrong with it."""
    monkeypatch.setattr(f"{__name__}.RULES", "templates: []\n")
    done = validate(tmp_path, WITHOUT.read_text(encoding="utf-8"))
    assert done.returncode == 0, done.stdout
