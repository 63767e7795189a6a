"""A profile that is not there, by option or by environment: what there is, or what to do where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from vended_logs_tools.account.session import open_account
from vended_logs_tools.errors import ToolError


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a configuration file without a profile, and nothing of the environment's."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "config"
    file.touch()
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    return file


def told(profile: str | None) -> str:
    """Return what is said of a profile that is not there."""
    with pytest.raises(ToolError) as raised:
        open_account(profile, ["eu-west-1"])
    return str(raised.value)


def test_where_no_profile_is_configured(config: Path) -> None:
    """The cure is to make one, or to do without."""
    assert told("nonsense").endswith(
        "(nonsense) could not be found, and no profile is configured: run `aws configure`, or leave --profile out"
    )


def test_where_there_are_others(config: Path) -> None:
    """Those that are there are named."""
    config.write_text("[profile work]\n[profile play]\n", encoding="utf-8")
    assert told("nonsense").endswith("give one that is there as --profile (work, play)")


@pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_a_profile_of_the_environment(config: Path, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that names one that is not there is told as the option is, with its own name."""
    monkeypatch.setenv(variable, "nonsense")
    assert told(None).endswith(f"no profile is configured: run `aws configure`, or unset {variable}")
    config.write_text("[profile work]\n", encoding="utf-8")
    assert told(None).endswith("give one that is there as --profile (work)")


def test_half_of_the_credentials_are_told_as_that(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which half is missing is named, and not that there are none."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    assert "missing: AWS_SECRET_ACCESS_KEY: give all parts" in told(None)
