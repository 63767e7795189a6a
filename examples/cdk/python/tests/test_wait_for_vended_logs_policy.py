"""What the Aspect does to machines of all kinds, as one finds it in the template."""

from collections.abc import Callable

import jsii
import pytest
from aws_cdk import (
    App,
    AspectPriority,
    Aspects,
    CfnParameter,
    CfnResource,
    CustomResource,
    IAspect,
    NestedStack,
    Stack,
    Stage,
)
from aws_cdk.assertions import Template
from aws_cdk.aws_logs import LogGroup
from aws_cdk.aws_sam import CfnStateMachine as SamStateMachine
from aws_cdk.aws_stepfunctions import CfnStateMachine, DefinitionBody, LogLevel, LogOptions, Pass, StateMachine
from constructs import Construct, IConstruct
from wait_for_vended_logs_policy import WaitForVendedLogsPolicy

TYPE = "Custom::VendedLogsPolicy"
POLICY = "VendedLogsPolicy"
Found = tuple[list[str], list[list[str]]]
ONE: Found = ([POLICY], [[POLICY]])
UNTOUCHED: Found = ([], [[]])


@pytest.fixture
def app() -> App:
    """An app with the Aspect."""
    made = App()
    Aspects.of(made).add(WaitForVendedLogsPolicy())
    return made


@pytest.fixture
def stack(app: App) -> Stack:
    """A stack of the app."""
    return Stack(app, "Orders")


def machine(scope: Construct, level: LogLevel | None = LogLevel.ALL, name: str = "Machine") -> StateMachine:
    """Add an L2 machine; None is no logging at all."""
    logs = LogOptions(level=level, destination=LogGroup(scope, f"{name}Logs")) if level else None
    definition = DefinitionBody.from_chainable(Pass(scope, f"{name}Accept"))
    return StateMachine(scope, name, definition_body=definition, logs=logs)


def l1_machine(scope: Construct, level: str | None) -> CfnStateMachine:
    """Add an L1 machine; None is no logging at all."""
    return CfnStateMachine(
        scope,
        "Machine",
        role_arn="arn:aws:iam::123456789012:role/machine",
        definition_string='{"StartAt":"Accept","States":{"Accept":{"Type":"Pass","End":true}}}',
        logging_configuration=CfnStateMachine.LoggingConfigurationProperty(level=level) if level else None,
    )


def found(stack: Stack) -> Found:
    """Return the ids of the resource, and of it those that each machine waits for."""
    template = Template.from_stack(stack)
    policies = sorted(template.find_resources(TYPE))
    types = ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine")
    machines = [machine for one in types for machine in template.find_resources(one).values()]
    return policies, [[name for name in policies if name in one.get("DependsOn", [])] for one in machines]


def test_one_resource_for_all_machines_of_a_stack(stack: Stack) -> None:
    """All machines of a stack that log wait for the same resource."""
    machine(stack, name="First")
    machine(stack, LogLevel.ERROR, name="Second")
    assert found(stack) == ([POLICY], [[POLICY], [POLICY]])


def test_what_the_resource_asks(stack: Stack) -> None:
    """It asks the shared provider, and waits six minutes at most."""
    machine(stack)
    asked = {"ServiceToken": "{{resolve:ssm:/vended-logs-policy/service-token}}", "ServiceTimeout": "360"}
    Template.from_stack(stack).template_matches({"Resources": {POLICY: {"Type": TYPE, "Properties": asked}}})


def test_each_stack_has_its_own(app: App) -> None:
    """Two stacks have a resource each, and none refers to the other."""
    stacks = [Stack(app, "Orders"), Stack(app, "Billing")]
    for stack in stacks:
        machine(stack)
    assert [found(stack) for stack in stacks] == [ONE, ONE]
    assert [stack.dependencies for stack in stacks] == [[], []]


def test_a_nested_stack_has_its_own(stack: Stack) -> None:
    """The resource is in the template that the machine is in."""
    nested = NestedStack(stack, "Nested")
    machine(nested)
    assert found(nested) == ONE
    assert found(stack) == ([], [])


@pytest.mark.parametrize("level", [None, LogLevel.OFF])
def test_without_logging(stack: Stack, level: LogLevel | None) -> None:
    """A machine that does not log stays as it is."""
    machine(stack, level)
    assert found(stack) == UNTOUCHED


@pytest.mark.parametrize(("level", "expected"), [(None, UNTOUCHED), ("OFF", UNTOUCHED), ("ALL", ONE)])
def test_l1_machines(stack: Stack, level: str | None, expected: Found) -> None:
    """An L1 machine is treated as an L2 machine is."""
    l1_machine(stack, level)
    assert found(stack) == expected


@pytest.mark.parametrize(("level", "expected"), [(None, UNTOUCHED), ("OFF", UNTOUCHED), ("ALL", ONE)])
def test_machines_of_sam(stack: Stack, level: str | None, expected: Found) -> None:
    """A machine of SAM waits if it logs."""
    of_sam = SamStateMachine.LoggingConfigurationProperty
    logging = of_sam(level=level, destinations=[], include_execution_data=False) if level else None
    SamStateMachine(stack, "Machine", definition_uri="orders.asl.json", logging=logging)
    assert found(stack) == expected


def test_a_level_that_only_the_deployment_knows(stack: Stack) -> None:
    """A machine whose level is a parameter waits."""
    l1_machine(stack, CfnParameter(stack, "Level").value_as_string)
    assert found(stack) == ONE


def test_an_imported_machine(stack: Stack) -> None:
    """A machine that is only referred to adds nothing."""
    machine(stack, None)
    StateMachine.from_state_machine_name(stack, "Imported", "billing")
    assert found(stack) == UNTOUCHED


def test_applied_twice(stack: Stack) -> None:
    """On the app and on the stack, it does what it does once."""
    machine(stack)
    Aspects.of(stack).add(WaitForVendedLogsPolicy())
    assert found(stack) == ONE


def test_a_resource_that_the_stack_has_already(stack: Stack) -> None:
    """It is taken as it is."""
    machine(stack)
    properties = {"ServiceToken": "arn:aws:lambda:us-west-2:123456789012:function:provider", "WhenFull": "Fail"}
    CfnResource(stack, POLICY, type=TYPE, properties=properties)
    assert found(stack) == ONE
    Template.from_stack(stack).has_resource_properties(TYPE, properties)


@pytest.mark.parametrize("kind", [TYPE, None])
def test_a_custom_resource_that_the_stack_has_already(stack: Stack, kind: str | None) -> None:
    """It is taken as it is, also if it has no type of its own."""
    own = CustomResource(stack, POLICY, service_token="arn:of:provider", resource_type=kind)  # noqa: S106  a name
    waits = machine(stack)
    Template.from_stack(stack).resource_count_is("AWS::CloudFormation::CustomResource", 0 if kind else 1)
    assert own in waits.node.find_child("Resource").node.dependencies


OTHERS: dict[str, Callable[[Stack], IConstruct]] = {
    "L2": lambda stack: LogGroup(stack, POLICY),
    "L1": lambda stack: CfnResource(stack, POLICY, type="AWS::IAM::ManagedPolicy"),
    "neither": lambda stack: Construct(stack, POLICY),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_another_construct_with_its_id(stack: Stack, other: Callable[[Stack], IConstruct]) -> None:
    """It is an error that says what to do."""
    machine(stack)
    other(stack)
    with pytest.raises(
        RuntimeError, match="Orders/VendedLogsPolicy is no Custom::VendedLogsPolicy: give it another id"
    ):
        found(stack)


def test_stages(app: App) -> None:
    """The Aspect of an app does not reach the stacks of a stage, one of the stage does."""
    without, within = Stage(app, "Without"), Stage(app, "Within")
    Aspects.of(within).add(WaitForVendedLogsPolicy())
    stacks = [Stack(without, "Orders"), Stack(within, "Orders")]
    for stack in stacks:
        machine(stack)
    assert [found(stack) for stack in stacks] == [UNTOUCHED, ONE]


@jsii.implements(IAspect)
class SwitchLoggingOn:
    """Another Aspect, which changes the machines."""

    def visit(self, node: IConstruct) -> None:
        """Let every machine log."""
        if isinstance(node, CfnStateMachine):
            node.logging_configuration = CfnStateMachine.LoggingConfigurationProperty(level="ALL")


def test_it_sees_what_others_change(app: App, stack: Stack) -> None:
    """Aspects that change constructs run before it, by their priority."""
    Aspects.of(app).add(SwitchLoggingOn(), priority=AspectPriority.MUTATING)
    l1_machine(stack, None)
    assert found(stack) == ONE
