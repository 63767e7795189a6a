"""The template that is checked: an app of 60 resources as people write one, 20 of them state machines that log."""

from __future__ import annotations

from typing import Final

RESOURCES: Final = 60
MACHINES: Final = 20
_FUNCTIONS: Final = 14
_LOG_GROUPS: Final = 10
_TABLES: Final = 10
_ROLES: Final = 5
"""The first of the machines have them, the others the role that SAM generates."""

_ACTIONS: Final = (
    "CreateLogDelivery", "CreateLogStream", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery",
    "ListLogDeliveries", "PutLogEvents", "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups",
)  # fmt: skip
_HEAD: Final = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Description: Orders, from the basket to the parcel

Parameters:
  Stage:
    Type: String
    AllowedValues: [dev, prod]
    Default: dev

Conditions:
  IsProd: !Equals [!Ref Stage, prod]

Globals:
  Function:
    Runtime: python3.13
    Timeout: 30

Resources:
"""
_GRANT: Final = """\
  VendedLogsPolicy:
    Type: Custom::VendedLogsPolicy
    Properties:
      ServiceToken: "{{resolve:ssm:/vended-logs-policy/service-token}}"
      ServiceTimeout: 360
"""
_FUNCTION: Final = """\
  Step{number}Function:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      InlineCode: |
        def handler(event, context):
            return event
      Environment:
        Variables:
          TABLE: !Ref Orders{table}Table
          STAGE: !Ref Stage
      Policies:
        - DynamoDBCrudPolicy:
            TableName: !Ref Orders{table}Table
"""
_TABLE: Final = """\
  Orders{number}Table:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Delete
    UpdateReplacePolicy: Retain
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - AttributeName: order
          AttributeType: S
      KeySchema:
        - AttributeName: order
          KeyType: HASH
"""
_LOG_GROUP: Final = """\
  Machine{number}LogGroup:
    Type: AWS::Logs::LogGroup
    DeletionPolicy: Delete
    UpdateReplacePolicy: Delete
    Properties:
      LogGroupName: !Sub /aws/vendedlogs/states/${{AWS::StackName}}-{number}
      RetentionInDays: !If [IsProd, 365, 7]
"""
_ROLE: Final = """\
  Machine{number}Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Service: states.amazonaws.com
            Action: sts:AssumeRole
      Policies:
        - PolicyName: logging
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action:
{actions}
                Resource: "*"
"""
_MACHINE: Final = """\
  Orders{number}Machine:
    Type: AWS::Serverless::StateMachine
    DependsOn: VendedLogsPolicy
    Properties:
      Type: {kind}
      Definition:
        StartAt: Take
        States:
          Take:
            Type: Task
            Resource: !GetAtt Step{function}Function.Arn
            Retry:
              - ErrorEquals: [States.TaskFailed]
                MaxAttempts: 3
            Next: Done
          Done:
            Type: Succeed
{role}
      Logging:
        Level: !If [IsProd, ERROR, ALL]
        IncludeExecutionData: true
        Destinations:
          - CloudWatchLogsLogGroup:
              LogGroupArn: !GetAtt Machine{group}LogGroup.Arn
"""
_POLICIES: Final = """\
      Policies:
        - LambdaInvokePolicy:
            FunctionName: !Ref Step{function}Function
        - Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action:
{actions}
              Resource: "*\""""


def plain() -> str:
    """Return the text of a template without a state machine: tables, functions and a log group."""
    parts = [part.format(number=number, table=number) for number in range(3) for part in (_TABLE, _FUNCTION)]
    return "".join([_HEAD, *parts, _LOG_GROUP.format(number=0)])


def template() -> str:
    """Return the template's text, the same each time."""
    parts = [_HEAD, _GRANT]
    parts += [_TABLE.format(number=number) for number in range(_TABLES)]
    parts += [_FUNCTION.format(number=number, table=number % _TABLES) for number in range(_FUNCTIONS)]
    parts += [_LOG_GROUP.format(number=number) for number in range(_LOG_GROUPS)]
    parts += [_ROLE.format(number=number, actions=_actions(18)) for number in range(_ROLES)]
    parts += [_machine(number) for number in range(MACHINES)]
    return "".join(parts)


def _machine(number: int) -> str:
    function = number % _FUNCTIONS
    own = f"      Role: !GetAtt Machine{number}Role.Arn"
    return _MACHINE.format(
        number=number,
        kind="EXPRESS" if number % 2 else "STANDARD",
        function=function,
        group=number % _LOG_GROUPS,
        role=own if number < _ROLES else _POLICIES.format(function=function, actions=_actions(16)),
    )


def _actions(indent: int) -> str:
    return "\n".join(f"{' ' * indent}- logs:{action}" for action in _ACTIONS)
