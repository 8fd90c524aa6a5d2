import { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { Connected } from '../commands/connect.ts';
import { type ConnectionGiven, connect, connectionFlags } from '../commands/connection.ts';
import type { Context } from '../context.ts';
import type { SeldonSpec } from '../seldon/seldon-deployment.ts';
import { escapeTerminal } from '../text/escape.ts';
import { checkedLine } from './command-line.ts';
import type { NameSources } from './complete.ts';
import { givenValues } from './given-values.ts';
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
      const given = connectionOf(tokens);
      return await names({ ...(await connect(given, { ...quiet, signal })), flag: given.namespace });
    });
  const askOf = (deployment: string, names: (spec: SeldonSpec) => Promise<string[]>) =>
    ask(async ({ cluster, namespace, flag }) => {
      const live = await cluster.read(flag || namespace, deployment);
      return live?.spec ? await names(live.spec) : [];
    });
  const inKubeconfig = (list: 'contexts' | 'clusters' | 'users') =>
    within(async () => {
      const { kubeconfigNames } = await import('../cluster/kubeconfig-names.ts');
      return kubeconfigNames(connectionOf(tokens).kubeconfig, quiet.env)[list];
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
    predictors: (deployment) => askOf(deployment, async ({ predictors = [] }) => predictors.map(({ name }) => name)),
    components: (deployment) =>
      askOf(deployment, async (spec) => (await import('../seldon/restart-plan.ts')).componentNames(spec)),
    containers: (deployment) =>
      askOf(deployment, async (spec) => (await import('../seldon/expected-deployments.ts')).containerNames(spec)),
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
    // Nor would one be a name to us that looks like a flag.
    return found.filter(
      (name) => escapeTerminal(name) === name && !SPECIAL_IN_SHELLS.test(name) && !name.startsWith('-'),
    );
  } catch {
    // Whatever it is: this is no place to tell of it, and the command itself will.
    return [];
  } finally {
    cancel();
  }
}

/** What the line says of the cluster that is meant; the flags of the connection are those that all have. */
function connectionOf(tokens: readonly Token[]): ConnectionGiven {
  const known = tokens.filter((token) => token.kind === 'flag' && token.flag.common);
  const line = checkedLine({ name: '', flags: [], arguments: [] }, { tokens: known, words: [] });
  return givenValues(connectionFlags, line);
}
