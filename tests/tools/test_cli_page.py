"""The page of the command line, and the README, show what the command prints."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Final

import pytest
import yaml

from vended_logs_tools.cli import main

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
TEMPLATE: Final = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[0]
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
SESSIONS: Final = re.findall(r"^```console\n\$ (.*?)\n(.*?)^```$", PAGE + README, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(("command", "printed"), SESSIONS, ids=[command for command, _ in SESSIONS])
def test_a_session_is_what_the_command_prints(
    command: str,
    printed: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    """Each session, run on the template of the page of the command line, prints what is shown."""
    (tmp_path / "template.yaml").write_text(TEMPLATE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    program, *arguments = shlex.split(command)
    main(arguments)

    assert program == "vended-logs"
    assert capfdbinary.readouterr().out.decode() == printed


@pytest.mark.parametrize("verb", ["check", "inject", "doctor", "ensure", "restore"])
def test_each_option_has_its_row(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The page's tables name the options that the help names, no more and no less."""
    with pytest.raises(SystemExit):
        main([verb, "--help"])
    offered = set(re.findall(r"--[a-z-]+", capsys.readouterr().out.split("options:")[1].split("examples:")[0]))
    section = PAGE.split(f"## {verb}\n")[1].split("\n## ")[0]
    named = re.findall(r"^\| (`--.*?) \|", section, re.MULTILINE)
    rows = {option for cell in named for option in re.findall(r"`(--[a-z-]+)", cell)}

    assert rows == offered - {"--help"}


def test_the_settings_that_are_shown_are_yaml() -> None:
    """Every block of settings can be read, and names hooks and rules that are there."""
    blocks = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1:]]
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    named = {hook["id"] for block in blocks for repo in block.get("repos", []) for hook in repo["hooks"]}

    assert named
    assert named <= hooks
    assert "vended_logs_tools.cfn_lint_rules" in json.dumps(blocks)
