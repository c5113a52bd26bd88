// Asks iam-simulate for the decision on each case of standard input, one JSON object a line.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.argv[2]}/`);
const { runSimulation, anonymousPrincipal } = await import(
  pathToFileURL(require.resolve("@cloud-copilot/iam-simulate"))
);

const named = (name, policies) => policies.map((policy, index) => ({ name: `${name}-${index}`, policy }));
const levels = (name, groups) =>
  groups.map((policies, index) => ({ orgIdentifier: `ou-${index}`, policies: named(name, policies) }));

const simulation = (given) => ({
  request: {
    principal: given.principal ?? anonymousPrincipal,
    action: given.action,
    resource: { resource: given.resource, accountId: given.owner },
    contextVariables: given.context,
  },
  identityPolicies: named("identity", given.identity),
  serviceControlPolicies: levels("scp", given.scp),
  resourceControlPolicies: levels("rcp", given.rcp),
  ...(given.own ? { resourcePolicy: given.own } : {}),
  ...(given.boundary ? { permissionBoundaryPolicies: named("boundary", [given.boundary]) } : {}),
  ...(given.session ? { sessionPolicy: given.session } : {}),
  ...(given.endpoint ? { vpcEndpointPolicies: named("endpoint", [given.endpoint]) } : {}),
});

// Time of the processor, so that other work on the machine does not count.
let spent = 0;
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
for await (const line of createInterface({ input: process.stdin })) {
  const given = simulation(JSON.parse(line));
  const begun = cpu();
  const found = await runSimulation(given, { simulationMode: "Strict" });
  spent += cpu() - begun;
  const ignored = found.resultType === "single" ? found.result.ignoredContextKeys : undefined;
  const error = found.resultType === "error" ? found.errors : undefined;
  console.log(JSON.stringify({ result: found.overallResult ?? "error", ignored, error }));
}
console.error(JSON.stringify({ seconds: spent / 1e6 }));
