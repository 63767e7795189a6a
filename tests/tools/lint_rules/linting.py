"""Runs cfn-lint, in this process with our rules alone, or as its users do."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from cfnlint.config import ConfigMixIn
from cfnlint.decode.decode import decode_str
from cfnlint.match import Match
from cfnlint.rules import Rules
from cfnlint.rules.errors import ParseError, TransformError
from cfnlint.runner.template.runner import run_template_by_data, run_template_by_file_path

ROOT: Final = Path(__file__).resolve().parents[3]
MODULE: Final = "vended_logs_tools.cfn_lint_rules"
FOLDER: Final = ROOT / "src" / "tools" / "vended_logs_tools" / "cfn_lint_rules"
TEMPLATES: Final = sorted((ROOT / "tests" / "tools" / "rules" / "templates").iterdir())
"""The templates of the rules' own tests."""
VERSION: Final = tuple(int(part) for part in metadata.version("cfn-lint").split(".")[:2])
TRANSLATES: Final = VERSION <= (1, 53)
"""Whether this release hands rules what the SAM translator makes of a template."""
REFUSED: Final = {"E0000", "E0001"}
"""What cfn-lint says of a template that it cannot read or translate; no rule sees that one."""

Found = tuple[str, int, int]


def found(matches: Sequence[Match]) -> list[Found]:
    """Return the rule, line and column of each match, in order."""
    return sorted((match.rule.id, match.linenumber, match.columnnumber) for match in matches)


def lint_file(path: Path) -> list[Match]:
    """Return what our rules find in a file."""
    return list(run_template_by_file_path(str(path), _config(), _rules(), ignore_bad_template=False))


def lint_text(text: str) -> list[Match]:
    """Return what our rules find in a text that is no file, as ``sam validate --lint`` has it."""
    data, errors = decode_str(text)
    return list(errors) or list(run_template_by_data(data, _config(), _rules()))


def cfn_lint(folder: Path, *arguments: str, stdin: str = "") -> Iterator[dict[str, Any]]:
    """Run the command of this environment in a folder and yield those of its matches that are ours."""
    # The environments of the tests do not have our package installed; those of users do.
    path = os.pathsep.join(str(ROOT / "src" / part) for part in ("lambda", "tools"))
    done = subprocess.run(
        [str(Path(sys.executable).parent / "cfn-lint"), "--format", "json", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": path},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stderr == ""
    ours = [match for match in json.loads(done.stdout) if match["Rule"]["Id"][1:3] == "96"]
    yield from ours


def _config() -> ConfigMixIn:
    return ConfigMixIn(regions=["us-east-1"])


def _rules() -> Rules:
    rules = Rules.create_from_module(MODULE)
    rules.extend([ParseError(), TransformError()])
    return rules
