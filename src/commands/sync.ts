import { Command, Option } from 'clipanion';
import { BadInput, type ExitCode, errorLine, exitCodes, Failure } from '../failures.ts';
import type { Destination } from '../progress/progress.ts';
import type { SyncEnvironment, SyncOptions } from '../sync/sync-environment.ts';
import type { ItemCounts, SyncReport, TellSync, ToldSync } from '../sync/sync-report.ts';
import { ClusterCommand } from './cluster-command.ts';
import { dryRunOf, timeout, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';

export class SyncCommand extends ClusterCommand {
  static override paths = [['sync']];
  static override usage = Command.Usage({
    description: 'Make the cluster agree with the deployments that files or a URL want',
    details: `
      Reads the desired deployments from files, directories, standard input (-) or an https address, applies what differs,
      and with --prune deletes what it once made and is not wanted any more. Only objects that bear the label of its own
      owner are ever changed or deleted; nothing is deleted before one whole state of the source has been read, and nothing
      is written where nothing differs.

      An address may answer with a list (asked for again with its ETag), with server-sent events or with JSON lines. With
      --watch it goes on until it is stopped: the source is followed, changes that somebody else makes are put back, and with
      --report the source is told how its deployments are. The token for the source is read from --token-file, or else from
      the environment variable SELDON_LIFECYCLE_SOURCE_TOKEN.
    `,
    examples: [
      ['Make the namespace agree with a directory, and delete what was taken out of it', '$0 sync models/ --prune'],
      ['Only show what would be different; exit code 7 if anything', '$0 sync models/ --dry-run=server --exit-code'],
      [
        'Follow a stream, and tell it how its deployments are',
        '$0 sync https://models.example.com/desired --watch --prune --report=https://models.example.com/status --token-file=token',
      ],
      ['From a pipe', 'generate-models | $0 sync - --owner=generator'],
    ],
  });

  sources = Option.Rest({ name: 'SOURCE' });
  recursive = Option.Boolean('-R,--recursive', false, { description: 'Read directories recursively' });
  allNamespaces = Option.Boolean('-A,--all-namespaces', false, {
    description: 'Sync all namespaces; records without one go to that of -n or the context',
  });
  owner = Option.String('--owner', {
    description: 'Whose the deployments are, as a label on them; derived from the address of the source if not given',
  });
  prune = Option.Boolean('--prune', false, { description: 'Delete owned deployments that the source does not want' });
  maxPrune = Option.String('--max-prune', '50%', {
    description: 'Delete nothing if more than this share, or this number, of the owned deployments would go',
  });
  allowEmpty = Option.Boolean('--allow-empty', false, {
    description: 'With --prune: delete everything that is owned when the source says that it wants nothing',
  });
  adopt = Option.Boolean('--adopt', false, {
    description: 'Take over deployments of the same names that belong to nobody or to another owner',
  });
  once = Option.Boolean('--once', false, { description: 'Sync once and end; so it is without --watch' });
  watch = Option.Boolean('-w,--watch', false, { description: 'Go on until stopped' });
  interval = Option.String('--interval', '30s', {
    description: 'How often a list is asked for, and files are looked at, with --watch',
  });
  report = Option.String('--report', { description: 'The address that is told how the deployments are, by PUT' });
  tokenFile = Option.String('--token-file', { description: 'The file with the token for the source and --report' });
  sourceCertificateAuthority = Option.String('--source-certificate-authority', {
    description:
      'The file with the authorities that alone are believed about the source and --report; if not given, that of SSL_CERT_FILE, or the well-known ones',
  });
  insecureHttp = Option.Boolean('--insecure-http', false, { description: 'Allow addresses without TLS' });
  healthPort = Option.String('--health-port', {
    description: 'With --watch: serve /healthz, /readyz and /metrics on this port, for example 9300',
  });
  healthAddress = Option.String('--health-address', '127.0.0.1', { description: 'The address to serve them on' });
  leaderElect = Option.Boolean('--leader-elect', false, {
    description: 'With --watch: of several replicas only the one that holds the Lease works',
  });
  leaseNamespace = Option.String('--lease-namespace', {
    description: 'The namespace of the Lease; that of the pod or the context if not given',
  });
  concurrency = Option.String('--concurrency', '20', { description: 'How many requests are under way at a time' });
  dryRun = flags.dryRun();
  exitCode = Option.Boolean('--exit-code', false, {
    description: 'With --dry-run=server: exit code 7 if anything would be different',
  });
  output = Option.String('-o,--output', { description: 'Output format: json, one object a line' });

  readonly #counts: ItemCounts = {};
  /** Known once it has begun. */
  #destination: Destination | undefined;

  async execute(): Promise<number> {
    const { program } = this.context;
    const { clock, signal } = program;
    const start = clock.now();
    this.#check();
    const tell = await this.#reader();
    let exitCode: number = exitCodes.failed;
    let outcome = 'failed';
    try {
      exitCode = await this.#sync(tell);
      outcome = exitCode === exitCodes.done || exitCode === exitCodes.different ? 'succeeded' : 'failed';
    } catch (error) {
      // What was stopped by hand ends in order, and says so by its exit code alone.
      const cause = signal.aborted && signal.reason instanceof Failure ? signal.reason : error;
      if (!(cause instanceof Failure)) throw error;
      exitCode = cause.exitCode;
      if (cause === signal.reason) outcome = 'interrupted';
      else this.#tellFailure(tell, cause);
    } finally {
      const time = clock.now();
      const durationMs = time - start;
      tell({ type: 'summary', time, outcome, exitCode, durationMs, ...this.#destination, counts: this.#counts });
    }
    return exitCode;
  }

  #check(): void {
    if (this.once && this.watch) throw new BadInput('--once and --watch do not go together: choose one of them');
    const dryRun = dryRunOf(this.dryRun);
    if (dryRun === 'client')
      throw new BadInput('only the server can tell what would be different: use --dry-run=server');
    if (dryRun !== 'none' && this.watch) throw new BadInput('--dry-run does not go together with --watch');
    if (this.exitCode && dryRun !== 'server') throw new BadInput('--exit-code needs --dry-run=server');
    for (const [flag, isSet] of [
      ['--health-port', this.healthPort !== undefined],
      ['--leader-elect', this.leaderElect],
    ] as const) {
      if (isSet && !this.watch) throw new BadInput(`${flag} needs --watch`);
    }
  }

  async #sync(tell: TellSync): Promise<ExitCode> {
    const { program } = this.context;
    const { clock, signal, stdin, userAgent, env } = program;
    const { derivedOwner } = await import('../sync/derived-owner.ts');
    const { givenOwner } = await import('../sync/ownership.ts');
    const { checkedAddress, tokenFrom } = await import('../sync/source/address.ts');
    const { openSource } = await import('../sync/source/open-source.ts');
    const { SourceConnection } = await import('../sync/source/source-connection.ts');
    const { maxPruneOf } = await import('../sync/reconcile/prune.ts');
    const connection = new SourceConnection({
      token: tokenFrom(this.tokenFile, env),
      userAgent,
      env,
      authority: this.sourceCertificateAuthority,
    });
    const source = openSource({
      names: this.sources,
      recursive: this.recursive,
      insecureHttp: this.insecureHttp,
      connection,
      intervalMs: timeout('--interval', this.interval),
      once: !this.watch,
    });
    const dryRun = dryRunOf(this.dryRun) === 'server';
    const given = {
      source,
      connection,
      owner: this.owner === undefined ? derivedOwner(this.sources) : givenOwner(this.owner),
      prune: this.prune,
      maxPrune: maxPruneOf(this.maxPrune),
      allowEmpty: this.allowEmpty,
      adopt: this.adopt,
      dryRun,
      concurrency: Math.max(1, wholeNumber('--concurrency', this.concurrency)),
      reportUrl: this.report === undefined ? undefined : checkedAddress('--report', this.report, this.insecureHttp),
    };
    // Before anything is asked of the cluster: a token that is not there, or a proxy that is none, is told at once.
    connection.check([source.url, given.reportUrl].filter((url) => url !== undefined));
    const { cluster, namespace: ofContext, context } = await this.connect();
    const byDefault = this.namespace || ofContext;
    const scope = { namespace: this.allNamespaces ? undefined : byDefault, byDefault };
    const options: SyncOptions = { ...given, scope };
    const environment: SyncEnvironment = { cluster, tell, clock, signal, stdin, random: Math.random };
    cluster.onWarning((message) => tell({ type: 'notice', time: clock.now(), level: 'warning', message }));
    this.#destination = {
      ...(context !== undefined && { context }),
      server: cluster.server,
      ...(this.allNamespaces ? { namespaces: [], allNamespaces: true as const } : { namespaces: [byDefault] }),
    };
    if (this.output !== 'json') await this.tellDestination(this.#destination, dryRun ? 'server' : 'none');
    tell({ type: 'begin', time: clock.now(), owner: options.owner, source: source.name, ...this.#destination });
    if (this.watch) {
      const { keepSyncing } = await import('./sync-watch.ts');
      const { healthPort, healthAddress, leaderElect, leaseNamespace } = this;
      const port = healthPort === undefined ? undefined : wholeNumber('--health-port', healthPort);
      return await keepSyncing(options, environment, {
        health: port === undefined ? undefined : { port, address: healthAddress },
        leaseNamespace: leaderElect ? leaseNamespace || ofContext : undefined,
        counts: this.#counts,
      });
    }
    const { syncOnce } = await import('../sync/sync.ts');
    const exitCode = await syncOnce(options, environment);
    return exitCode === exitCodes.done && this.exitCode && this.#differs() ? exitCodes.different : exitCode;
  }

  /** Whether a dry run has found anything. */
  #differs(): boolean {
    const { created, configured, adopted, pruned } = this.#counts;
    return [created, configured, adopted, pruned].some((count) => count !== undefined);
  }

  async #reader(): Promise<TellSync> {
    const read = await this.#writer();
    return (report) => {
      if (report.type === 'item') this.#counts[report.action] = (this.#counts[report.action] ?? 0) + 1;
      const told = this.#withCommands(report);
      if (told) read(told);
    };
  }

  /** Undefined where nothing is left to be told. */
  #withCommands(report: ToldSync): SyncReport | undefined {
    if (report.type !== 'notice') return report;
    const message = this.written(report.message);
    return message === '' && report.message !== '' ? undefined : { ...report, message };
  }

  async #writer(): Promise<(report: SyncReport) => void> {
    const { stdout, stderr } = this.context.program;
    if (this.output === 'json') {
      const { syncJson } = await import('../output/sync-json.ts');
      return syncJson(stdout);
    }
    if (this.output !== undefined) {
      throw new BadInput(`unable to match a printer suitable for the output format "${this.output}"`, {
        hint: 'allowed formats are: json',
      });
    }
    const { syncText } = await import('../output/sync-text.ts');
    return syncText({
      out: (line) => stdout.write(`${line}\n`),
      err: (line) => stderr.write(`${line}\n`),
      dryRun: dryRunOf(this.dryRun) === 'server',
    });
  }

  #tellFailure(tell: TellSync, error: Failure): void {
    const time = this.context.program.clock.now();
    tell({ type: 'notice', time, level: 'error', message: errorLine(error.message).replace(/^error: /, '') });
    for (const message of [...error.details, ...(error.hint ? [error.hint] : [])]) {
      tell({ type: 'notice', time, level: 'info', message });
    }
  }
}
