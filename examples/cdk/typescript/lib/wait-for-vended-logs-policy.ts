import { CustomResource, Duration, IAspect, Stack } from 'aws-cdk-lib';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { IConstruct } from 'constructs';

/**
 * Makes every state machine that logs wait for the vended-logs grant. Each stack with such a machine gets one
 * Custom::VendedLogsPolicy of its own, a nested stack too, so that nothing refers across stacks.
 */
export class WaitForVendedLogsPolicy implements IAspect {
  public visit(node: IConstruct): void {
    if (node instanceof CfnStateMachine && logs(node)) {
      node.node.addDependency(policyOf(node.stack));
    }
  }
}

/** A level that is known at deployment only counts as logging: waiting does no harm. */
function logs(machine: CfnStateMachine): boolean {
  const logging = machine.stack.resolve(machine.loggingConfiguration);
  return logging !== undefined && logging.level !== 'OFF';
}

function policyOf(stack: Stack): IConstruct {
  return (
    stack.node.tryFindChild('VendedLogsPolicy') ??
    new CustomResource(stack, 'VendedLogsPolicy', {
      resourceType: 'Custom::VendedLogsPolicy',
      // Not StringParameter.valueForStringParameter: CloudFormation reads such a parameter anew at each deployment, and
      // refuses to update a custom resource whose service token has changed. This text stays the same.
      serviceToken: '{{resolve:ssm:/vended-logs-policy/service-token}}',
      // Without it CloudFormation waits an hour for a provider that does not answer.
      serviceTimeout: Duration.seconds(360),
    })
  );
}
