import type { Invocation } from '../advice/invocation.ts';
import type { ExecutionOptions } from '../execution/execution-options.ts';
import type { ExecutionResult } from '../execution/result.ts';
import { exitCodes, Failure, isTold } from '../failures.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { namespacesIn } from '../lifecycle/destination.ts';
import type { DryRun } from '../lifecycle/dry-run.ts';
import { outcomeOf } from '../lifecycle/step-progress.ts';
import type { Manifests } from '../manifests/manifest.ts';
import { boundedReport } from '../output/bounded-report.ts';
import type { TextStyle } from '../output/text.ts';
import type {
  DeploymentName,
  Destination,
  ProgressReader,
  ProgressReport,
  Report,
  ToldReport,
} from '../progress/progress.ts';
import type { ReportFiles } from '../report/report-files.ts';
import { ClusterCommand } from './cluster-command.ts';
import type { Connected } from './connect.ts';
import { choices, oneOf, timeout, trueOrFalse, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';
import { progressReader } from './progress-reader.ts';

/** A command that changes deployments or waits for them, and tells what happens as it goes. */
export abstract class StepCommand extends ClusterCommand {
  totalTimeout = flags.totalTimeout();
  failFast = flags.failFast();
  failGrace = flags.failGrace();
  failTogether = flags.failTogether();
  concurrency = flags.concurrency();
  reports = flags.reports();

  abstract readonly timeout: string;
  abstract readonly events: string;
  abstract readonly output: string | undefined;
  protected readonly style: TextStyle = 'as-kubectl';
  protected readonly objects: KubernetesObject[] = [];
  /** Known once it has begun. */
  #destination: Destination | undefined;

  /** Does it, and tells `report` how. Throws Failure for what is found out before anything is changed. */
  protected abstract carryOut(report: Report): Promise<ExecutionResult>;

  async execute(): Promise<number> {
    const { program } = this.context;
    const start = program.clock.now();
    const read = await this.reader();
    let files: ReportFiles | undefined;
    const report: Report = (one) => {
      const told = this.#withCommands(one);
      if (!told) return;
      const bounded = boundedReport(told);
      read(bounded);
      files?.see(bounded);
    };
    let result: ExecutionResult = { outcome: 'failed', exitCode: exitCodes.failed, deployments: [] };
    try {
      files = await this.#reportFiles();
      result = await this.carryOut(report);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      result = { outcome: outcomeOf(error), exitCode: error.exitCode, deployments: [] };
      if (!isTold(error)) this.tellFailure(report, error);
    } finally {
      // The last line of JSON, whatever went wrong before.
      const time = program.clock.now();
      const { outcome, exitCode, deployments } = result;
      const where = this.#destination;
      report({ type: 'summary', time, outcome, exitCode, durationMs: time - start, ...where, deployments });
    }
    files?.finish();
    if (result.bug) throw result.bug.error;
    return result.exitCode;
  }

  /** How much of it is done; undefined where a command changes nothing. */
  protected changes(): DryRun | undefined {
    return 'none';
  }

  /** To be called before anything is changed, and before anything else is told. */
  protected async begin(
    report: Report,
    { cluster: { server }, context }: Connected,
    deployments: readonly DeploymentName[],
    where: Pick<Destination, 'namespaces' | 'allNamespaces'>,
  ): Promise<void> {
    const inSandbox = super.invocation.sandbox !== undefined;
    const destination = {
      ...(context !== undefined && { context }),
      server,
      ...where,
      ...(inSandbox && { sandbox: true as const }),
    };
    this.#destination = destination;
    const changes = this.changes();
    if (changes !== undefined && this.output !== 'json') await this.tellDestination(destination, changes);
    report({ type: 'begin', time: this.context.program.clock.now(), deployments });
  }

  /** The same, of what files hold. */
  protected async beginWith(report: Report, connected: Connected, manifests: Manifests): Promise<void> {
    const deployments = manifests.deployments.map(({ deployment: { metadata } }) => {
      return { namespace: metadata.namespace ?? '', name: metadata.name };
    });
    await this.begin(report, connected, deployments, { namespaces: namespacesIn(manifests) });
  }

  /** A sandbox can be reached while it lasts. */
  protected override get invocation(): Invocation {
    const { sandbox, ...invocation } = super.invocation;
    const server = this.#destination?.server;
    return { ...invocation, ...(sandbox && { sandbox: server === undefined ? {} : { server } }) };
  }

  /** Undefined where nothing is left to be told. Of a sandbox nothing is left in the end. */
  #withCommands(report: ToldReport): ProgressReport | undefined {
    if (report.type === 'notice') {
      const message = this.written(report.message);
      return message === '' && report.message !== '' ? undefined : { ...report, message };
    }
    if (report.type !== 'summary' || !this.invocation.sandbox) return report;
    return { ...report, deployments: report.deployments.map((one) => ({ ...one, left: [] })) };
  }

  async #reportFiles(): Promise<ReportFiles | undefined> {
    if (this.reports.length === 0) return undefined;
    const { ReportFiles } = await import('../report/report-files.ts');
    return await ReportFiles.open(this.reports);
  }

  /** Told each object as the server has it, for -o name, json and yaml. */
  protected tellObject(object: KubernetesObject): void {
    this.objects.push(object);
  }

  /** Who tells the user what happens. */
  protected async reader(): Promise<ProgressReader> {
    const { program } = this.context;
    if (this.output === undefined || this.tellsProgress())
      return await progressReader(this.output, program, this.style);
    const { objectFormat, writtenObject, writtenList } = await import('../output/object-format.ts');
    const format = objectFormat(this.output);
    const troubles = await progressReader(undefined, { ...program, stdout: NOWHERE }, this.style);
    return (report) => {
      troubles(report);
      const [only, ...others] = this.objects;
      if (report.type !== 'summary' || !only) return;
      const to = { to: program.stdout };
      program.stdout.write(
        others.length === 0 ? writtenObject(only, format, to) : writtenList(this.objects, format, to),
      );
    };
  }

  protected tellFailure(report: Report, error: Failure): void {
    const time = this.context.program.clock.now();
    report({ type: 'notice', time, level: 'error', message: error.message });
    for (const message of [...error.details, ...(error.hint ? [error.hint] : [])]) {
      report({ type: 'notice', time, level: 'info', message });
    }
  }

  /** Whether -o json means one object a line about what happens, not the objects as the server has them at the end. */
  protected tellsProgress(): boolean {
    return true;
  }

  /** Throws BadInput for a value that there is not. */
  protected executionOptions(): Omit<ExecutionOptions, 'applying' | 'watch'> {
    return {
      timeoutMs: timeout('--timeout', this.timeout),
      totalTimeoutMs: timeout('--total-timeout', this.totalTimeout),
      failGraceMs: trueOrFalse('--fail-fast', this.failFast) ? timeout('--fail-grace', this.failGrace) : undefined,
      concurrency: Math.max(1, wholeNumber('--concurrency', this.concurrency)),
      failTogether: this.failTogether,
      events: oneOf('--events', this.events, choices.events),
      tellChanges: this.reports.length > 0,
      dryRun: 'none',
      createNamespace: false,
      existing: 'any',
      cleanup: undefined,
      checkRights: false,
      prompt: undefined,
      changed: (object) => this.tellObject(object),
    };
  }
}

/** Where objects are what is asked for, nobody reads what is said of them. */
const NOWHERE = { write: () => true };
