import { Option } from 'clipanion';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Context } from '../context.ts';
import { BadInput, errorLine, exitCodes, Failure } from '../failures.ts';
import type { DryRun } from '../lifecycle/dry-run.ts';
import type { Destination } from '../progress/progress.ts';
import type { SyncEnvironment, SyncOptions } from '../sync/sync-environment.ts';
import type { ItemCounts, SyncReport, TellSync, ToldSync } from '../sync/sync-report.ts';
import { connect, connectionFlags, tellDestination } from './connection.ts';
import { dryRunOf, refuseWaitOfDryRun, timeout, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';
import { written } from './say.ts';
import { takes, takesWords, verbOf } from './verb.ts';

const declared = {
  ...connectionFlags,
  sources: takes('files', Option.Rest({ name: 'SOURCE' })),
  recursive: Option.Boolean('-R,--recursive', false, { description: 'Read directories recursively' }),
  allNamespaces: Option.Boolean('-A,--all-namespaces', false, {
    description: 'Sync all namespaces; a record without a namespace uses that of -n or the context',
  }),
  override: flags.override(),
  owner: Option.String('--owner', {
    description: 'Owner of the deployments, stored as a label; default: derived from the address of the source',
  }),
  prune: Option.Boolean('--prune', false, {
    description: 'Delete deployments of this owner that the source no longer lists',
  }),
  maxPrune: Option.String('--max-prune', '50%', {
    description: 'Delete nothing if more than this share or number of the owner’s deployments would be deleted',
  }),
  allowEmpty: Option.Boolean('--allow-empty', false, {
    description: 'With --prune: delete all deployments of this owner if the source is empty',
  }),
  adopt: Option.Boolean('--adopt', false, {
    description: 'Take over existing deployments with the same name that have no owner or another one',
  }),
  allowHostAccess: Option.Boolean('--allow-host-access', false, {
    description:
      'Accept records whose pods can access their node: hostPath, hostNetwork, hostPort, privileged, added capabilities …',
  }),
  allowServiceAccounts: Option.Array('--allow-service-account', [], {
    description: 'Accept records whose pods use this ServiceAccount; repeatable',
  }),
  once: Option.Boolean('--once', false, { description: 'Sync once and exit (the default)' }),
  watch: Option.Boolean('-w,--watch', false, { description: 'Keep syncing until stopped' }),
  wait: Option.Boolean('--wait', false, {
    description: 'After a sync without errors: wait until all deployments of the source are truly available',
  }),
  timeout: flags.timeout(),
  interval: Option.String('--interval', '30s', {
    description: 'With --watch: how often to fetch a list, or to check the files',
  }),
  report: Option.String('--report', { description: 'Address to report the state of the deployments to, by PUT' }),
  tokenFile: takes(
    'files',
    Option.String('--token-file', { description: 'File with the bearer token for the source and --report' }),
  ),
  sourceCertificateAuthority: takes(
    'files',
    Option.String('--source-certificate-authority', {
      description:
        'File with the CA certificates to trust for the source and --report; default: those of the system, or of SSL_CERT_FILE and SSL_CERT_DIR',
    }),
  ),
  insecureHttp: Option.Boolean('--insecure-http', false, { description: 'Allow http:// addresses, without TLS' }),
  healthPort: Option.String('--health-port', {
    description:
      'With --watch: serve health (/healthz, /readyz, /health), /metrics and the desired state (/desired) on this port, for example 9300',
  }),
  healthAddress: Option.String('--health-address', '127.0.0.1', {
    description: 'Address to listen on; /desired is only served on a loopback address',
  }),
  leaderElect: Option.Boolean('--leader-elect', false, {
    description: 'With --watch: with several replicas, only the one that holds the Lease is active',
  }),
  leaseNamespace: takes(
    'namespaces',
    Option.String('--lease-namespace', {
      description: 'Namespace of the Lease; default: that of the pod or the context',
    }),
  ),
  concurrency: Option.String('--concurrency', '20', { description: 'Maximum number of requests in parallel' }),
  dryRun: flags.dryRun(),
  exitCode: Option.Boolean('--exit-code', false, {
    description: 'With --dry-run=server: exit code 7 if anything would change',
  }),
  output: takesWords(
    ['json'],
    Option.String('-o,--output', { description: 'Output format: json, one object per line' }),
  ),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['sync'],
  usage: '[SOURCE]',
  description: 'Keep deployments in sync with files or a URL',
  details: `
    Reads the desired deployments from files, directories, standard input (-) or an https address, and applies what
    differs. With --prune it also deletes deployments that it created earlier and that the source no longer lists. It
    only changes or deletes objects with the label of its own owner. It deletes nothing before it has read the
    complete state of the source, and writes nothing if nothing differs.

    An address may answer with a list (fetched again with its ETag), with server-sent events or with JSON lines. With
    --watch it keeps running: it follows the source and reverts changes that somebody else makes. With --report it
    reports the state of the deployments. The token for the source is read from --token-file, or from the
    environment variable SELDON_LIFECYCLE_SOURCE_TOKEN.

    With --wait, the exit code is 5 if a deployment cannot become available, and 4 after --timeout.
  `,
  examples: [
    [
      'Make the namespace match a directory, and delete what the directory no longer contains',
      '$0 sync models/ --prune',
    ],
    ['In CI: also fail if a model does not become available', '$0 sync models/ --prune --wait --timeout=10m'],
    ['Only show what would change, with exit code 7 if anything would', '$0 sync models/ --dry-run=server --exit-code'],
    [
      'Follow a stream, and report the state of the deployments',
      '$0 sync https://models.example.com/desired --watch --prune --report=https://models.example.com/status --token-file=token',
    ],
    ['Read the desired deployments from a pipe', 'generate-models | $0 sync - --owner=generator'],
  ],
  flags: declared,
  run,
});

/** What a sync has done so far. */
interface Done {
  counts: ItemCounts;
  /** Known once it has begun. */
  destination?: Destination;
}

async function run(given: Given, program: Context): Promise<number> {
  const { clock, signal } = program;
  const start = clock.now();
  const dryRun = checkedDryRun(given);
  const done: Done = { counts: {} };
  const tell = await readerOf(given, dryRun, done, program);
  let exitCode: number = exitCodes.failed;
  let outcome = 'failed';
  try {
    exitCode = await sync(given, dryRun, tell, done, program);
    outcome = exitCode === exitCodes.done || exitCode === exitCodes.different ? 'succeeded' : 'failed';
  } catch (error) {
    // What was stopped by hand ends in order, and says so by its exit code alone.
    const cause = signal.aborted && signal.reason instanceof Failure ? signal.reason : error;
    if (!(cause instanceof Failure)) throw error;
    exitCode = cause.exitCode;
    if (cause === signal.reason) outcome = 'interrupted';
    else tellFailure(tell, cause, clock.now());
  } finally {
    const time = clock.now();
    const { counts, destination } = done;
    tell({ type: 'summary', time, outcome, exitCode, durationMs: time - start, ...destination, counts });
  }
  return exitCode;
}

/** Throws BadInput for what does not go together. */
function checkedDryRun({ once, watch, wait, exitCode, healthPort, leaderElect, dryRun: text }: Given): DryRun {
  if (once && watch) throw new BadInput('--once and --watch do not go together: choose one of them');
  const dryRun = dryRunOf(text);
  if (dryRun === 'client') throw new BadInput('only the server can tell what would change: use --dry-run=server');
  if (dryRun !== 'none' && watch) throw new BadInput('--dry-run does not go together with --watch');
  if (wait && watch)
    throw new BadInput('--wait and --watch do not go together: with --watch, --report sends the states');
  refuseWaitOfDryRun(dryRun, wait);
  if (exitCode && dryRun !== 'server') throw new BadInput('--exit-code needs --dry-run=server');
  if (healthPort !== undefined && !watch) throw new BadInput('--health-port needs --watch');
  if (leaderElect && !watch) throw new BadInput('--leader-elect needs --watch');
  return dryRun;
}

async function sync(given: Given, dryRun: DryRun, tell: TellSync, done: Done, program: Context): Promise<number> {
  const { clock, signal, stdin, userAgent, env } = program;
  const { recursive, insecureHttp, prune, allowEmpty, adopt, watch, allNamespaces, override } = given;
  const { refuseOverrideAlone } = await import('../manifests/choose-namespace.ts');
  const { derivedOwner } = await import('../sync/derived-owner.ts');
  const { givenOwner } = await import('../sync/ownership.ts');
  const { checkedAddress, tokenFrom } = await import('../sync/source/address.ts');
  const { openSource } = await import('../sync/source/open-source.ts');
  const { SourceConnection } = await import('../sync/source/source-connection.ts');
  const { maxPruneOf } = await import('../sync/reconcile/prune.ts');
  const { reservedNamespaces } = await import('../sync/desired/record-limits.ts');
  const connection = new SourceConnection({
    token: tokenFrom(given.tokenFile, env),
    userAgent,
    env,
    authority: given.sourceCertificateAuthority,
  });
  if (override && allNamespaces) throw new BadInput('--override and -A do not go together: choose one of them');
  refuseOverrideAlone({ flag: given.namespace, override });
  const intervalMs = timeout('--interval', given.interval);
  const timeoutMs = timeout('--timeout', given.timeout);
  const source = openSource({ names: given.sources, recursive, insecureHttp, connection, intervalMs, once: !watch });
  const owner = given.owner === undefined ? derivedOwner(given.sources) : givenOwner(given.owner);
  const maxPrune = maxPruneOf(given.maxPrune);
  const concurrency = Math.max(1, wholeNumber('--concurrency', given.concurrency));
  const reportUrl = given.report === undefined ? undefined : checkedAddress('--report', given.report, insecureHttp);
  // Before anything is asked of the cluster: a token that is not there, or a proxy that is none, is told at once.
  connection.check([source.url, reportUrl].filter((url) => url !== undefined));
  const { cluster, namespace: ofContext, context } = await connect(given, program);
  const byDefault = given.namespace || ofContext;
  const options: SyncOptions = {
    source,
    connection,
    owner,
    prune,
    maxPrune,
    allowEmpty,
    adopt,
    dryRun: dryRun === 'server',
    concurrency,
    reportUrl,
    scope: { namespace: allNamespaces ? undefined : byDefault, byDefault, override },
    limits: {
      hostAccess: given.allowHostAccess,
      serviceAccounts: new Set(given.allowServiceAccounts),
      reserved: allNamespaces ? reservedNamespaces(await ownNamespaces(given, cluster, env)) : () => undefined,
    },
  };
  const environment: SyncEnvironment = { cluster, tell, clock, signal, stdin, random: Math.random };
  cluster.onWarning((message) => tell({ type: 'notice', time: clock.now(), level: 'warning', message }));
  const destination: Destination = {
    ...(context !== undefined && { context }),
    server: cluster.server,
    ...(allNamespaces ? { namespaces: [], allNamespaces: true as const } : { namespaces: [byDefault] }),
  };
  done.destination = destination;
  if (given.output !== 'json') await tellDestination(destination, { dryRun }, given, program);
  tell({ type: 'begin', time: clock.now(), owner, source: source.name, ...destination });
  if (watch) {
    const { keepSyncing } = await import('./sync-watch.ts');
    const { healthPort, healthAddress, leaderElect, leaseNamespace } = given;
    const port = healthPort === undefined ? undefined : wholeNumber('--health-port', healthPort);
    return await keepSyncing(options, environment, {
      health: port === undefined ? undefined : { port, address: healthAddress },
      leaseNamespace: leaderElect ? leaseNamespace || ofContext : undefined,
      counts: done.counts,
    });
  }
  const { syncOnce } = await import('../sync/sync.ts');
  const { exitCode, standing } = await syncOnce(options, environment);
  if (exitCode !== exitCodes.done) return exitCode;
  if (given.wait) {
    const { waitForAll } = await import('./sync-wait.ts');
    return await waitForAll(standing, { timeoutMs, concurrency, output: given.output }, cluster, program);
  }
  return given.exitCode && differs(done.counts) ? exitCodes.different : exitCode;
}

/** The namespaces of the operator and of this agent, in which no model belongs. */
async function ownNamespaces(
  { leaderElect, leaseNamespace }: Given,
  cluster: SeldonCluster,
  { POD_NAMESPACE }: Context['env'],
): Promise<string[]> {
  const { ClusterInspection } = await import('../cluster/inspection.ts');
  const agent = (leaderElect && leaseNamespace) || POD_NAMESPACE;
  return [...(await new ClusterInspection(cluster.api).operatorNamespaces()), ...(agent ? [agent] : [])];
}

/** Whether a dry run has found anything. */
function differs({ created, configured, adopted, pruned }: ItemCounts): boolean {
  return [created, configured, adopted, pruned].some((count) => count !== undefined);
}

async function readerOf(given: Given, dryRun: DryRun, { counts }: Done, program: Context): Promise<TellSync> {
  const read = await writerOf(given, dryRun, program);
  return (report) => {
    if (report.type === 'item') counts[report.action] = (counts[report.action] ?? 0) + 1;
    const told = withCommands(report, program);
    if (told) read(told);
  };
}

/** Undefined where nothing is left to be told. */
function withCommands(report: ToldSync, program: Context): SyncReport | undefined {
  if (report.type !== 'notice') return report;
  const message = written(program, report.message);
  return message === '' && report.message !== '' ? undefined : { ...report, message };
}

/** Throws BadInput for a format that there is not. */
async function writerOf(
  { output }: Given,
  dryRun: DryRun,
  { stdout, stderr }: Context,
): Promise<(report: SyncReport) => void> {
  if (output === 'json') {
    const { syncJson } = await import('../output/sync-json.ts');
    return syncJson(stdout);
  }
  if (output !== undefined) {
    throw new BadInput(`unable to match a printer suitable for the output format "${output}"`, {
      hint: 'allowed formats are: json',
    });
  }
  const { syncText } = await import('../output/sync-text.ts');
  return syncText({
    out: (line) => stdout.write(`${line}\n`),
    err: (line) => stderr.write(`${line}\n`),
    dryRun: dryRun === 'server',
  });
}

function tellFailure(tell: TellSync, error: Failure, time: number): void {
  tell({ type: 'notice', time, level: 'error', message: errorLine(error.message).replace(/^error: /, '') });
  for (const message of error.furtherLines) {
    tell({ type: 'notice', time, level: 'info', message });
  }
}
