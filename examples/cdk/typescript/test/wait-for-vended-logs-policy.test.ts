import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  App, AspectPriority, Aspects, CfnParameter, CfnResource, CustomResource, NestedStack, Stack, Stage, Tags,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnStateMachine as SamStateMachine } from 'aws-cdk-lib/aws-sam';
import { CfnStateMachine, DefinitionBody, LogLevel, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IConstruct } from 'constructs';
import { WaitForVendedLogsPolicy } from '../lib/wait-for-vended-logs-policy';

const TYPE = 'Custom::VendedLogsPolicy';

function app(context: Record<string, unknown> = {}): App {
  const made = new App({ context });
  Aspects.of(made).add(new WaitForVendedLogsPolicy());
  return made;
}

function machine(scope: Construct, level?: LogLevel, id = 'Machine'): StateMachine {
  return new StateMachine(scope, id, {
    definitionBody: DefinitionBody.fromChainable(new Pass(scope, `${id}Accept`)),
    ...(level && { logs: { level, destination: new LogGroup(scope, `${id}Logs`) } }),
  });
}

function l1Machine(scope: Construct, logging?: CfnStateMachine.LoggingConfigurationProperty): CfnStateMachine {
  return new CfnStateMachine(scope, 'Machine', {
    roleArn: 'arn:aws:iam::123456789012:role/machine',
    definitionString: '{"StartAt":"Accept","States":{"Accept":{"Type":"Pass","End":true}}}',
    loggingConfiguration: logging,
  });
}

/** Returns the ids of the resource, and of it those that each machine waits for. */
function found(stack: Stack): { policies: string[]; waits: string[][] } {
  const template = Template.fromStack(stack);
  const policies = Object.keys(template.findResources(TYPE));
  const machines = ['AWS::StepFunctions::StateMachine', 'AWS::Serverless::StateMachine'].flatMap((type) =>
    Object.values(template.findResources(type)),
  );
  const waits = machines.map((one) => policies.filter((id) => (one['DependsOn'] ?? []).includes(id)));
  return { policies, waits };
}

const ONE = { policies: ['VendedLogsPolicy'], waits: [['VendedLogsPolicy']] };
const UNTOUCHED = { policies: [], waits: [[]] };

test('all machines of a stack that log wait for one resource', () => {
  const stack = new Stack(app(), 'Orders');
  machine(stack, LogLevel.ALL, 'First');
  machine(stack, LogLevel.ERROR, 'Second');
  assert.deepEqual(found(stack), { policies: ['VendedLogsPolicy'], waits: [['VendedLogsPolicy'], ['VendedLogsPolicy']] });
});

test('the resource asks the shared provider, and waits six minutes at most', () => {
  const stack = new Stack(app(), 'Orders');
  machine(stack, LogLevel.ALL);
  Template.fromStack(stack).templateMatches({
    Resources: {
      VendedLogsPolicy: {
        Type: TYPE,
        Properties: { ServiceToken: '{{resolve:ssm:/vended-logs-policy/service-token}}', ServiceTimeout: '360' },
      },
    },
  });
});

test('each stack has a resource of its own, and none refers to another', () => {
  const two = app();
  const stacks = ['Orders', 'Billing'].map((id) => new Stack(two, id));
  stacks.forEach((stack) => machine(stack, LogLevel.ALL));
  for (const stack of stacks) {
    assert.deepEqual(found(stack), ONE);
    assert.deepEqual(stack.dependencies, []);
    assert.deepEqual(Template.fromStack(stack).findOutputs('*'), {});
  }
});

test('a nested stack has a resource of its own', () => {
  const stack = new Stack(app(), 'Orders');
  const nested = new NestedStack(stack, 'Nested');
  machine(nested, LogLevel.ALL);
  assert.deepEqual(found(nested), ONE);
  assert.deepEqual(found(stack), { policies: [], waits: [] });
});

test('a machine inside another construct is found', () => {
  const stack = new Stack(app(), 'Orders');
  machine(new Construct(stack, 'Part'), LogLevel.FATAL);
  assert.deepEqual(found(stack), ONE);
});

test('a machine without logging stays as it is', () => {
  const stack = new Stack(app(), 'Orders');
  machine(stack);
  assert.deepEqual(found(stack), UNTOUCHED);
});

test('a machine with level OFF stays as it is', () => {
  const stack = new Stack(app(), 'Orders');
  machine(stack, LogLevel.OFF);
  assert.deepEqual(found(stack), UNTOUCHED);
});

test('an imported machine adds nothing', () => {
  const stack = new Stack(app(), 'Orders');
  machine(stack);
  StateMachine.fromStateMachineName(stack, 'Imported', 'billing');
  assert.deepEqual(found(stack), UNTOUCHED);
});

test('an L1 machine waits as an L2 machine does', () => {
  const stack = new Stack(app(), 'Orders');
  l1Machine(stack, { level: 'ALL' });
  assert.deepEqual(found(stack), ONE);
});

test('an L1 machine without logging, or with level OFF, stays as it is', () => {
  const [silent, off] = [new Stack(app(), 'Silent'), new Stack(app(), 'Off')];
  l1Machine(silent);
  l1Machine(off, { level: 'OFF' });
  assert.deepEqual([found(silent), found(off)], [UNTOUCHED, UNTOUCHED]);
});

test('a machine of SAM waits if it logs', () => {
  const levels = { Silent: undefined, Off: 'OFF', Loud: 'ALL' };
  const stacks = Object.entries(levels).map(([id, level]) => {
    const stack = new Stack(app(), id);
    const logging = level ? { level, destinations: [], includeExecutionData: false } : undefined;
    new SamStateMachine(stack, 'Machine', { definitionUri: 'orders.asl.json', logging });
    return stack;
  });
  assert.deepEqual(stacks.map(found), [UNTOUCHED, UNTOUCHED, ONE]);
});

test('a level that only the deployment knows makes the machine wait', () => {
  const stack = new Stack(app(), 'Orders');
  l1Machine(stack, { level: new CfnParameter(stack, 'Level').valueAsString });
  assert.deepEqual(found(stack), ONE);
});

test('applied twice, it does what it does once', () => {
  const stack = new Stack(app(), 'Orders');
  machine(stack, LogLevel.ALL);
  Aspects.of(stack).add(new WaitForVendedLogsPolicy());
  assert.deepEqual(found(stack), ONE);
});

test('a resource that the stack has already is taken as it is', () => {
  const stack = new Stack(app(), 'Orders');
  machine(stack, LogLevel.ALL);
  const properties = { ServiceToken: 'arn:aws:lambda:us-west-2:123456789012:function:provider', WhenFull: 'Fail' };
  new CfnResource(stack, 'VendedLogsPolicy', { type: TYPE, properties });
  assert.deepEqual(found(stack), ONE);
  Template.fromStack(stack).hasResourceProperties(TYPE, properties);
});

test('a CustomResource that the stack has already is taken as it is', () => {
  for (const resourceType of [TYPE, undefined]) {
    const stack = new Stack(app(), 'Orders');
    const own = new CustomResource(stack, 'VendedLogsPolicy', { serviceToken: 'arn:of:provider', resourceType });
    const waits = machine(stack, LogLevel.ALL);
    Template.fromStack(stack).resourceCountIs('AWS::CloudFormation::CustomResource', resourceType ? 0 : 1);
    assert.ok(waits.node.findChild('Resource').node.dependencies.includes(own));
  }
});

test('another construct with the id of the resource is an error that says what to do', () => {
  const others: ((stack: Stack) => IConstruct)[] = [
    (stack) => new LogGroup(stack, 'VendedLogsPolicy'),
    (stack) => new CfnResource(stack, 'VendedLogsPolicy', { type: 'AWS::IAM::ManagedPolicy' }),
    (stack) => new Construct(stack, 'VendedLogsPolicy'),
  ];
  for (const other of others) {
    const stack = new Stack(app(), 'Orders');
    machine(stack, LogLevel.ALL);
    other(stack);
    assert.throws(() => found(stack), /Orders\/VendedLogsPolicy is no Custom::VendedLogsPolicy: give it another id/);
  }
});

test('the Aspect of an app does not reach the stacks of a stage, one of the stage does', () => {
  const two = app();
  const [without, within] = ['Without', 'Within'].map((id) => new Stage(two, id)) as [Stage, Stage];
  Aspects.of(within).add(new WaitForVendedLogsPolicy());
  const stacks = [without, within].map((stage) => new Stack(stage, 'Orders'));
  stacks.forEach((stack) => machine(stack, LogLevel.ALL));
  assert.deepEqual(stacks.map(found), [UNTOUCHED, ONE]);
});

class SwitchLoggingOn {
  public visit(node: IConstruct): void {
    if (node instanceof CfnStateMachine) {
      node.loggingConfiguration = { level: 'ALL' };
    }
  }
}

for (const stabilised of [false, true]) {
  test(`it goes with other Aspects, and sees what they change; aspectStabilization is ${stabilised}`, () => {
    const crowded = app({ '@aws-cdk/core:aspectStabilization': stabilised });
    Tags.of(crowded).add('team', 'orders');
    Aspects.of(crowded).add(new SwitchLoggingOn(), { priority: AspectPriority.MUTATING });
    Aspects.of(crowded).add({ visit: () => undefined }, { priority: AspectPriority.READONLY });
    const stack = new Stack(crowded, 'Orders');
    l1Machine(stack);
    assert.deepEqual(found(stack), ONE);
  });
}
