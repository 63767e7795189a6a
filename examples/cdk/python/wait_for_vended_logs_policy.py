"""An Aspect for apps with state machines that log."""

import jsii
from aws_cdk import CustomResource, Duration, IAspect, Stack
from aws_cdk.aws_stepfunctions import CfnStateMachine
from constructs import IConstruct

# Not StringParameter.value_for_string_parameter: CloudFormation reads such a parameter anew at each deployment, and
# refuses to update a custom resource whose service token has changed. This text stays the same.
PROVIDER = "{{resolve:ssm:/vended-logs-policy/service-token}}"


@jsii.implements(IAspect)
class WaitForVendedLogsPolicy:
    """Makes every state machine that logs wait for the vended-logs grant.

    Each stack with such a machine gets one Custom::VendedLogsPolicy of its own, a nested stack too, so that nothing
    refers across stacks.
    """

    def visit(self, node: IConstruct) -> None:
        """Look at one construct; the CDK shows all of them."""
        if isinstance(node, CfnStateMachine) and _logs(node):
            node.node.add_dependency(_policy_of(node.stack))


def _logs(machine: CfnStateMachine) -> bool:
    """Whether the machine logs; a level that is known at deployment only counts as logging: waiting does no harm."""
    logging = machine.stack.resolve(machine.logging_configuration)
    return logging is not None and logging.get("level") != "OFF"


def _policy_of(stack: Stack) -> IConstruct:
    return stack.node.try_find_child("VendedLogsPolicy") or CustomResource(
        stack,
        "VendedLogsPolicy",
        resource_type="Custom::VendedLogsPolicy",
        service_token=PROVIDER,
        # Without it CloudFormation waits an hour for a provider that does not answer.
        service_timeout=Duration.seconds(360),
    )
