// A no-op Create as a careful person would write it by hand, with the AWS SDK for JavaScript: one read, one answer.
//
// `node index.mjs [TIMES]` does it once, cold, and TIMES - 1 times more in the same process, as later events find it.
// The surroundings come from `benchmarks/service.py`. Ends with 0 only if every answer was a success and was taken.

import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { CloudWatchLogsClient, DescribeResourcePoliciesCommand } from "@aws-sdk/client-cloudwatch-logs";

const logs = new CloudWatchLogsClient({});
const agent = new Agent({ keepAlive: true });

/** Say whether the grant is there; write nothing. */
export async function handler(event, context) {
  try {
    await check(event.ResourceProperties, context.invokedFunctionArn);
    return await answer(event, "SUCCESS", "");
  } catch (error) {
    return await answer(event, "FAILED", String(error));
  }
}

/** Throw unless the policy allows what is asked for. */
async function check(properties, functionArn) {
  const [, partition, , region, account] = functionArn.split(":");
  const wanted = `arn:${partition}:logs:${region}:${account}:log-group:${properties.LogGroupPatterns}`;
  const { resourcePolicies } = await logs.send(new DescribeResourcePoliciesCommand({}));
  const policy = resourcePolicies.find(({ policyName }) => policyName === properties.PolicyName);
  const statements = policy === undefined ? [] : JSON.parse(policy.policyDocument).Statement;
  const grants = ({ Effect, Principal, Resource }) =>
    Effect === "Allow" && Principal.Service === properties.Principals && [Resource].flat().includes(wanted);
  if (!statements.some(grants)) {
    throw new Error("The grant is not there.");
  }
}

/** Answer CloudFormation; resolve to whether it took a success. */
function answer(event, status, reason) {
  const { StackId, RequestId, LogicalResourceId, ResourceProperties } = event;
  const { PolicyName } = ResourceProperties;
  const fields = { StackId, RequestId, LogicalResourceId, NoEcho: false, Data: { PolicyName } };
  const body = JSON.stringify({ Status: status, Reason: reason, PhysicalResourceId: PolicyName, ...fields });
  const headers = { "content-type": "", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(event.ResponseURL, { method: "PUT", headers, agent }, (response) => {
      response.resume();
      response.on("end", () => resolve(status === "SUCCESS" && response.statusCode === 200));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function main() {
  for (let times = Number(process.argv[2] ?? 1); times > 0; times -= 1) {
    const event = { ...JSON.parse(readFileSync(process.env.EVENT, "utf8")), ResponseURL: process.env.RESPONSE_URL };
    if (!(await handler(event, { invokedFunctionArn: event.ServiceToken }))) {
      throw new Error("The answer was no success, or was not taken.");
    }
  }
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
