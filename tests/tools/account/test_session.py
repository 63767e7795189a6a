"""From options and environment to an account: whatever is wrong there is one sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError, UnauthorizedSSOTokenError

from tests.tools.examining.answers import Answers, Refusal
from vended_logs_tools.account import session
from vended_logs_tools.account.session import Account, open_account
from vended_logs_tools.errors import ToolError

WHO = {"Account": "123456789012", "Arn": "arn:aws-cn:sts::123456789012:assumed-role/ops/me", "UserId": "x"}
Open = Callable[..., Account]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a configuration file with two profiles, and nothing of the environment's."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    config = tmp_path / "config"
    config.write_text("[profile work]\nregion = eu-west-1\n[profile bare]\n", encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    return config


@pytest.fixture
def answers(settings: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what each region's sts and ec2 answer, all of them the same unless a test changes it."""
    table: dict[str, Any] = {}

    def client(_: boto3.Session, service: str, region: str) -> Any:
        default = {"GetCallerIdentity": WHO, "DescribeRegions": {"Regions": [{"RegionName": "b"}, {"RegionName": "a"}]}}
        return Answers({**default, **table.get(region, {})}).client(service)

    monkeypatch.setattr(session, "_client", client)
    return table


def test_the_profile_s_own_region(answers: dict[str, Any]) -> None:
    """As every AWS tool has it; the partition is that of the identity."""
    account = open_account("work")

    assert (account.number, account.partition, account.regions) == ("123456789012", "aws-cn", ("eu-west-1",))
    assert account.options("eu-west-1") == "--region eu-west-1 --profile work"
    assert account.scope("eu-west-1").partition == "aws-cn"


def test_aws_region_comes_before_the_profile_s(answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """As the AWS CLI has it, though boto3 does not know that variable."""
    monkeypatch.setenv("AWS_REGION", "us-east-1")

    assert open_account("work").regions == ("us-east-1",)
    assert open_account("work", ["ap-south-1", "ap-south-1"]).regions == ("ap-south-1",)


def test_a_region_that_is_not_enabled_does_not_spoil_the_others(answers: dict[str, Any]) -> None:
    """Its own answer is that the credentials are not valid."""
    answers["me-south-1"] = {"GetCallerIdentity": Refusal("InvalidClientTokenId", "no", 403)}

    assert open_account("work", ["me-south-1", "us-east-1"]).regions == ("me-south-1", "us-east-1")
    with pytest.raises(ToolError, match="does not take these credentials"):
        open_account("work", ["me-south-1"])


def test_all_regions(answers: dict[str, Any]) -> None:
    """Sorted, and a refusal is told as what it is."""
    assert open_account("work", every_region=True).regions == ("a", "b")
    answers["eu-west-1"] = {"DescribeRegions": Refusal("UnauthorizedOperation", "no", 403)}
    with pytest.raises(ToolError, match=r"^ec2:DescribeRegions was refused .* name the regions with --region$"):
        open_account("work", every_region=True)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (NoCredentialsError(), "no credentials were found: log in"),
        (UnauthorizedSSOTokenError(), "log in with `aws sso login`"),
        (Refusal("ExpiredToken", "secret words"), r"does not take these credentials \(ExpiredToken\)"),
        (EndpointConnectionError(endpoint_url="https://sts"), "look at the network"),
        (ValueError("Invalid endpoint: x"), "mend the AWS configuration"),
    ],
)
def test_what_is_wrong_is_told_with_its_cure(answers: dict[str, Any], answer: Any, said: str) -> None:
    """Without a traceback, and without what AWS quotes."""
    answers["eu-west-1"] = {"GetCallerIdentity": answer}
    with pytest.raises(ToolError, match=said) as raised:
        open_account("work")

    assert "secret words" not in str(raised.value)


def test_without_a_profile_or_a_region(answers: dict[str, Any]) -> None:
    """Each names what to give."""
    with pytest.raises(ToolError, match=r"give one that is there as --profile \(.*work.*\)"):
        open_account("nobody")
    with pytest.raises(ToolError, match="no region is named: give --region"):
        open_account("bare")
    with pytest.raises(ToolError, match="'Frankfurt' is no name of a region"):
        open_account("work", ["Frankfurt"])


def test_names_are_quoted_for_the_shell() -> None:
    """A profile may have blanks in its name."""
    account = Account(boto3.Session(), "1", "aws", ("x",), "my work; ls")

    assert account.options("eu-west-1") == "--region eu-west-1 --profile 'my work; ls'"
