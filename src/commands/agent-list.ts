import { Command, Option } from 'clipanion';
import { exitCodes } from '../failures.ts';
import { ClusterCommand } from './cluster-command.ts';
import { oneOf } from './flag-values.ts';
import * as flags from './flags.ts';

export class AgentListCommand extends ClusterCommand {
  static override paths = [
    ['agent', 'ls'],
    ['agent', 'list'],
  ];
  static override usage = Command.Usage({
    description: 'List the agents that sync deployments, with how many and since when',
    details: `
      Lists the agents by their Leases: Running while one of its replicas holds the Lease, Stopped when it was given back, and
      Lost when it is out without that.
    `,
    examples: [
      ['Those in the current namespace', '$0 agent ls'],
      ['Those of all namespaces, with their sources, as JSON', '$0 agent ls -A -o json'],
    ],
  });

  allNamespaces = flags.allNamespaces();
  output = Option.String('-o,--output', { description: 'Output format: json' });

  async execute(): Promise<number> {
    const { stdout, stderr, clock } = this.context.program;
    if (this.output !== undefined) oneOf('--output', this.output, ['json']);
    const { AGENT_SELECTOR } = await import('../agent/agent-lease.ts');
    const { agentRow } = await import('../agent/agent-list.ts');
    const { explain } = await import('../lifecycle/errors/api-errors.ts');
    const { age } = await import('../text/age.ts');
    const { escapeTerminal, harmlessJson } = await import('../text/escape.ts');
    const { table } = await import('../output/table.ts');
    const { cluster, namespace: ofContext } = await this.connect();
    const namespace = this.allNamespaces ? undefined : this.namespace || ofContext;
    const leases = await cluster.leases.list(namespace, AGENT_SELECTOR).catch((error) => explain(error, 'list leases'));
    const rows = leases.map((lease) => agentRow(lease, clock.now()));
    if (this.output === 'json') {
      stdout.write(`${harmlessJson(JSON.stringify(rows, undefined, 4))}\n`);
      return exitCodes.done;
    }
    if (rows.length === 0) {
      stderr.write(`No agents found${namespace === undefined ? '' : ` in ${escapeTerminal(namespace)} namespace.`}\n`);
      return exitCodes.done;
    }
    const cells = rows.map(({ name, namespace: place, deployments, status, version, created }) => [
      ...(this.allNamespaces ? [place] : []),
      name,
      deployments ?? '<unknown>',
      status,
      version ?? '<unknown>',
      created === undefined ? '<unknown>' : age(clock.now() - Date.parse(created)),
    ]);
    const header = [...(this.allNamespaces ? ['NAMESPACE'] : []), 'NAME', 'DEPLOYMENTS', 'STATUS', 'VERSION', 'AGE'];
    stdout.write(`${table([header, ...cells.map((row) => row.map(escapeTerminal))]).join('\n')}\n`);
    return exitCodes.done;
  }
}
