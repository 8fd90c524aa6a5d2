import { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { Context } from '../context.ts';
import { escapeTerminal } from '../text/escape.ts';
import { ClusterCommand } from './cluster-command.ts';
import type { CommandDeclaration } from './command-declaration.ts';
import { argumentsFor } from './command-line.ts';
import type { NameSources } from './complete.ts';
import type { Connected } from './connect.ts';
import { declarations } from './declarations.ts';
import { filledCommand } from './fill-command.ts';
import type { Token } from './tokens.ts';

const SPECIAL_IN_SHELLS = /[\s`$"'\\;&|<>(){}*?!#^[\]]/;

/** Nobody waits longer for a Tab. */
const LIMIT_MS = 1_000;

/** Asks the kubeconfig and the cluster that the flags on the line choose. Nothing of it is ever heard on stderr. */
export function namesFromCluster(tokens: readonly Token[], program: Context): NameSources {
  const quiet = { ...program, stdin: Readable.from([]), stderr: { write: () => true } };
  const within = (names: (signal: AbortSignal) => Promise<string[]>) => inTime(names, quiet.clock, quiet.signal);
  const ask = (names: (connected: Connected & { flag: string | undefined }) => Promise<string[]>) =>
    within(async (signal) => {
      const command = connectionCommand(tokens, { ...quiet, signal });
      return await names({ ...(await command.connect()), flag: command.namespace });
    });
  const inKubeconfig = (list: 'contexts' | 'clusters' | 'users') =>
    within(async (signal) => {
      const { kubeconfigNames } = await import('../cluster/kubeconfig-names.ts');
      return kubeconfigNames(connectionCommand(tokens, { ...quiet, signal }).kubeconfig, quiet.env)[list];
    });
  return {
    deployments: () =>
      ask(async ({ cluster, namespace, flag }) => {
        const { METADATA_ONLY, ofList } = await import('../cluster/metadata-only.ts');
        const all = tokens.some((token) => token.kind === 'flag' && token.flag.name === '--all-namespaces');
        const accept = ofList(METADATA_ONLY);
        const found = await cluster.listDeployments(all ? undefined : flag || namespace, { accept });
        return found.map(({ metadata }) => metadata.name);
      }),
    namespaces: () =>
      ask(async ({ cluster }) => {
        const { namespaces } = await import('../cluster/kinds.ts');
        return (await cluster.list(namespaces)).map(({ metadata }) => metadata.name);
      }),
    contexts: () => inKubeconfig('contexts'),
    clusters: () => inKubeconfig('clusters'),
    users: () => inKubeconfig('users'),
  };
}

async function inTime(
  names: (signal: AbortSignal) => Promise<string[]>,
  clock: Clock,
  signal: AbortSignal,
): Promise<string[]> {
  const limit = new AbortController();
  let cancel = () => {};
  const late = new Promise<string[]>((resolve) => {
    cancel = clock.after(LIMIT_MS, () => {
      limit.abort();
      resolve([]);
    });
  });
  try {
    const found = await Promise.race([names(AbortSignal.any([signal, limit.signal])), late]);
    // A shell takes a name to pieces, and puts it on the line, where some letters would be more than letters.
    return found.filter((name) => escapeTerminal(name) === name && !SPECIAL_IN_SHELLS.test(name));
  } catch {
    // Whatever it is: this is no place to tell of it, and the command itself will.
    return [];
  } finally {
    cancel();
  }
}

/** Only to say which cluster is meant: has the flags that all commands have, as they stand on the line. */
class ConnectionCommand extends ClusterCommand {
  static override paths = [['__complete']];

  async execute(): Promise<number> {
    return 0;
  }
}

function connectionCommand(tokens: readonly Token[], program: Context): ClusterCommand {
  const [declaration] = declarations({ '': [ConnectionCommand] });
  const known = tokens.filter((token) => token.kind === 'flag' && token.flag.common);
  const args = argumentsFor(declaration as CommandDeclaration, { tokens: known, words: [] });
  return filledCommand(ConnectionCommand, args, program) as ClusterCommand;
}
