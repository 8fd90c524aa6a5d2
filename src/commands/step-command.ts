import type { KubernetesObject } from '../cluster/objects.ts';
import { exitCodes, Failure, isTold } from '../failures.ts';
import type { Report } from '../lifecycle/progress.ts';
import type { StepOptions } from '../lifecycle/run-options.ts';
import type { RunResult } from '../lifecycle/run-result.ts';
import { outcomeOf } from '../lifecycle/steps.ts';
import type { TextStyle } from '../output/text.ts';
import type { ReportFiles } from '../report/report-files.ts';
import { ClusterCommand } from './cluster-command.ts';
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

  /** Does it, and tells `report` how. Throws Failure for what is found out before anything is changed. */
  protected abstract carryOut(report: Report): Promise<RunResult>;

  async execute(): Promise<number> {
    const { program } = this.context;
    const start = program.clock.now();
    const read = await this.reader();
    let files: ReportFiles | undefined;
    const report: Report = (one) => {
      read(one);
      files?.see(one);
    };
    let result: RunResult = { outcome: 'failed', exitCode: exitCodes.failed, deployments: [] };
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
      report({ type: 'summary', time, outcome, exitCode, deployments, durationMs: time - start });
    }
    files?.finish();
    if (result.bug) throw result.bug.error;
    return result.exitCode;
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
  protected async reader(): Promise<Report> {
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
  protected stepOptions(): Omit<StepOptions, 'applying'> {
    return {
      timeoutMs: timeout('--timeout', this.timeout),
      totalTimeoutMs: timeout('--total-timeout', this.totalTimeout),
      failGraceMs: trueOrFalse('--fail-fast', this.failFast) ? timeout('--fail-grace', this.failGrace) : undefined,
      concurrency: Math.max(1, wholeNumber('--concurrency', this.concurrency)),
      failTogether: this.failTogether,
      events: oneOf('--events', this.events, choices.events),
      tellChanges: this.reports.length > 0,
    };
  }
}

/** Where objects are what is asked for, nobody reads what is said of them. */
const NOWHERE = { write: () => true };
