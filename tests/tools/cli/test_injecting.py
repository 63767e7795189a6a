"""`vended-logs inject`: what it writes, shows and refuses."""

from pathlib import Path

import pytest

from tests.tools.cli.process import FAILING, Captured, run
from vended_logs_tools import cli, inject


def test_inject_mends_what_check_finds(capsys: Captured) -> None:
    """Injecting leaves a template that check passes, says what it added, and adds nothing a second time."""
    assert cli.main(["inject", "failing.yaml"]) == 0
    assert capsys.readouterr().out == (
        "failing.yaml: adds VendedLogsPolicy (Custom::VendedLogsPolicy); Orders waits for VendedLogsPolicy\n"
        "What is added needs the app vended-logs-policy, deployed with ShareProvider=true in the same account and"
        ' region; else the deploy ends with "Unable to fetch parameters [/vended-logs-policy/service-token]".\n'
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
    assert (process.returncode, err[:14]) == (0, b"What is added ")
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
