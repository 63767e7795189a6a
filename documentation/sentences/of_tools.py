"""What the command ``vended-logs`` says of what its user can mend, said by the command itself."""

from __future__ import annotations

import os
import tempfile
import textwrap
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path
from typing import Final
from unittest.mock import patch

from documentation.command import printed
from documentation.markdown import fenced
from documentation.sentences.said import Group, Said
from documentation.sentences.stage import refused
from vended_logs_tools.account import session
from vended_logs_tools.rules.iam import ROLE_ACTIONS

_REGION: Final = {"AWS_REGION": "eu-west-1"}
_EMPTY: Final = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""All that the command has of an environment: no credentials, no region."""
_FILES: Final = {
    "broken.yaml": "Resources: [\n",
    "two.yaml": "Resources: {}\n---\nResources: {}\n",
    "notes.yaml": "- buy milk\n",
    "template.yaml": "Resources:\n  Machine:\n    Type: AWS::Serverless::StateMachine\n",
}


def templates() -> Group:
    """Return what is said of a file that is to be a template."""
    said = (
        Said(_said("check", "nowhere.yaml"), ""),
        Said(_said("check", "broken.yaml"), "Line and column of where it stops being YAML."),
        Said(_said("check", "two.yaml"), ""),
        Said(_said("check", "notes.yaml"), ""),
        Said(_said("inject", "-"), "`check -` reads a pipe."),
    )
    return Group("The command does not read a template", "", said)


def accounts() -> Group:
    """Return what is said when the command does not come to an account."""
    said = (
        Said(_said("doctor"), ""),
        Said(_said("doctor", "--region", "Frankfurt"), ""),
        Said(
            _said("doctor", environment=_REGION),
            "As the AWS CLI does, it takes what the environment or a profile gives.",
        ),
        Said(_said("doctor", "--profile", "nobody", environment=_REGION), ""),
        Said(_refused_credentials(), "Expired, deleted, or of another partition."),
    )
    return Group("The command does not reach an account", "", said)


def _refused_credentials() -> str:
    with patch.object(session, "_identity", side_effect=refused("ExpiredToken")):
        return _said("doctor", environment=_REGION)


def _said(*arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Return the one line that the command ends with, run in a folder of examples."""
    alone = patch.dict(os.environ, {**_EMPTY, **(environment or {})}, clear=True)
    with tempfile.TemporaryDirectory() as folder, chdir(folder), alone:
        for name, text in _FILES.items():
            Path(name).write_text(text, encoding="utf-8")
        [line] = printed(arguments).splitlines()
    return line


def role_question() -> str:
    """Return the call that tells which of the ten log-delivery actions a role may not do."""
    actions = textwrap.wrap(" ".join(ROLE_ACTIONS), 110)
    asked = ["aws iam simulate-principal-policy --policy-source-arn ROLE_ARN --output text", *_indented(actions)]
    query = "--query \"EvaluationResults[?EvalDecision!='allowed'].[EvalActionName,EvalDecision]\""
    return fenced(" \\\n".join([*asked, f"  {query}"]), "sh")


def role_statement() -> str:
    """Return the statement that the role needs, as a template has it."""
    return fenced(
        "\n".join(["- Effect: Allow", '  Resource: "*"', "  Action:", *(f"    - {one}" for one in ROLE_ACTIONS)]),
        "yaml",
    )


def _indented(lines: list[str]) -> list[str]:
    first, *others = lines
    return [f"  --action-names {first}", *(f"    {line}" for line in others)]
