import { CfnResource, CustomResource, Duration, IAspect, Stack } from 'aws-cdk-lib';
import { CfnStateMachine as SamStateMachine } from 'aws-cdk-lib/aws-sam';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { IConstruct } from 'constructs';

const ID = 'VendedLogsPolicy';
const TYPE = 'Custom::VendedLogsPolicy';

/**
 * Makes every state machine that logs wait for the vended-logs grant. Each stack with such a machine gets one
 * Custom::VendedLogsPolicy of its own, a nested stack too, so that nothing refers across stacks.
 */
export class WaitForVendedLogsPolicy implements IAspect {
  public visit(node: IConstruct): void {
    if ((node instanceof CfnStateMachine || node instanceof SamStateMachine) && logs(node)) {
      node.node.addDependency(policyOf(node.stack));
    }
  }
}

/** A level that is known at deployment only counts as logging: waiting does no harm. */
function logs(machine: CfnStateMachine | SamStateMachine): boolean {
  const declared = machine instanceof CfnStateMachine ? machine.loggingConfiguration : machine.logging;
  const logging = machine.stack.resolve(declared);
  return logging !== undefined && logging.level !== 'OFF';
}

function policyOf(stack: Stack): IConstruct {
  const found = stack.node.tryFindChild(ID);
  if (found && !isCustomResource(found)) {
    throw new Error(`${found.node.path} is no ${TYPE}: give it another id, which leaves ${ID} to the Aspect's resource.`);
  }
  return (
    found ??
    new CustomResource(stack, ID, {
      resourceType: TYPE,
      // Not StringParameter.valueForStringParameter: CloudFormation reads such a parameter anew at each deployment, and
      // refuses to update a custom resource whose service token has changed. This text stays the same.
      serviceToken: '{{resolve:ssm:/vended-logs-policy/service-token}}',
      // Without it CloudFormation waits an hour for a provider that does not answer.
      serviceTimeout: Duration.seconds(360),
    })
  );
}

function isCustomResource(found: IConstruct): boolean {
  const resource = found.node.defaultChild ?? found;
  const types = [TYPE, 'AWS::CloudFormation::CustomResource'];
  return CfnResource.isCfnResource(resource) && types.includes(resource.cfnResourceType);
}
