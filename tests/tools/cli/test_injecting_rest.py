"""What `vended-logs inject` says of what it does not do: what the account needs, and what a template still lacks."""

from pathlib import Path

import pytest

from tests.tools.cli.process import FAILING, Captured
from vended_logs_tools import cli
from vended_logs_tools.editing.snippets import SHARED_PARAMETER
from vended_logs_tools.inject import inject

TWO_FAULTS = FAILING.replace("      RoleArn: !ImportValue role\n", "      RoleArn: !GetAtt Role.Arn\n") + (
    "  Role:\n    Type: AWS::IAM::Role\n    Properties: {}\n"
)
APP = "Transform: AWS::Serverless-2016-10-31\n" + FAILING
NEEDED = f"Unable to fetch parameters [{SHARED_PARAMETER}]"


@pytest.fixture(autouse=True)
def _two_faults() -> None:
    """Beside the failing template is one whose role has none of the ten actions, so that the deploy fails anyway."""
    Path("role.yaml").write_text(TWO_FAULTS, encoding="utf-8")


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--check"], 1), (["--diff"], 0), (["--check", "--diff"], 1)])
def test_what_is_left_is_told(options: list[str], code: int, capsys: Captured) -> None:
    """What check finds in the result is a line each, and the exit code is what it was."""
    assert cli.main(["inject", *options, "role.yaml"]) == code
    out, err = capsys.readouterr()
    told = [line for line in (err if "--diff" in options else out).splitlines() if line.startswith("role.yaml: ")]
    *_, found, more = told
    assert found.startswith("role.yaml: still found: E9602 Orders: logging is on, and its role Role lacks 10 of the 10")
    assert more == (
        "role.yaml: the deploy may still fail for that: `vended-logs check role.yaml` shows where, and the cure"
    )
    assert not any("E9601" in line for line in told)


def test_nothing_is_told_of_where_nothing_is_left(capsys: Captured) -> None:
    """A template that check passes afterwards, or passed before, has no such line."""
    assert cli.main(["inject", "failing.yaml", "passing.yaml"]) == 0
    assert "still found" not in "".join(capsys.readouterr())


def test_a_template_with_nothing_to_add_may_have_a_fault_left(capsys: Captured) -> None:
    """Whoever hears that there is nothing to add hears, too, that it will not do."""
    assert cli.main(["inject", "role.yaml"]) == 0
    capsys.readouterr()
    assert cli.main(["inject", "role.yaml"]) == 0
    first, second, _ = capsys.readouterr().out.splitlines()
    assert first == "role.yaml: nothing to add"
    assert second.startswith("role.yaml: still found: E9602 ")


def test_a_hook_hears_of_it_where_something_was_added_alone(capsys: Captured) -> None:
    """With --templates-only, a file that is left as it is is passed over without a word."""
    assert cli.main(["inject", "--templates-only", "role.yaml"]) == 0
    assert "still found: E9602" in capsys.readouterr().out
    assert cli.main(["inject", "--templates-only", "role.yaml"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_diff_is_nothing_but_the_diff(capsys: Captured) -> None:
    """On standard output is what can be applied; what is said besides is on the error stream."""
    expected = inject(Path("role.yaml")).diff() + inject(Path("failing.yaml")).diff()
    assert cli.main(["inject", "--diff", "role.yaml", "failing.yaml"]) == 0
    out, err = capsys.readouterr()
    assert out == expected
    assert "still found: E9602" in err
    assert NEEDED in err


def test_what_the_shared_provider_needs_is_said_once(capsys: Captured) -> None:
    """However many files are mended, one line says what has to be deployed before, and how a deploy ends without."""
    assert cli.main(["inject", "failing.yaml", "role.yaml"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == (
        "What is added needs the app vended-logs-policy, deployed with ShareProvider=true in the same account and"
        f' region; else the deploy ends with "{NEEDED}".'
    )
    assert cli.main(["inject", "failing.yaml", "role.yaml"]) == 0
    assert "ShareProvider" not in capsys.readouterr().out


@pytest.mark.parametrize("provider", ["nested", "inline"])
def test_other_providers_need_nothing_of_the_account(provider: str, capsys: Captured) -> None:
    """What comes with the template does not have to be there before."""
    Path("app.yaml").write_text(APP, encoding="utf-8")
    assert cli.main(["inject", "--provider", provider, "app.yaml"]) == 0
    assert "ShareProvider" not in capsys.readouterr().out


def test_a_name_cannot_begin_a_line_of_its_own(capsys: Captured) -> None:
    """Names from the template and the file system are shown with escapes, and quoted in the command."""
    name = "a b\n.yaml"
    Path(name).write_text(TWO_FAULTS, encoding="utf-8")
    assert cli.main(["inject", "--diff", name]) == 0
    told = capsys.readouterr().err
    assert "`vended-logs check 'a b\\n.yaml'` shows" in told
    assert all(line.startswith(("a b\\n.yaml: ", "What is added")) for line in told.splitlines())
