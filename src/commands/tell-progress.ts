import { type Invocation, PLAIN_INVOCATION } from '../advice/invocation.ts';
import { writtenAdvice } from '../advice/written-advice.ts';
import type { Clock } from '../clock.ts';
import type { Context } from '../context.ts';
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
import type { Connected } from './connect.ts';
import { tellDestination, totalDeadline } from './connection.ts';
import { progressReader } from './progress-reader.ts';
import type { StepGiven } from './step-flags.ts';

/** What a verb tells while it takes deployments through steps. */
export interface Progress {
  report: Report;
  /** Before anything is changed, and before anything else is told. `dryRun` is undefined where nothing is changed at all. */
  begin(connected: Connected, on: Destinations, dryRun: DryRun | undefined): Promise<void>;
  /** An object as the server has it, for -o name, json and yaml. */
  object(object: KubernetesObject): void;
  failure(error: Failure): void;
  /** When the command began, in milliseconds since 1970. */
  begun: number;
}

export interface Destinations extends Pick<Destination, 'namespaces' | 'allNamespaces'> {
  deployments: readonly DeploymentName[];
  /** What becomes of them, where that is not a matter of course. */
  remark?: string;
}

/** Those of what files hold. */
export function destinationsIn(manifests: Manifests): Destinations {
  const deployments = manifests.deployments.map(({ deployment: { metadata } }) => {
    return { namespace: metadata.namespace ?? '', name: metadata.name };
  });
  return { deployments, namespaces: namespacesIn(manifests) };
}

export interface Telling {
  style?: TextStyle;
  /** Whether -o prints the objects as the server has them at the end; otherwise it is json, an object a line about what happens. */
  printsObjects?: boolean;
}

/**
 * Carries something out, tells the user and the files of --report how, and answers the exit code. A Failure of `carryOut`,
 * what is found out before anything is changed, is told; the last line of JSON comes whatever goes wrong.
 */
export async function tellProgress(
  given: StepGiven,
  program: Context,
  { style = 'as-kubectl', printsObjects = false }: Telling,
  carryOut: (progress: Progress) => Promise<ExecutionResult>,
): Promise<number> {
  const { clock } = program;
  const { begun: start = clock.now() } = program;
  const format = printsObjects ? given.output : undefined;
  const objects: KubernetesObject[] = [];
  let clockOfServer: Pick<Clock, 'now'> = clock;
  const serverClock = { now: () => clockOfServer.now() };
  const read =
    format !== undefined
      ? await objectPrinter(format, objects, style, program)
      : await progressReader(given.output, { ...program, serverClock }, style, given.events !== 'all');
  let files: ReportFiles | undefined;
  let destination: Destination | undefined;
  const report: Report = (one) => {
    const told = withCommands(one, invocationOf(program, destination));
    if (!told) return;
    const bounded = boundedReport(told);
    read(bounded);
    files?.see(bounded);
  };
  const failure = (error: Failure) => {
    const time = clock.now();
    report({ type: 'notice', time, level: 'error', message: error.message });
    for (const message of error.furtherLines) {
      report({ type: 'notice', time, level: 'info', message });
    }
  };
  let beginning: ReturnType<typeof untilBegun> | undefined;
  const begin: Progress['begin'] = async ({ cluster, context }, { deployments, remark, ...where }, dryRun) => {
    beginning?.end();
    clockOfServer = cluster.serverClock;
    const inSandbox = program.invocation?.sandbox !== undefined;
    destination = {
      ...(context !== undefined && { context }),
      server: cluster.server,
      ...where,
      ...(inSandbox && { sandbox: true as const }),
    };
    if (dryRun !== undefined && given.output !== 'json') {
      await tellDestination(destination, { dryRun, remark }, given, program);
    }
    report({ type: 'begin', time: clock.now(), deployments });
  };
  let result: ExecutionResult = { outcome: 'failed', exitCode: exitCodes.failed, deployments: [] };
  try {
    files = await reportFiles(given.reports);
    const deadline = totalDeadline(given, program);
    if (deadline !== undefined) beginning = untilBegun(deadline, clock);
    const object = (one: KubernetesObject) => format !== undefined && objects.push(one);
    const carriedOut = carryOut({ report, begin, failure, object, begun: start });
    result = await (beginning?.orLate(carriedOut) ?? carriedOut);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    result = { outcome: outcomeOf(error), exitCode: error.exitCode, deployments: [] };
    if (!isTold(error)) failure(error);
  } finally {
    const time = clock.now();
    const { outcome, exitCode, deployments } = result;
    report({ type: 'summary', time, outcome, exitCode, durationMs: time - start, ...destination, deployments });
  }
  files?.finish();
  if (result.bug) throw result.bug.error;
  return result.exitCode;
}

/** What knows more about it says it first. */
const LATER_MS = 100;

/**
 * Ends a command that has not begun when its time is up: while it connects, asks a credential plugin, reads a file, an address or
 * standard input. From the beginning on its steps know their time, and its requests theirs.
 */
function untilBegun(deadline: number, clock: Clock) {
  const { promise, reject } = Promise.withResolvers<never>();
  let late: Failure | undefined;
  const give = () => {
    late = new Failure(exitCodes.timedOut, 'timed out before the first step', {
      hint: 'Allow more time with --total-timeout',
    });
    reject(late);
  };
  const cancel = clock.after(Math.max(0, deadline - clock.now()) + LATER_MS, give);
  return {
    /** Throws where that is too late: then nothing is to be begun any more. */
    end() {
      if (late) throw late;
      cancel();
    },
    async orLate<T>(work: Promise<T>): Promise<T> {
      // Whichever comes second, nobody waits for.
      promise.catch(() => {});
      work.catch(() => {});
      return await Promise.race([work, promise]).finally(cancel);
    },
  };
}

/** A sandbox can be reached while it lasts. */
function invocationOf({ invocation = PLAIN_INVOCATION }: Context, destination: Destination | undefined): Invocation {
  const { sandbox, ...rest } = invocation;
  const server = destination?.server;
  return { ...rest, ...(sandbox && { sandbox: server === undefined ? {} : { server } }) };
}

/** Undefined where nothing is left to be told. Of a sandbox nothing is left in the end. */
function withCommands(report: ToldReport, invocation: Invocation): ProgressReport | undefined {
  if (report.type === 'notice') {
    const message = writtenAdvice(report.message, invocation);
    return message === '' && report.message !== '' ? undefined : { ...report, message };
  }
  if (report.type !== 'summary' || !invocation.sandbox) return report;
  return { ...report, deployments: report.deployments.map((one) => ({ ...one, left: [] })) };
}

async function reportFiles(names: readonly string[]): Promise<ReportFiles | undefined> {
  if (names.length === 0) return undefined;
  const { ReportFiles } = await import('../report/report-files.ts');
  return await ReportFiles.open(names);
}

/** Prints the objects at the end, and troubles on standard error meanwhile. Throws BadInput for a format that there is not. */
async function objectPrinter(
  output: string,
  objects: readonly KubernetesObject[],
  style: TextStyle,
  program: Context,
): Promise<ProgressReader> {
  const { objectFormat, writtenObject, writtenList } = await import('../output/object-format.ts');
  const format = objectFormat(output);
  const troubles = await progressReader(undefined, { ...program, stdout: NOWHERE }, style);
  return (report) => {
    troubles(report);
    const [only, ...others] = objects;
    if (report.type !== 'summary' || !only) return;
    const to = { to: program.stdout };
    program.stdout.write(others.length === 0 ? writtenObject(only, format, to) : writtenList(objects, format, to));
  };
}

/** Where objects are what is asked for, nobody reads what is said of them. */
const NOWHERE = { write: () => true };
