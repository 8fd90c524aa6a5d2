import { setImmediate } from 'node:timers/promises';
import { Option } from 'clipanion';
import type { ConnectionOverrides } from '../cluster/connection-settings.ts';
import type { KubeconfigChoice, LoadedKubeconfig } from '../cluster/kubeconfig.ts';
import type { TransportOptions } from '../cluster/transport.ts';
import type { Context } from '../context.ts';
import { BadInput } from '../failures.ts';
import type { DryRun } from '../lifecycle/dry-run.ts';
import { isNamespaceName } from '../manifests/valid-names.ts';
import { ownValue, setOwnValue } from '../own-values.ts';
import type { Destination } from '../progress/progress.ts';
import { escapeTerminal } from '../text/escape.ts';
import { parseGoDuration } from '../text/go-duration.ts';
import type { Connected, Inspected } from './connect.ts';
import { A_WEEK_MS, timeout, trueOrFalse, wholeNumber } from './flag-values.ts';
import { commonFlags, takes } from './verb.ts';

/** The flags that say which cluster, as whom and in which namespace, as kubectl has them; an empty value says nothing. */
export const connectionFlags = {
  ...commonFlags,
  kubeconfig: takes('files', Option.String('--kubeconfig', { description: 'Path to the kubeconfig file to use' })),
  kubeContext: takes(
    'contexts',
    Option.String('--context', { description: 'The name of the kubeconfig context to use' }),
  ),
  kubeCluster: takes(
    'clusters',
    Option.String('--cluster', { description: 'The name of the kubeconfig cluster to use' }),
  ),
  kubeUser: takes('users', Option.String('--user', { description: 'The name of the kubeconfig user to use' })),
  namespace: takes('namespaces', Option.String('-n,--namespace', { description: 'The namespace to work in' })),
  server: Option.String('-s,--server', { description: 'The address and port of the API server' }),
  token: Option.String('--token', { description: 'Bearer token for authentication to the API server' }),
  as: Option.String('--as', { description: 'User or service account to impersonate' }),
  asGroup: Option.Array('--as-group', [], { description: 'Group to impersonate, with --as; repeatable' }),
  asUid: Option.String('--as-uid', { description: 'UID to impersonate, with --as' }),
  asUserExtra: Option.Array('--as-user-extra', [], {
    description: 'Extra property to impersonate, as KEY=VALUE, with --as; repeatable, also for the same key',
  }),
  requestTimeout: Option.String('--request-timeout', {
    description:
      'Maximum time for the server to answer one request (for a watch: to start), for example 30s; 0 means no limit (default 1m)',
  }),
  certificateAuthority: takes(
    'files',
    Option.String('--certificate-authority', {
      description: 'Path to the CA certificate that signed the API server’s certificate',
    }),
  ),
  clientCertificate: takes(
    'files',
    Option.String('--client-certificate', {
      description: 'Path to a client certificate for authentication to the API server',
    }),
  ),
  clientKey: takes(
    'files',
    Option.String('--client-key', { description: 'Path to the key of the client certificate' }),
  ),
  insecureSkipTlsVerify: Option.String('--insecure-skip-tls-verify', 'false', {
    tolerateBoolean: true,
    description: 'Do not check the API server’s certificate: others can then read and change the traffic',
  }),
  tlsServerName: Option.String('--tls-server-name', {
    description: 'Server name to expect in the API server’s certificate, instead of the host',
  }),
};

export type ConnectionGiven = typeof connectionFlags;

/**
 * Finds the cluster and, in it, the SeldonDeployment resource. With the text of a kubeconfig, that one is used whatever the
 * flags say. Throws ClusterNotReady or BadInput.
 */
export async function connect(given: ConnectionGiven, program: Context, kubeconfigText?: string): Promise<Connected> {
  const options = transportOptions(given, program);
  const kubeconfig = await openConnection(given, program, kubeconfigText);
  const { connect } = await import('./connect.ts');
  return await connect(kubeconfig, program.signal, options);
}

/** For a verb whose first request shows as well whether the cluster has SeldonDeployments: a round trip less. */
export async function connectUnasked(given: ConnectionGiven, program: Context): Promise<Connected> {
  const options = transportOptions(given, program);
  const kubeconfig = await openConnection(given, program);
  const { connectUnasked } = await import('./connect.ts');
  return connectUnasked(kubeconfig, program.signal, options);
}

/** For a verb that also says something of a cluster without Seldon Core. */
export async function inspect(given: ConnectionGiven, program: Context): Promise<Inspected> {
  const options = transportOptions(given, program);
  const kubeconfig = await openConnection(given, program);
  const { inspect } = await import('./connect.ts');
  return inspect(kubeconfig, program.signal, options);
}

/**
 * How to reach the chosen cluster, with a connection to it under way, so that connect.ts and what that needs is loaded while the
 * server answers; help, which has no cluster, loads none of it. Throws ClusterNotReady or BadInput.
 */
async function openConnection(given: ConnectionGiven, program: Context, text?: string): Promise<LoadedKubeconfig> {
  const choice = choiceOf(given, program);
  const { kubeconfigFromText, loadKubeconfig } = await import('../cluster/kubeconfig.ts');
  const kubeconfig = text === undefined ? loadKubeconfig(choice) : kubeconfigFromText(text, choice.userAgent);
  kubeconfig.connection.open();
  // The first message is sent in the next turn of the event loop.
  await setImmediate();
  return kubeconfig;
}

/** Tells the user on what a verb is about to act, before it does: its first line. */
export async function tellDestination(
  destination: Destination,
  { dryRun, remark }: { dryRun: DryRun; remark?: string | undefined },
  { server, kubeCluster }: ConnectionGiven,
  { stderr }: Context,
): Promise<void> {
  const { destinationLine } = await import('../output/destination-line.ts');
  stderr.write(`${destinationLine(destination, dryRun, Boolean(server || kubeCluster), remark)}\n`);
}

function choiceOf(given: ConnectionGiven, program: Context): KubeconfigChoice {
  const { env, userAgent, signal, clock } = program;
  const { namespace, kubeconfig: file } = given;
  // It becomes a part of paths.
  if (namespace && !isNamespaceName(namespace)) throw new BadInput(`"${namespace}" is not a valid namespace`);
  const interactive = () => 'isTTY' in program.stdin && program.stdin.isTTY === true;
  return { file, ...overridesOf(given), env, userAgent, signal, clock, interactive };
}

function transportOptions(given: ConnectionGiven, program: Context): TransportOptions {
  const { verbosity, requestTimeout: text } = given;
  const { clock, stderr } = program;
  const log = { level: wholeNumber('-v', verbosity || '0'), write: (line: string) => stderr.write(line) };
  const notice = (text: string) => stderr.write(`warning: ${text}\n`);
  return { requestTimeoutMs: requestTimeout(text), deadline: totalDeadline(given, program), log, notice, clock };
}

/** When --total-timeout is up, in milliseconds since 1970; undefined where none is given, or 0, which looks once. Throws BadInput. */
export function totalDeadline(
  given: ConnectionGiven & { totalTimeout?: string },
  { clock, begun = clock.now() }: Pick<Context, 'clock' | 'begun'>,
): number | undefined {
  const { totalTimeout } = given;
  if (totalTimeout === undefined) return undefined;
  const milliseconds = timeout('--total-timeout', totalTimeout);
  return milliseconds > 0 && milliseconds < A_WEEK_MS ? begun + milliseconds : undefined;
}

/** What -v is told beside requests, on standard error; undefined: nothing. */
export function remarkOf(
  { verbosity }: Pick<ConnectionGiven, 'verbosity'>,
  { stderr }: Pick<Context, 'stderr'>,
): ((text: string) => void) | undefined {
  if (wholeNumber('-v', verbosity || '0') < REMARKS_FROM) return undefined;
  return (text) => stderr.write(`${escapeTerminal(text)}\n`);
}

const REMARKS_FROM = 1;

function overridesOf(given: ConnectionGiven): ConnectionOverrides {
  return {
    context: given.kubeContext,
    cluster: given.kubeCluster,
    user: given.kubeUser,
    server: given.server,
    token: given.token,
    as: given.as,
    asGroups: given.asGroup.filter((group) => group !== ''),
    asUid: given.asUid,
    asUserExtra: userExtra(given.asUserExtra),
    certificateAuthority: given.certificateAuthority,
    clientCertificate: given.clientCertificate,
    clientKey: given.clientKey,
    insecureSkipTlsVerify: trueOrFalse('--insecure-skip-tls-verify', given.insecureSkipTlsVerify || 'false'),
    tlsServerName: given.tlsServerName,
  };
}

/** Milliseconds of --request-timeout: whole seconds or a Go duration, as in kubectl; undefined when it is not given. */
export function requestTimeout(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1_000 : parseGoDuration(text);
  if (milliseconds === undefined) {
    throw new BadInput(
      `invalid argument "${text}" for "--request-timeout": expected whole seconds, or a duration such as 1s, 2m or 3h`,
    );
  }
  return Math.min(Math.max(0, milliseconds), LONGEST_TIMER_MS);
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Several values of one key stand in a row. */
function userExtra(pairs: readonly string[]): Record<string, string[]> {
  const extra: Record<string, string[]> = {};
  for (const pair of pairs.filter((given) => given !== '')) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (key === undefined || value === undefined) {
      throw new BadInput(`invalid argument "${pair}" for "--as-user-extra": expected KEY=VALUE`);
    }
    setOwnValue(extra, key, [...(ownValue(extra, key) ?? []), value]);
  }
  return extra;
}
