"""A stack with a state machine that logs."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk.aws_iam import PolicyStatement
from aws_cdk.aws_logs import LogGroup, RetentionDays
from aws_cdk.aws_stepfunctions import DefinitionBody, LogLevel, LogOptions, Pass, StateMachine
from constructs import Construct


class OrdersStack(Stack):
    """Takes orders."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)

        machine = StateMachine(
            self,
            "Machine",
            definition_body=DefinitionBody.from_chainable(Pass(self, "Accept")),
            logs=LogOptions(
                level=LogLevel.ALL,
                destination=LogGroup(
                    self,
                    "MachineLogs",
                    # The grant covers names that begin so; one that CloudFormation makes up does not.
                    log_group_name=f"/aws/vendedlogs/states/{self.stack_name}",
                    retention=RetentionDays.ONE_MONTH,
                    removal_policy=RemovalPolicy.DESTROY,
                ),
            ),
        )

        # The CDK gives the role eight of the ten actions that AWS's guide asks for. These are the other two.
        machine.add_to_role_policy(
            PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=["*"])
        )
