"""What brings the grant into a template, by each kind of provider."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.inject.samples import HERE
from vended_logs_tools.inject import Options, inject_into
from vended_logs_tools.reading.construct import construct
from vended_logs_tools.reading.source import parse

_TEXT = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties: {Logging: {Level: ALL}}
"""
_APP = "arn:aws:serverlessrepo:us-east-1:123456789012:applications/vended-logs-policy"


def _after(options: Options) -> dict[str, Any]:
    injection = inject_into(parse(_TEXT.encode(), "t.yaml"), options)
    resources: dict[str, Any] = construct(parse(injection.data, "t.yaml"))["Resources"]
    return resources


def test_an_application_is_asked_for_by_id_and_version() -> None:
    """A location that is an ARN with a version becomes an application of the repository."""
    properties = _after(Options(provider="nested", location=f"{_APP}@1.2.3"))["VendedLogsPolicy"]["Properties"]
    assert properties == {"Location": {"ApplicationId": _APP, "SemanticVersion": "1.2.3"}}


@pytest.mark.parametrize(
    "location",
    [
        "../app.yaml",
        "a b.yaml",
        'it\'s "so".yaml',
        "C:\\app.yaml",
        "https://host/app.yaml?x=#1",
        "größe.yaml",
        "1.0",
        "~",
    ],
)
def test_a_location_is_written_so_that_it_reads_back(location: str) -> None:
    """Whatever a path holds, it is quoted where YAML needs it."""
    properties = _after(Options(provider="nested", location=location))["VendedLogsPolicy"]["Properties"]
    assert properties == {"Location": location}


def test_an_inline_provider_may_do_what_the_published_one_may() -> None:
    """The function's permissions, limits and retries are those of the published template."""
    published = construct(parse(_published(), "template.yaml"))["Resources"]
    added = _after(Options(provider="inline", code_uri="provider"))
    ours, theirs = added["VendedLogsPolicyProvider"], published["Provider"]
    assert ours["Metadata"] == theirs["Metadata"]
    assert ours["Properties"]["CodeUri"] == "provider"
    same = ["Handler", "Runtime", "Architectures", "MemorySize", "Timeout", "EventInvokeConfig"]
    assert {key: ours["Properties"][key] for key in same} == {key: theirs["Properties"][key] for key in same}
    allowed = published["ProviderRole"]["Properties"]["Policies"][1]["PolicyDocument"]["Statement"]
    assert ours["Properties"]["Policies"][0]["Statement"] == allowed
    timeout = published["VendedLogsPolicy"]["Properties"]["ServiceTimeout"]
    assert added["VendedLogsPolicy"] == {
        "Type": "Custom::VendedLogsPolicy",
        "DependsOn": "VendedLogsPolicyProviderEventInvokeConfig",
        "Properties": {"ServiceToken": {"Fn::GetAtt": ["VendedLogsPolicyProvider", "Arn"]}, "ServiceTimeout": timeout},
    }


def _published() -> bytes:
    return (HERE.parents[2] / "template.yaml").read_bytes()
