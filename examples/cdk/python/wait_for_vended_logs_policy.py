"""An Aspect for apps with state machines that log."""

import jsii
from aws_cdk import CfnResource, CustomResource, Duration, IAspect, Stack
from aws_cdk.aws_sam import CfnStateMachine as SamStateMachine
from aws_cdk.aws_stepfunctions import CfnStateMachine
from constructs import IConstruct

ID = "VendedLogsPolicy"
TYPE = "Custom::VendedLogsPolicy"
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
        if isinstance(node, CfnStateMachine | SamStateMachine) and _logs(node):
            node.node.add_dependency(_policy_of(node.stack))


def _logs(machine: CfnStateMachine | SamStateMachine) -> bool:
    """Whether the machine logs; a level that is known at deployment only counts as logging: waiting does no harm."""
    declared = machine.logging_configuration if isinstance(machine, CfnStateMachine) else machine.logging
    logging = machine.stack.resolve(declared)
    return logging is not None and logging.get("level") != "OFF"


def _policy_of(stack: Stack) -> IConstruct:
    found = stack.node.try_find_child(ID)
    if found and not _is_custom_resource(found):
        message = f"{found.node.path} is no {TYPE}: give it another id, which leaves {ID} to the Aspect's resource."
        raise ValueError(message)
    return found or CustomResource(
        stack,
        ID,
        resource_type=TYPE,
        service_token=PROVIDER,
        # Without it CloudFormation waits an hour for a provider that does not answer.
        service_timeout=Duration.seconds(360),
    )


def _is_custom_resource(found: IConstruct) -> bool:
    resource = found.node.default_child or found
    types = {TYPE, "AWS::CloudFormation::CustomResource"}
    return isinstance(resource, CfnResource) and resource.cfn_resource_type in types
