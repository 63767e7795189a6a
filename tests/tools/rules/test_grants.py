"""What brings the grant."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tools.templates import resources
from vended_logs_tools.reading.formula import FALSE, TRUE, UNKNOWN, Formula
from vended_logs_tools.rules.grants import Grants
from vended_logs_tools.rules.holes import HOLE, WORD
from vended_logs_tools.rules.texts import Resolver
from vended_logs_tools.template_model import read

GROUP = "/aws/vendedlogs/states/x"
ACTIONS = ["logs:CreateLogStream", "logs:PutLogEvents"]


def given(text: str, *log_groups: str) -> Formula:
    """Return when the resource X of a template brings the grant."""
    found = resources(text)
    return Grants(found, Resolver(found)).given(found.resources["X"], [(TRUE, name) for name in log_groups])


def native(*log_groups: str, also: tuple[dict[str, Any], ...] = (), **changes: Any) -> Formula:
    """Return when a native policy with one statement brings the grant."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": ACTIONS,
        "Resource": "*",
        **changes,
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement, *also]})
    text = json.dumps(
        {"X": {"Type": "AWS::Logs::ResourcePolicy", "Properties": {"PolicyDocument": {"Fn::Sub": document}}}}
    )
    return given(text, *log_groups)


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("{Type: 'Custom::VendedLogsPolicy'}", TRUE),
        ("{Type: 'Custom::Any'}", FALSE),
        ("{Type: 'Custom::Any', Metadata: {VendedLogsPolicy: resource}}", TRUE),
        ("{Type: 'Custom::Any', Metadata: {VendedLogsPolicy: }}", TRUE),
        ("{Type: 'AWS::CloudFormation::CustomResource'}", FALSE),
        ("{Type: 'AWS::CloudFormation::CustomResource', Metadata: {VendedLogsPolicy: 1}}", TRUE),
        ("{Type: 'AWS::SQS::Queue', Metadata: {VendedLogsPolicy: resource}}", FALSE),
        ("{Type: 'Custom::VendedLogsPolicy', Properties: {Principals: es.amazonaws.com}}", FALSE),
        ("{Type: 'Custom::VendedLogsPolicy', Properties: {Principals: 'es, delivery.logs.amazonaws.com'}}", TRUE),
        ("{Type: 'Custom::VendedLogsPolicy', Properties: {Principals: !ImportValue x}}", UNKNOWN),
        ("{Type: 'AWS::Serverless::Application', Metadata: {VendedLogsPolicy: provider}}", TRUE),
        ("{Type: 'AWS::CloudFormation::Stack', Metadata: {VendedLogsPolicy: provider}}", TRUE),
        ("{Type: 'A::B::C::MODULE', Metadata: {VendedLogsPolicy: provider}}", TRUE),
        ("{Type: 'A::B::C::MODULE'}", FALSE),
        ("{Type: 'AWS::Serverless::Application', Properties: {Location: ./no.yaml}}", FALSE),
        ("{Type: 'AWS::Serverless::Application', Properties: {Location: https://example.com/a.yaml}}", FALSE),
        ("{Type: 'AWS::Serverless::Application', Properties: {Location: !ImportValue x}}", UNKNOWN),
        ("{Type: 'AWS::Serverless::Application'}", FALSE),
    ],
)
def test_what_brings_it(resource: str, expected: Formula) -> None:
    """Our resource in either form, and what carries the marker, bring it; nothing else does that looks like it."""
    assert given(f"X: {resource}") == expected


@pytest.mark.parametrize(
    ("application", "expected"),
    [
        ("arn:aws:serverlessrepo:us-east-1:111122223333:applications/vended-logs-policy", TRUE),
        ("!Sub 'arn:aws:serverlessrepo:us-east-1:${AWS::AccountId}:applications/vended-logs-policy'", TRUE),
        ("arn:aws:serverlessrepo:us-east-1:111122223333:applications/other", FALSE),
        ("arn:aws:serverlessrepo:us-east-1:111122223333:applications/vended-logs-policy-2", FALSE),
        ("!ImportValue application", UNKNOWN),
    ],
)
def test_our_app_by_its_id(application: str, expected: Formula) -> None:
    """A nested app is ours by its id in the repository, whoever published it."""
    text = f"X: {{Type: 'AWS::Serverless::Application', Properties: {{Location: {{ApplicationId: {application}}}}}}}"
    assert given(text) == expected


def test_a_nested_template_on_this_machine(tmp_path: Path) -> None:
    """A nested app without a marker whose template is at hand is looked into."""
    (tmp_path / "ours.yaml").write_text("Resources: {P: {Type: 'Custom::VendedLogsPolicy'}}")
    (tmp_path / "other.yaml").write_text("Resources: {P: {Type: 'AWS::SQS::Queue'}}")
    (tmp_path / "broken.yaml").write_text("Resources: {")
    text = "Resources:\n"
    for name in ("ours", "other", "broken"):
        text += f"  {name}: {{Type: 'AWS::CloudFormation::Stack', Properties: {{TemplateURL: ./{name}.yaml}}}}\n"
    (tmp_path / "template.yaml").write_text(text)
    found = read(tmp_path / "template.yaml")
    grants = Grants(found, Resolver(found))
    assert [grants.given(one) for one in found.resources.values()] == [TRUE, FALSE, UNKNOWN]


ARN = "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, TRUE),
        ({"Resource": f"{ARN}/aws/vendedlogs/*"}, TRUE),
        ({"Resource": "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/vendedlogs/*"}, TRUE),
        ({"Resource": [f"{ARN}{GROUP}:*"]}, TRUE),
        ({"Resource": [f"{ARN}{GROUP}:log-stream:*"]}, TRUE),
        ({"Resource": f"{ARN}/aws/vendedlogs/other:*"}, FALSE),
        ({"Resource": "${Unknown}"}, UNKNOWN),
        ({"Resource": f"{ARN}${{Unknown}}:*"}, UNKNOWN),
        ({"Resource": f"{ARN}/x/${{Unknown}}:*"}, FALSE),
        ({"Action": ACTIONS[:1]}, FALSE),
        ({"Action": "logs:*"}, TRUE),
        ({"Action": "${Unknown}"}, UNKNOWN),
        ({"Principal": {"Service": "es.amazonaws.com"}}, FALSE),
        ({"Principal": {"Service": ["es.amazonaws.com", "delivery.logs.amazonaws.com"]}}, TRUE),
        ({"Principal": {"Service": "${Unknown}"}}, UNKNOWN),
        ({"Principal": "*"}, FALSE),
        ({"Effect": "Deny"}, FALSE),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"}}}, TRUE),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}, TRUE),
        ({"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:*"}}}, TRUE),
        ({"Condition": {"StringEquals": {"aws:PrincipalTag/x": "y"}}}, FALSE),
        ({"also": ({"Effect": "Deny", "Principal": "*", "Action": "logs:PutLogEvents", "Resource": "*"},)}, FALSE),
        ({"Odd": 1}, UNKNOWN),
    ],
)
def test_a_native_policy_that_really_grants(changes: dict[str, Any], expected: Formula) -> None:
    """A native policy counts if it gives log delivery both actions, on what the machine logs to or on the pattern."""
    assert native(GROUP, **changes) == expected


def test_a_native_policy_for_a_group_that_is_not_known() -> None:
    """For a log group whose name is not known, a narrow policy may be the right one, and one elsewhere is not."""
    assert native(HOLE, Resource=f"{ARN}{GROUP}:*") == UNKNOWN
    assert native(f"/x/{HOLE}", Resource=f"{ARN}{GROUP}:*") == FALSE
    assert native(f"/aws/vendedlogs/{WORD}", Resource=f"{ARN}/aws/vendedlogs/*") == TRUE
    assert native(Resource=f"{ARN}{GROUP}:*") == FALSE


def test_all_groups_have_to_be_granted() -> None:
    """A machine that may log to two groups needs both."""
    assert native(GROUP, "/other", Resource=f"{ARN}{GROUP}:*") == FALSE
    assert native(GROUP, "/other", Resource=[f"{ARN}{GROUP}:*", f"{ARN}/other:*"]) == TRUE


def test_a_log_groups_own_policy() -> None:
    """A log group's policy counts for machines that log to that group."""
    text = """
    X:
      Type: AWS::Logs::LogGroup
      Properties:
        LogGroupName: /x
        ResourcePolicyDocument:
          Statement:
            Effect: Allow
            Principal: {Service: delivery.logs.amazonaws.com}
            Action: %s
            Resource: "*"
    """
    assert given(text % "['logs:CreateLogStream', 'logs:PutLogEvents']", "/x") == TRUE
    assert given(text % "['logs:CreateLogStream', 'logs:PutLogEvents']", "/y") == FALSE
    assert given(text % "['logs:CreateLogStream', 'logs:PutLogEvents']", HOLE) == FALSE
    assert given(text % "'logs:PutLogEvents'", "/x") == FALSE


def test_the_patterns_that_are_granted() -> None:
    """Patterns are those of our resources, a nested app's parameters, or the default; what is not known may be any."""

    def covered(text: str, *names: str) -> list[Formula]:
        found = resources(text)
        grants = Grants(found, Resolver(found))
        return [grants.covered(name) for name in names]

    names = ("/aws/vendedlogs/x", "/a/x", "/b", "/c/x")
    assert covered("X: {Type: 'AWS::SQS::Queue'}", *names) == [TRUE, FALSE, FALSE, FALSE]
    assert covered("X: {Type: 'Custom::VendedLogsPolicy'}", *names) == [TRUE, FALSE, FALSE, FALSE]
    one = "X: {Type: 'Custom::VendedLogsPolicy', Properties: {LogGroupPatterns: '/a/*, /b'}}\n"
    app = "Y: {Type: 'A::B::C::MODULE', Metadata: {VendedLogsPolicy: provider}, Properties: {Parameters: %s}}\n"
    assert covered(one, *names) == [FALSE, TRUE, TRUE, FALSE]
    assert covered(one + app % "{LogGroupPatterns: /c/*}", *names) == [FALSE, TRUE, TRUE, TRUE]
    assert covered(one + app % "{}", *names) == [TRUE, TRUE, TRUE, FALSE]
    assert covered(one + app % "{LogGroupPatterns: !ImportValue x}", *names) == [UNKNOWN, TRUE, TRUE, UNKNOWN]
    assert covered(one + app % "!ImportValue x", *names) == [UNKNOWN, TRUE, TRUE, UNKNOWN]
