"""What the command says to somebody who has just met it, before anything reaches for an account."""

import re

import pytest

from tests.tools.cli.process import Captured
from vended_logs.policy.request import DEFAULT_PATTERN, DEFAULT_POLICY_NAME, Request
from vended_logs_tools import cli
from vended_logs_tools.commands import live


@pytest.fixture(autouse=True)
def _no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here may open an account."""

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("an account was opened")

    monkeypatch.setattr(live, "open_account", opened)


def ended(capsys: Captured, *arguments: str) -> tuple[int | str | None, str, str]:
    """Return the exit code of arguments that end the program, and what is printed."""
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    return end.value.code, *capsys.readouterr()


def test_without_a_verb_the_whole_help_is_shown(capsys: Captured) -> None:
    """It goes to the error stream, and the exit code is 2: nothing was done."""
    _, text, _ = ended(capsys, "--help")
    assert ended(capsys) == (2, "", text)
    assert "  doctor " in text
    assert "\nexamples:\n" in text


def test_the_help_names_the_defaults(capsys: Captured) -> None:
    """What ensure grants, in which policy, and what it does with a full one, if nothing is said."""
    default_when_full = Request.__dataclass_fields__["when_full"].default
    text = " ".join(ended(capsys, "ensure", "--help")[1].split())
    for option, default in (
        ("--pattern P", DEFAULT_PATTERN),
        ("--policy-name N", DEFAULT_POLICY_NAME),
        ("--when-full W", str(default_when_full).lower()),
    ):
        described = text.rpartition(f" {option} ")[2]
        assert re.search(r"\(default: ([^)]*)\)", described)[1] == default  # type: ignore[index]  # else there is none


@pytest.mark.parametrize("verb", [["ensure"], ["restore", "backup.json"]])
@pytest.mark.parametrize("given", [["--region=a,b"], ["--region", "a", "--region", "b"], ["--region", "a, b,a"]])
def test_what_changes_an_account_takes_one_region(verb: list[str], given: list[str], capsys: Captured) -> None:
    """Several regions are refused by name, however they are given; none is chosen in silence."""
    code, _, err = ended(capsys, *verb, *given)
    assert code == 2
    assert err.endswith(f"--region: {verb[0]} takes one region: run it once for each of a, b\n")


def test_a_region_given_twice_is_one() -> None:
    """The same name again, or a comma at its end, is no second region."""
    options = cli.parser().parse_args(["ensure", "--region", "a,", "--region", "a"])
    assert options.region == "a"
    assert cli.parser().parse_args(["doctor", "--region", "a,b", "--region", "c"]).region == ["a", "b", "c"]


@pytest.mark.parametrize("verb", ["doctor", "ensure"])
@pytest.mark.parametrize("option", ["--region", "--profile"])
def test_an_empty_name_is_refused(verb: str, option: str, capsys: Captured) -> None:
    """A variable of a script that is not set does not send a command to the usual account or region."""
    code, _, err = ended(capsys, verb, option, "")
    assert code == 2
    assert f"argument {option}: it is empty" in err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--pattern", "*"], "--pattern is "),
        (["--pattern", "/aws/vendedlogs/*", "--pattern", "my logs"], "--pattern is "),
        (["--policy-name", "a:b"], "--policy-name is "),
    ],
)
def test_what_cannot_be_granted_is_refused_before_any_call(given: list[str], said: str, capsys: Captured) -> None:
    """A pattern or a name that CloudWatch Logs would not take is told in one line, without an account."""
    assert cli.main(["ensure", "--dry-run", *given]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"vended-logs: {said}")
    assert ": give " in err
    assert len(err.splitlines()) == 1


def test_an_unknown_way_out_of_a_full_policy_is_refused_before_any_call(capsys: Captured) -> None:
    """The three that there are are named."""
    code, _, err = ended(capsys, "ensure", "--when-full", "shrug")
    assert code == 2
    assert "invalid choice: 'shrug'" in err
    assert "spill" in err


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (["doctor", "orders"], "[--state-machine M |"),
        (["ensure", "--dryrun"], "[--dry-run]"),
        (["inject", "--dry-run", "a.yaml"], "[--diff]"),
        (["check", "a.yaml", "--fix"], "[--ignore RULE]"),
        (["--versoin"], "[--version]"),
    ],
)
def test_what_a_verb_does_not_take_is_told_below_what_it_takes(given: list[str], shown: str, capsys: Captured) -> None:
    """The usage is that of the verb, so that the option which was meant can be seen in it."""
    code, out, err = ended(capsys, *given)
    usage, _, error = err.partition("error: ")
    assert (code, out) == (2, "")
    assert shown in " ".join(usage.split())
    assert error.startswith("unrecognized arguments: ")
