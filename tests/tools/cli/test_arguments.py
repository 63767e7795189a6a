"""Arguments, help and version."""

import pytest

from tests.tools.cli.process import Captured
from vended_logs_tools import cli


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "usage: vended-logs"),
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
    """The option --version prints the version of the installed project."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == "vended-logs 0.1.0\n"
