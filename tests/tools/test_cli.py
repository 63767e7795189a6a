"""The command: its arguments, what it prints where, and its exit codes."""

import io
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any, Final

import pytest
import yaml

from vended_logs_tools import cli, inject

ROOT: Final = Path(__file__).resolve().parents[2]
ENVIRONMENT: Final = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": os.pathsep.join(str(ROOT / "src" / part) for part in ("lambda", "tools")),
}
# One error: nothing makes the machine wait. Its role is another stack's, so nothing is said of that.
FAILING: Final = """\
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
  Log:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: /aws/vendedlogs/orders
"""
PASSING: Final = FAILING.replace("    Type: AWS::StepF", "    DependsOn: Grant\n    Type: AWS::StepF") + (
    "  Grant:\n    Type: Custom::VendedLogsPolicy\n    Properties:\n      ServiceToken: x\n"
)
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test stands in a folder with a template that fails, one that passes and a file that is none."""
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    Path("failing.yaml").write_text(FAILING, encoding="utf-8")
    Path("passing.yaml").write_text(PASSING, encoding="utf-8")
    Path("values.yaml").write_text("a: b\n", encoding="utf-8")


def run(*arguments: str, script: str = "", stdout: int | IO[bytes] = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """Start the command, or a script, in a process of its own, with its streams in pipes unless told otherwise."""
    command = ["-c", script] if script else ["-m", "vended_logs_tools", *arguments]
    return subprocess.Popen(
        [sys.executable, *command],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


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


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "required: VERB"),
        (["chekc"], "invalid choice: 'chekc'"),
        (["check"], "required: PATH"),
        (["check", "--format", "xml", "a.yaml"], "invalid choice: 'xml'"),
        (["check", "--ignore", "E1", "a.yaml"], "'E1' is no rule of ours: give one of E9601, E9602"),
        (["check", "--ignore", ",", "a.yaml"], "',' is no rule of ours"),
        (["inject"], "required: TEMPLATE"),
        (["inject", "--provider", "own", "a.yaml"], "invalid choice: 'own'"),
        (["inject", "--location", "x.yaml", "a.yaml"], "--location goes with --provider nested"),
        (["inject", "--provider=nested", "--code-uri", "x", "a.yaml"], "--code-uri goes with --provider inline"),
    ],
)
def test_wrong_arguments_are_2(arguments: list[str], said: str, capsys: Captured) -> None:
    """Arguments that are wrong end the command with 2, and with what would be right."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["inject", "--help"]])
def test_the_help_has_examples_that_work(arguments: list[str], capsys: Captured) -> None:
    """The help fits 80 columns, and the parser takes each example in it that is ours alone."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    examples = [line[2:].partition("  ")[0].split() for line in out.splitlines() if line.startswith("  vended-logs ")]
    assert examples
    for example in examples:
        end = example.index("|") if "|" in example else None
        assert callable(cli.parser().parse_args(example[1:end]).run)


def test_the_version_is_printed(capsys: Captured) -> None:
    """--version prints the version of the installed project."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == "vended-logs 0.1.0\n"


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
    command = f"exec {shlex.quote(sys.executable)} -m vended_logs_tools check - {given}"
    done = subprocess.run(["/bin/sh", "-c", command], env=ENVIRONMENT, capture_output=True, check=False, timeout=30)
    [line] = done.stderr.decode().splitlines()
    assert line.startswith(f"vended-logs: {said}")
    assert (done.returncode, done.stdout) == (2, b"")


def test_an_encoding_that_lacks_letters_does_no_harm() -> None:
    """Names that the output's encoding does not have are printed with escapes."""
    Path("ä\udcff.yaml").write_text(FAILING.replace("Orders:", '"Ördér":'), encoding="utf-8")
    with run("check", ".") as process:
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (1, b"")
    assert b"E9601" in out


def test_a_closed_pipe_ends_it_quietly() -> None:
    """A reader that goes away (`| head`) ends the command without a word, however much is left to say."""
    many = "Resources:\n" + "".join(
        FAILING.partition("\n")[2].replace("Orders:", f"Orders{index}:").replace("Log:", f"Log{index}:")
        for index in range(400)
    )
    Path("many.yaml").write_text(many, encoding="utf-8")
    process = run("check", "many.yaml")
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_ctrl_c_ends_it_quietly() -> None:
    """Ctrl-C ends the command with 130 and without a traceback."""
    script = (
        "import sys; from vended_logs_tools.cli import main; print('ready', flush=True); sys.exit(main(['check', '-']))"
    )
    process = run(script=script)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    # From here on it reads standard input, to which nothing is written.
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_told_of() -> None:
    """An output that cannot be written is one line on standard error, and 2."""
    with Path("/dev/full").open("wb") as full, run("check", "failing.yaml", stdout=full) as process:
        _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert err == b"vended-logs: the output cannot be written (No space left on device): give it another place\n"


def test_no_output_at_all_is_no_harm() -> None:
    """With standard output closed, the exit code is all that is told."""
    command = f"exec {shlex.quote(sys.executable)} -m vended_logs_tools check failing.yaml >&-"
    done = subprocess.run(["/bin/sh", "-c", command], env=ENVIRONMENT, stderr=subprocess.PIPE, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (1, b"")


def test_inject_mends_what_check_finds(capsys: Captured) -> None:
    """Injecting leaves a template that check passes, says what it added, and adds nothing a second time."""
    assert cli.main(["inject", "failing.yaml"]) == 0
    assert capsys.readouterr().out == (
        "failing.yaml: adds VendedLogsPolicy (Custom::VendedLogsPolicy); Orders waits for VendedLogsPolicy\n"
    )
    assert cli.main(["check", "failing.yaml"]) == 0
    once = Path("failing.yaml").read_bytes()
    assert cli.main(["inject", "failing.yaml"]) == 0
    assert capsys.readouterr().out == "failing.yaml: nothing to add\n"
    assert Path("failing.yaml").read_bytes() == once


@pytest.mark.parametrize(("options", "code"), [(["--diff"], 0), (["--check"], 1), (["--diff", "--check"], 1)])
def test_inject_can_be_asked_what_it_would_do(options: list[str], code: int, capsys: Captured) -> None:
    """With --diff and --check nothing is written; with --check it is 1 if a file would change, and 0 if none would."""
    assert cli.main(["inject", *options, "failing.yaml", "passing.yaml"]) == code
    out = capsys.readouterr().out
    assert ("+    DependsOn: VendedLogsPolicy" in out) == ("--diff" in options)
    assert ("failing.yaml: adds " in out) == ("--diff" not in options)
    assert Path("failing.yaml").read_text(encoding="utf-8") == FAILING
    assert cli.main(["inject", *options, "passing.yaml"]) == 0


def test_a_diff_has_the_line_ends_of_its_file() -> None:
    """What --diff prints is the file's own bytes, its line ends and letters included, so that it can be applied."""
    Path("windows.yaml").write_bytes(FAILING.replace("Orders", '"Bücher"').replace("\n", "\r\n").encode())
    with run("inject", "--diff", "windows.yaml") as process:
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, b"")
    assert b"+    DependsOn: VendedLogsPolicy\r\n" in out
    assert ' "Bücher":\r\n'.encode() in out


def test_inject_takes_several_files_and_goes_on(capsys: Captured) -> None:
    """A file that is refused, or cannot be read, does not keep inject from the others, and makes it 2."""
    aliased = FAILING.replace("Resources:", "Resources: &all").replace("  Log:", "  Log: &log") + "Other: *all\n"
    Path("aliased.yaml").write_text(aliased, encoding="utf-8")
    assert cli.main(["inject", "aliased.yaml", "missing.yaml", "values.yaml", "failing.yaml"]) == 2
    out, err = capsys.readouterr()
    assert out.startswith("failing.yaml: adds ")
    assert [line.split(":")[1].strip() for line in err.splitlines()] == ["aliased.yaml", "missing.yaml", "values.yaml"]
    assert Path("aliased.yaml").read_text(encoding="utf-8") == aliased


def test_inject_may_be_given_other_files(capsys: Captured) -> None:
    """With --templates-only, files that are no templates are passed over, as are those with nothing to add."""
    assert cli.main(["inject", "--templates-only", "values.yaml", "passing.yaml"]) == 0
    assert capsys.readouterr() == ("", "")


def test_the_providers_of_inject_are_those_offered(capsys: Captured) -> None:
    """Each provider can be chosen, with the option that is its own, and the default is the one that is said to be."""
    assert inject.PROVIDERS == ("shared", "nested", "inline")
    assert inject.Options().provider == "shared"
    template = "Transform: AWS::Serverless-2016-10-31\n" + FAILING
    for options, added in (
        ([], "resolve:ssm"),
        (["--provider=nested", "--location=other/app.yaml"], "other/app.yaml"),
        (["--provider=inline", "--code-uri=other/src"], "other/src"),
    ):
        Path("app.yaml").write_text(template, encoding="utf-8")
        assert cli.main(["inject", "--diff", *options, "app.yaml"]) == 0
        assert added in capsys.readouterr().out


def test_inject_refuses_standard_input(capsys: Captured) -> None:
    """There is no file to change on standard input; the message says so."""
    assert cli.main(["inject", "-"]) == 2
    assert capsys.readouterr().err == "vended-logs: -: inject changes files: give the path of one\n"


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
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1] == "1 []"
