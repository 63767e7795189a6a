import { RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

export class OrdersStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const machine = new StateMachine(this, 'Machine', {
      definitionBody: DefinitionBody.fromChainable(new Pass(this, 'Accept')),
      logs: {
        level: LogLevel.ALL,
        destination: new LogGroup(this, 'MachineLogs', {
          // The grant covers names that begin so; one that CloudFormation makes up does not.
          logGroupName: `/aws/vendedlogs/states/${this.stackName}`,
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      },
    });

    // The CDK gives the role eight of the ten actions that AWS's guide asks for. These are the other two.
    machine.addToRolePolicy(
      new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: ['*'] }),
    );
  }
}
