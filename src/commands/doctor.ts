import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import type { Finding } from '../doctor/judge.ts';
import { BadInput, ClusterNotReady, exitCodes } from '../failures.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { type CommandWithNeeds, commandsWithNeeds } from '../lifecycle/rights/needs.ts';
import { connectionFlags, inspect, remarkOf } from './connection.ts';
import * as flags from './flags.ts';
import { written } from './say.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...connectionFlags,
  filename: flags.filenames('SeldonDeployments, to check whether the cluster has room for them'),
  recursive: flags.recursive(),
  override: flags.override(),
  for: takesWords(
    commandsWithNeeds,
    Option.Array('--for', [], {
      description:
        'Commands whose rights to check, separated by commas (plan stands for plan run, agent for agent ls); default: all',
    }),
  ),
  printRole: Option.Boolean('--print-role', false, {
    description: 'Print the minimal Role for these commands, as YAML',
  }),
  output: takesWords(['json'], Option.String('-o,--output', { description: 'Output format: json' })),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['doctor'],
  description: 'Check that the cluster and namespace are ready for SeldonDeployments',
  details: `
    Checks, one line each: the cluster, the SeldonDeployment resource and its versions, the operator and whether it
    serves the namespace (by its flags, WATCH_NAMESPACE and CONTROLLER_ID, and the namespace's label), which pods the
    namespace refuses (Pod Security, quotas, limit ranges), webhooks, the rights that each command needs, autoscalers
    that set replicas, and the clocks. If you have no right to read something, the check is a warning. The exit code is 3 if something necessary
    is missing, and 0 if there are only warnings. Nothing is changed.

    With -f it also says, before a run, what the namespace would refuse of everything that the operator creates from
    the files: pods (Pod Security), amounts beyond a quota, containers beyond a limit range; by how much, and what to
    do.

    --print-role prints the minimal Role for the chosen commands instead, without a cluster.
  `,
  examples: [
    ['Check everything for the namespace of the current context', '$0 doctor'],
    ['Check whether the namespace has room for the pods of model.yaml', '$0 doctor -f model.yaml -n models'],
    ['Check only the rights that run and events need, in another namespace', '$0 doctor --for=run,events -n models'],
    ['Create the minimal Role for a run', '$0 doctor --print-role --for=run -n models | kubectl apply -f -'],
    ['For a script: list what is missing', '$0 doctor -o json | jq \'.checks[] | select(.state == "missing")\''],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  const { output, printRole, namespace: flag } = given;
  const { clock, stdout } = program;
  if (output !== undefined && output !== 'json') {
    throw new BadInput(`unable to match a printer suitable for the output format "${output}"`, {
      hint: 'allowed formats are: json',
    });
  }
  const commands = await commandsFor(given.for);
  if (printRole) {
    const { roleYaml } = await import('../lifecycle/rights/role.ts');
    stdout.write(roleYaml(commands, flag));
    return exitCodes.done;
  }
  const { examine } = await import('../doctor/examine.ts');
  const { inspection, namespace: ofContext } = await inspect(given, program);
  const deployments = await deploymentsOf(given, program, ofContext);
  const [only, ...others] = new Set(deployments.map(({ metadata }) => metadata.namespace));
  const namespace = (others.length === 0 && only) || flag || ofContext;
  const examined = await examine(inspection, { namespace, commands, clock, deployments });
  const findings = examined.map(({ advice, ...finding }): Finding<string> => {
    return { ...finding, ...(advice !== undefined && { advice: written(program, advice) }) };
  });
  return output === 'json' ? await writeJson(findings, program) : await writeLines(findings, program);
}

/** Those of -f, in their namespaces. Throws BadInput. */
async function deploymentsOf(given: Given, program: Context, ofContext: string): Promise<readonly KubernetesObject[]> {
  const { filename, recursive, override, namespace: flag } = given;
  if (filename.length === 0) {
    if (override || recursive) throw new BadInput('--override and --recursive need files: add -f');
    return [];
  }
  const { readManifests } = await import('../manifests/read-manifests.ts');
  const { inNamespaces } = await import('../manifests/choose-namespace.ts');
  const { stdin, env } = program;
  const read = await readManifests(filename, { recursive, stdin, env, remark: remarkOf(given, program) });
  return inNamespaces(read, { flag, override, ofContext }).deployments.map(({ deployment }) => deployment);
}

/** Throws BadInput. */
async function commandsFor(texts: readonly string[]): Promise<CommandWithNeeds[]> {
  const words = texts.flatMap((text) => text.split(',')).filter((word) => word !== '');
  const unknown = words.find((word) => !commandsWithNeeds.some((command) => command === word));
  if (unknown !== undefined) {
    throw new BadInput(`invalid argument "${unknown}" for "--for": expected some of ${commandsWithNeeds.join(', ')}`);
  }
  return words.length === 0 ? commandsWithNeeds : commandsWithNeeds.filter((command) => words.includes(command));
}

async function writeJson(findings: readonly Finding<string>[], { stdout }: Context): Promise<number> {
  const { harmlessJson } = await import('../text/escape.ts');
  const exitCode = findings.some(isLacking) ? exitCodes.clusterNotReady : exitCodes.done;
  stdout.write(`${harmlessJson(JSON.stringify({ checks: findings, exitCode }, undefined, 4))}\n`);
  return exitCode;
}

async function writeLines(findings: readonly Finding<string>[], { stdout }: Context): Promise<number> {
  const { findingLines } = await import('../output/findings.ts');
  for (const line of findingLines(findings, stdout)) stdout.write(`${line}\n`);
  const lacking = findings.filter(isLacking);
  if (lacking.length === 0) return exitCodes.done;
  const what = lacking.map(({ check }) => check).join(', ');
  throw new ClusterNotReady(`${lacking.length} of ${findings.length} checks failed: ${what}`);
}

function isLacking({ state }: Finding<string>): boolean {
  return state === 'missing';
}
