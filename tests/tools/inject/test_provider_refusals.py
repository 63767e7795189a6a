"""Providers that cannot be added as they are asked for, and the names that are taken."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.tools.inject.flows import FLOW
from vended_logs_tools.errors import Refused
from vended_logs_tools.inject import Options, inject_into
from vended_logs_tools.reading.source import parse


@pytest.mark.parametrize("provider", ["nested", "inline"])
def test_a_provider_that_needs_sam_needs_its_transform(provider: str) -> None:
    """A nested app or a function of SAM's cannot be added to a template that SAM does not read."""
    source = parse(f"Transform: AWS::LanguageExtensions\nResources: {{M: {FLOW}}}".encode(), "t.yaml")
    with pytest.raises(Refused) as caught:
        inject_into(source, Options(provider=provider))  # type: ignore[arg-type]  # one of those that Options names
    assert str(caught.value) == (
        f"t.yaml:1:12: --provider {provider} needs Transform: AWS::Serverless-2016-10-31: "
        "add it, or use --provider shared"
    )


UNDOING = [
    *("Role", "VpcConfig", "PackageType", "AutoPublishAlias", "DeploymentPreference", "FunctionUrlConfig"),
    *("TenancyConfig", "CodeSigningConfigArn", "ProvisionedConcurrencyConfig", "SomethingNew"),
]


@pytest.mark.parametrize("name", UNDOING)
def test_globals_that_would_unmake_the_provider_are_refused(name: str) -> None:
    """What Globals gives to every function, the inline provider would get too, and not work by it."""
    text = dedent(f"""\
        Transform: AWS::Serverless-2016-10-31
        Globals:
          Function:
            {name}: x
        Resources:
          M: {{Type: AWS::Serverless::StateMachine, Properties: {{Logging: {{Level: ALL}}}}}}
        """)
    with pytest.raises(Refused, match=rf"^t\.yaml:4:5: Globals gives {name} to every function"):
        inject_into(parse(text.encode(), "t.yaml"), Options(provider="inline"))
    assert inject_into(parse(text.encode(), "t.yaml"), Options(provider="nested")).is_change


def test_globals_that_come_by_a_merge_key_are_seen() -> None:
    """What Globals gives to functions by a merge key would unmake the provider all the same."""
    text = """\
        Transform: AWS::Serverless-2016-10-31
        X: &x {VpcConfig: {SubnetIds: [s]}}
        Globals: {Function: {<<: *x, Timeout: 3}}
        Resources:
          M: {Type: AWS::Serverless::StateMachine, Properties: {Logging: {Level: ALL}}}
        """
    with pytest.raises(Refused, match=r"^t\.yaml:2:8: Globals gives VpcConfig to every function"):
        inject_into(parse(dedent(text).encode(), "t.yaml"), Options(provider="inline"))


def test_a_name_that_a_loop_makes_is_taken() -> None:
    """The resource that is added gets a name that no loop makes."""
    text = """\
        Transform: AWS::LanguageExtensions
        Resources:
          Fn::ForEach::L: [X, [Policy], {"VendedLogs${X}": {Type: "AWS::SQS::Queue"}}]
          M: {Type: AWS::StepFunctions::StateMachine, Properties: {LoggingConfiguration: {Level: ALL}}}
        """
    assert inject_into(parse(dedent(text).encode(), "t.yaml")).machines == {"M": ("VendedLogsPolicy2",)}


def test_many_machines_are_summed_up() -> None:
    """The summary names a few machines and counts the rest."""
    machine = "{Type: AWS::StepFunctions::StateMachine, Properties: {LoggingConfiguration: {Level: ALL}}}"
    text = "Resources:\n" + "".join(f"  M{n}: {machine}\n" for n in range(9))
    summary = inject_into(parse(text.encode(), "t.yaml")).summary()
    assert summary == (
        "adds VendedLogsPolicy (Custom::VendedLogsPolicy); M0, M1, M2, M3 and 5 more wait for VendedLogsPolicy"
    )


@pytest.mark.parametrize("location", ["arn:aws:serverlessrepo:us-east-1:1:applications/a", "arn:x@", "arn:x@latest"])
def test_an_application_needs_its_version(location: str) -> None:
    """An ARN without a version is refused with the way to write it."""
    source = parse(
        b"Transform: AWS::Serverless-2016-10-31\n"
        b"Resources: {M: {Type: AWS::Serverless::StateMachine, Properties: {Logging: {Level: ALL}}}}",
        "t.yaml",
    )
    with pytest.raises(Refused, match="an application needs its version: write arn:"):
        inject_into(source, Options(provider="nested", location=location))
