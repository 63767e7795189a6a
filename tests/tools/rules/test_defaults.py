"""A parameter's default counts where it can be the value, and nowhere else."""

import json

import pytest

from tests.support.facts import ROLE_ACTIONS
from tests.tools.templates import template
from vended_logs_tools.check import check
from vended_logs_tools.inject import inject_into

HEAD = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  P: {Type: String, Default: ""}
  None: {Type: String, Default: none}
  L: {Type: CommaDelimitedList, Default: ""}
  Env: {Type: String}
  Yes: {Type: String, AllowedPattern: "^(true|false)$"}
  Short: {Type: String, MaxLength: 2}
  Few: {Type: Number, MaxValue: 2}
  Name: {Type: String, Default: AWSLogDeliveryWrite20150319}
  Group: {Type: String, AllowedValues: [/aws/vendedlogs/x, /x]}
Mappings:
  Off: {prod: {level: "OFF"}}
  Names: {prod: {name: /aws/vendedlogs/x}, dev: {name: /x}}
Conditions:
  H: !Not [!Equals [!Ref P, ""]]
  Given: !Not [!Equals [!Ref None, none]]
  Other: !Not [!Equals [!Ref Name, AWSLogDeliveryWrite20150319]]
  IsTrue: !Equals [!Ref Yes, "true"]
  IsFalse: !Equals [!Ref Yes, "false"]
  IsMaybe: !Equals [!Ref Yes, "maybe"]
  IsLong: !Equals [!Ref Short, "long"]
  IsMany: !Equals [!Ref Few, "5"]
Resources:
  Ours: {Type: "Custom::VendedLogsPolicy"}
  Logs: {Type: "AWS::Logs::LogGroup", Properties: {LogGroupName: /aws/vendedlogs/x}}
"""
ALL = json.dumps({"Statement": {"Effect": "Allow", "Action": list(ROLE_ACTIONS), "Resource": "*"}})


def machine(
    more: str = "DependsOn: Ours",
    *,
    role: str = f"Policies: [{ALL}]",
    arn: str = "!GetAtt Logs.Arn",
    level: str = "ALL",
) -> str:
    """Return a state machine that is right, but for what is given."""
    logging = f"{{Level: {level}, Destinations: [{{CloudWatchLogsLogGroup: {{LogGroupArn: {arn}}}}}]}}"
    return f"  M: {{Type: 'AWS::Serverless::StateMachine', {more}, Properties: {{{role}, Logging: {logging}}}}}\n"


def named(name: str) -> str:
    """Return a log group with a name, and a machine that logs to it."""
    return f"  G: {{Type: 'AWS::Logs::LogGroup', Properties: {{LogGroupName: {name}}}}}\n" + machine(
        arn="!GetAtt G.Arn"
    )


def with_role(properties: str, more: str = "DependsOn: Ours") -> str:
    """Return a machine with a role of the template's."""
    return f"  R: {{Type: 'AWS::IAM::Role', Properties: {{{properties}}}}}\n" + machine(
        more, role="Role: !GetAtt R.Arn"
    )


def found(text: str) -> list[str]:
    """Return the rules of what is found."""
    return [finding.rule for finding in check(template(HEAD + text))]


POLICY = f"Policies: [{{PolicyName: p, PolicyDocument: {ALL}}}]"
NO = "!Ref 'AWS::NoValue'"


@pytest.mark.parametrize(
    "text",
    [
        machine(),
        named("!If [H, !Ref P, /aws/vendedlogs/x]"),
        named("!If [H, !Sub '${P}/x', /aws/vendedlogs/x]"),
        machine(role=f"Policies: [{ALL}], PermissionsBoundary: !If [H, !Ref P, {NO}]"),
        with_role(f"{POLICY}, PermissionsBoundary: !If [H, !Ref P, {NO}]"),
        with_role(f"ManagedPolicyArns: [!If [H, !Ref P, {NO}]]", "DependsOn: Ours, Condition: H"),
        with_role("ManagedPolicyArns: !Ref L"),
        machine(role="Policies: [" + ALL.replace('"*"', '!If [H, !Ref P, "*"]') + "]"),
        machine(arn="!If [Given, !Ref None, !GetAtt Logs.Arn]"),
        machine("DependsOn: Two, Condition: H")
        + "  Two: {Type: 'Custom::VendedLogsPolicy', Condition: H, Properties: {Principals: !Ref P}}\n",
        machine("DependsOn: App, Condition: H") + "  App: {Type: 'AWS::Serverless::Application', Condition: H,"
        " Properties: {Location: {ApplicationId: !Ref P, SemanticVersion: 1.0.0}}}\n",
        "  N: {Type: 'AWS::Logs::ResourcePolicy', Condition: Other, Properties: {PolicyName: !Ref Name}}\n",
        machine("Metadata: {}", level="!If [H, !Ref P, 'OFF']"),
        machine("Metadata: {}", level="!FindInMap [Off, !Ref Env, level, {DefaultValue: 'OFF'}]"),
        machine("Condition: IsMaybe"),
        machine("Condition: IsLong"),
        machine("Condition: IsMany"),
        machine("DependsOn: [A, B]")
        + "  A: {Type: 'Custom::VendedLogsPolicy', Condition: IsTrue}\n"
        + "  B: {Type: 'Custom::VendedLogsPolicy', Condition: IsFalse}\n",
    ],
    ids=range(18),
)
def test_what_cannot_be_is_not_found(text: str) -> None:
    """Nothing is found where it would take a value that the parameter cannot have there."""
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (named("!If [H, /aws/vendedlogs/x, !Sub '${P}/x']"), "W9604"),
        (named("!Ref Group"), "W9604"),
        (named("!FindInMap [Names, !Ref Env, name]"), "W9604"),
        (machine(arn="!If [Given, !GetAtt Logs.Arn, !Ref None]"), "E9603"),
        ("  N: {Type: 'AWS::Logs::ResourcePolicy', Properties: {PolicyName: !Ref Name}}\n", "W9606"),
        (machine("Condition: IsTrue"), "E9601"),
        (machine("DependsOn: ''"), "E9601"),
        (machine("DependsOn: ['', Logs]"), "E9601"),
        (machine("Metadata: {}", level="!FindInMap [Off, !Ref Env, level, {DefaultValue: ALL}]"), "E9601"),
        (
            with_role("ManagedPolicyArns: [!Sub '${Pol}']")
            + "  Pol: {Type: 'AWS::IAM::ManagedPolicy', Properties: {PolicyDocument: {Statement: []}}}\n",
            "E9602",
        ),
    ],
    ids=range(10),
)
def test_what_can_be_is_found(text: str, rule: str) -> None:
    """What one of the values that are known to be possible makes wrong is found."""
    assert found(text) == [rule]


OURS = HEAD.replace('{Type: "Custom::VendedLogsPolicy"}', '{Type: "Custom::VendedLogsPolicy", Properties: {%s}}')


@pytest.mark.parametrize("name", ["LogGroupPatterns", "Principals"])
@pytest.mark.parametrize("value", [NO, f"!If [H, {NO}, {NO}]", "!If [H, %s, " + NO + "]", ""], ids=range(4))
def test_a_property_that_is_left_out_has_its_default(name: str, value: str) -> None:
    """No value in a property of ours is its default."""
    known = {
        "LogGroupPatterns": "[/aws/vendedlogs/*, /x]",
        "Principals": "[delivery.logs.amazonaws.com, es.amazonaws.com]",
    }
    given = value.replace("%s", known[name])
    assert [finding.rule for finding in check(template(OURS % f"{name}: {given}" + machine()))] == []


@pytest.mark.parametrize("parameters", [f"{{LogGroupPatterns: {NO}}}", NO, "{}"])
def test_a_nested_apps_parameter_that_is_left_out_has_its_default(parameters: str) -> None:
    """No value in a parameter of a nested app is the pattern that it has by itself."""
    app = f"{{Type: 'A::B::C::MODULE', Metadata: {{VendedLogsPolicy: x}}, Properties: {{Parameters: {parameters}}}}}"
    text = HEAD.replace('{Type: "Custom::VendedLogsPolicy"}', app)
    assert [finding.rule for finding in check(template(text + machine()))] == []
    assert [finding.rule for finding in check(template(text + named("/x")))] == ["W9604"]


NATIVE = (
    "  N: {Type: 'AWS::Logs::ResourcePolicy', %s Properties: {PolicyName: n, PolicyDocument: {Statement: {"
    "Effect: Allow, Principal: {Service: delivery.logs.amazonaws.com}, Action: 'logs:*',"
    " Resource: !Sub 'arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:%s'}}}}\n"
)


def test_what_a_native_policy_grants_is_what_it_covers() -> None:
    """A native policy makes a log group one that is granted if it covers that one, not if it covers the usual ones."""
    assert found(NATIVE % ("", "/aws/vendedlogs/*") + named("/x")) == ["W9604"]
    assert found(NATIVE % ("", "/x:*") + named("/x")) == []
    assert found(NATIVE % ("Condition: H,", "/x:*") + named("/x")) == ["W9604"]


@pytest.mark.parametrize(
    ("service", "rules"), [("delivery.logs.amazonaws.com", []), ("!Ref Service", []), ("es", ["E9601"])]
)
def test_a_document_that_is_written_out_counts_for_what_is_sure(service: str, rules: list[str]) -> None:
    """A parameter in a policy document that is written out may be anything: who waits for it is left alone."""
    native = (
        "  N: {Type: 'AWS::Logs::ResourcePolicy', Properties: {PolicyName: n, PolicyDocument: {Statement: {"
        f"Effect: Allow, Principal: {{Service: {service}}}, Action: 'logs:*', Resource: '*'}}}}}}}}\n"
    )
    head = HEAD.replace("  Env:", "  Service: {Type: String, Default: es}\n  Env:")
    assert [finding.rule for finding in check(template(head + native + machine("DependsOn: N")))] == rules


def test_a_policy_counts_where_it_is_attached() -> None:
    """A policy that is attached to a role under a condition gives it nothing where that does not hold."""
    attached = (
        "  P: {Type: 'AWS::IAM::Policy', Properties: {PolicyName: p, Roles: [%s], PolicyDocument: " + ALL + "}}\n"
    )
    waiting = "DependsOn: [Ours, P]"
    assert found(attached % "!Ref R" + with_role("Path: /", waiting)) == []
    assert found(attached % f"!If [H, !Ref R, {NO}]" + with_role("Path: /", waiting)) == ["E9602"]
    assert found(attached % f"!If [H, !Ref R, {NO}]" + with_role("Path: /", f"{waiting}, Condition: H")) == []


def test_patterns_count_where_their_resource_is_there() -> None:
    """A pattern of a resource with a condition grants nothing where the condition does not hold."""
    two = "  Two: {Type: 'Custom::VendedLogsPolicy', Condition: %s, Properties: {LogGroupPatterns: /x}}\n"
    assert found(two % "H" + named("/x")) == ["W9604"]
    both = two % "IsTrue" + (two % "IsFalse").replace("Two", "Three")
    assert found(both + named("/x")) == []
    assert found(two % "H" + named("/x").replace("DependsOn: Ours", "DependsOn: [Ours, Two], Condition: H")) == []


MAYBE = {
    "a nested stack that cannot be read": "{Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: !Ref Env}}",
    "a policy that cannot be read": "{Type: 'AWS::Logs::ResourcePolicy', Properties: {PolicyDocument: !Ref Env}}",
    "a stack that a macro fills": "{Type: 'AWS::CloudFormation::Stack', Properties: {Fn::Transform: {Name: Any}}}",
}


@pytest.mark.parametrize("resource", MAYBE.values(), ids=MAYBE)
def test_what_only_may_bring_the_grant_is_not_proposed(resource: str) -> None:
    """Who waits for what may bring the grant is left alone; nobody is told to wait for it, or made to."""
    waiting = template(HEAD.replace("  Ours", f"  X: {resource}\n  Ours") + machine("DependsOn: X"))
    assert check(waiting) == []
    early = template(HEAD.replace("  Ours", f"  X: {resource}\n  Ours") + machine("Metadata: {}"))
    [finding] = check(early)
    assert finding.cure == "add `DependsOn: Ours`: `vended-logs inject` does that"
    assert early.source is not None
    assert inject_into(early.source).machines == {"M": ("Ours",)}


def test_an_app_that_is_not_known_to_bring_the_grant() -> None:
    """Who waits for a nested stack without a marker is told how to say that it brings the grant."""
    text = (
        "Resources:\n  X: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: https://example.com/x.yaml}}\n"
    )
    [finding] = [one for one in check(template(text + machine("DependsOn: X", role="Role: r"))) if one.rule == "E9601"]
    assert "nothing that it waits for is known to bring" in finding.message
    assert "give it `Metadata: {VendedLogsPolicy: provider}`" in finding.cure


def test_what_the_author_leaves_out_is_not_injected() -> None:
    """A machine that is told to ignore E9601 is not edited either."""
    ignoring = template(HEAD + machine("Metadata: {cfn-lint: {config: {ignore_checks: [E9601]}}}"))
    assert ignoring.source is not None
    assert not inject_into(ignoring.source).is_change
