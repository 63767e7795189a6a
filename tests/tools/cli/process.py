"""The command in a process of its own, and the templates that it is given."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import IO, Final

import pytest

from tests.tools.templates import LOG_GROUP

ROOT: Final = Path(__file__).resolve().parents[3]
ENVIRONMENT: Final = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": os.pathsep.join(str(ROOT / "src" / part) for part in ("lambda", "tools")),
}
# One error: nothing makes the machine wait. Its role is another stack's, so nothing is said of that.
FAILING: Final = (
    """\
Resources:
  Orders:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !ImportValue role
      DefinitionString: '{}'
      LoggingConfiguration:
        Level: ALL
        Destinations:
          - CloudWatchLogsLogGroup:
              LogGroupArn: !GetAtt Log.Arn
"""
    + LOG_GROUP
)
PASSING: Final = FAILING.replace("    Type: AWS::StepF", "    DependsOn: Grant\n    Type: AWS::StepF") + (
    "  Grant:\n    Type: Custom::VendedLogsPolicy\n    Properties:\n      ServiceToken: x\n"
)
Captured = pytest.CaptureFixture[str]


def shell(command: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a shell runs it that is given these words after it."""
    words = f"exec {shlex.quote(sys.executable)} -m vended_logs_tools {command}"
    return subprocess.run(  # noqa: S603  our own command
        ["/bin/sh", "-c", words], env=ENVIRONMENT, capture_output=True, check=False, timeout=30
    )


def run(*arguments: str, script: str = "", stdout: int | IO[bytes] = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """Start the command, or a script, in a process of its own, with its streams in pipes unless told otherwise."""
    command = ["-c", script] if script else ["-m", "vended_logs_tools", *arguments]
    return subprocess.Popen(  # noqa: S603  our own command
        [sys.executable, *command],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )
