import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { exitCodes } from '../failures.ts';
import type { Lease } from '../kubernetes/objects.ts';
import { connect, connectionFlags } from './connection.ts';
import { oneOf } from './flag-values.ts';
import * as flags from './flags.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...connectionFlags,
  allNamespaces: flags.allNamespaces(),
  output: takesWords(['json'], Option.String('-o,--output', { description: 'Output format: json' })),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['agent ls', 'agent list'],
  description: 'List the agents that sync deployments',
  details: `
    Lists the agents by their Leases: Running while a replica holds the Lease, Stopped after it was released, and Lost
    if it expired without a release.
  `,
  examples: [
    ['List the agents in the current namespace', '$0 agent ls'],
    ['List the agents of all namespaces as JSON, with their sources', '$0 agent ls -A -o json'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  const { stdout, stderr } = program;
  const { output, allNamespaces } = given;
  if (output !== undefined) oneOf('--output', output, ['json']);
  const { AGENT_SELECTOR, agentRow } = await import('../agent/agent-lease.ts');
  const kinds = await import('../cluster/kinds.ts');
  const { explain } = await import('../lifecycle/errors/api-errors.ts');
  const { age } = await import('../text/age.ts');
  const { escapeTerminal, harmlessJson } = await import('../text/escape.ts');
  const { table } = await import('../output/table.ts');
  const { cluster, namespace: ofContext } = await connect(given, program);
  const namespace = allNamespaces ? undefined : given.namespace || ofContext;
  const leases = await cluster
    .list<Lease>(kinds.leases, namespace, { labelSelector: AGENT_SELECTOR })
    .catch((error) => explain(error, 'list leases'));
  const now = cluster.serverClock.now();
  const rows = leases.map((lease) => agentRow(lease, now));
  if (output === 'json') {
    stdout.write(`${harmlessJson(JSON.stringify(rows, undefined, 4))}\n`);
    return exitCodes.done;
  }
  if (rows.length === 0) {
    stderr.write(`No agents found${namespace === undefined ? '' : ` in ${escapeTerminal(namespace)} namespace.`}\n`);
    return exitCodes.done;
  }
  const cells = rows.map(({ name, namespace: place, deployments, status, version, created }) => [
    ...(allNamespaces ? [place] : []),
    name,
    deployments ?? '<unknown>',
    status,
    version ?? '<unknown>',
    created === undefined ? '<unknown>' : age(now - Date.parse(created)),
  ]);
  const header = [...(allNamespaces ? ['NAMESPACE'] : []), 'NAME', 'DEPLOYMENTS', 'STATUS', 'VERSION', 'AGE'];
  stdout.write(`${table([header, ...cells.map((row) => row.map(escapeTerminal))]).join('\n')}\n`);
  return exitCodes.done;
}
