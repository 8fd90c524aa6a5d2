import type { Clock } from '../clock.ts';
import type { Output } from '../context.ts';
import { errorLine } from '../failures.ts';
import type {
  DeploymentName,
  EventReport,
  FieldReport,
  NoticeReport,
  ProgressReader,
  ProgressReport,
  StepReport,
  SummaryReport,
} from '../progress/progress.ts';
import { duration } from '../text/age.ts';
import { escapeTerminal } from '../text/escape.ts';
import { type ColourOptions, type Paint, paintFor, paintOutcome, paintPrefix } from './colours.ts';
import { Columns } from './columns.ts';
import { errorText } from './error-text.ts';
import { eventConcessions, eventHeader, eventRow } from './event-table.ts';
import { fieldLine } from './field-line.ts';
import { RepeatedEvents } from './repeated-events.ts';
import type { summaryTable } from './summary-table.ts';
import type { WaitingDisplay } from './waiting-lines.ts';
import { wrapped } from './wrapped.ts';

/** Of '0s (x10 over 10s)', Warning, ScalingReplicaSet and a pod with a name of ordinary length. */
const EVENT_WIDTHS = [17, 7, 17, 47];

/** 'telling': with how long each step took, and a table at the end; 'as-kubectl': in its words, and nothing else. */
export type TextStyle = 'telling' | 'as-kubectl';

/**
 * Progress for people: what was done, the Events and the summary, in kubectl's words and tables, on stdout; what is
 * being waited for and notices on stderr. The table of the summary is loaded only for whom it is printed.
 */
export async function textReader(
  streams: TextStreams,
  waiting: WaitingDisplay,
  style: TextStyle = 'telling',
  foldsRoutine = false,
): Promise<ProgressReader> {
  const summary = style === 'telling' ? await import('./summary-table.ts') : undefined;
  const text = new TextReader(streams, waiting, summary?.summaryTable, foldsRoutine && streams.stdout.isTTY === true);
  return (report) => text.read(report);
}

interface TextStreams extends ColourOptions {
  stdout: Output;
  stderr: Output;
  clock: Clock;
  /** By which Events are dated; as `clock` if not given. */
  serverClock?: Pick<Clock, 'now'> | undefined;
}

class TextReader {
  readonly #stdout: Output;
  readonly #stderr: Output;
  readonly #serverClock: Pick<Clock, 'now'>;
  readonly #waiting: WaitingDisplay;
  readonly #paint: Paint;
  readonly #paintNotice: Paint;
  /** Undefined: all is as kubectl says it. */
  readonly #summarise: typeof summaryTable | undefined;
  #columns: Columns;
  readonly #events: RepeatedEvents;
  /** Whether Events of the usual course are only counted: where a person looks. */
  readonly #foldsRoutine: boolean;
  /** The newest count of each of these, by its uid. */
  readonly #folded = new Map<string, number>();
  #headerWritten = false;
  /** Whether lines have to say whose they are, and in which namespace that is. */
  #several = false;
  #namespaces = false;

  constructor(
    streams: TextStreams,
    waiting: WaitingDisplay,
    summarise: typeof summaryTable | undefined,
    foldsRoutine: boolean,
  ) {
    this.#foldsRoutine = foldsRoutine;
    this.#summarise = summarise;
    this.#stdout = streams.stdout;
    this.#stderr = streams.stderr;
    this.#serverClock = streams.serverClock ?? streams.clock;
    this.#waiting = waiting;
    this.#paint = paintFor(streams.stdout, streams);
    this.#paintNotice = paintFor(streams.stderr, streams);
    this.#columns = new Columns(EVENT_WIDTHS, streams.stdout, { header: eventHeader, concessions: eventConcessions });
    this.#events = new RepeatedEvents((report) => this.#event(report), streams.clock);
  }

  read(report: ProgressReport): void {
    if (report.type === 'begin') this.#begin(report.deployments);
    else if (report.type === 'object') this.#line(escapeTerminal(report.message));
    else if (report.type === 'step') this.#step(report);
    else if (report.type === 'waiting')
      this.#waiting.say(who(report.deployment), escapeTerminal(report.message), report.step);
    else if (report.type === 'event') this.#seeEvent(report);
    else if (report.type === 'field') this.#field(report);
    else if (report.type === 'notice') this.#notice(report);
    else if (report.type === 'summary') this.#summary(report);
  }

  #begin(deployments: readonly DeploymentName[]): void {
    this.#several = deployments.length > 1;
    this.#namespaces = new Set(deployments.map(({ namespace }) => namespace)).size > 1;
    const names = deployments.map((deployment) => this.#shortName(deployment).length);
    if (!this.#several) return;
    this.#columns = new Columns([Math.max('DEPLOYMENT'.length, ...names), ...EVENT_WIDTHS], this.#stdout, {
      header: ['DEPLOYMENT', ...eventHeader],
      concessions: eventConcessions,
    });
  }

  /** As short as it can be without being mistaken for another. */
  #shortName({ namespace, name }: DeploymentName): string {
    return escapeTerminal(this.#namespaces ? `${namespace}/${name}` : name);
  }

  #step({ deployment, step, state, message: whole = '', word, remark }: StepReport): void {
    this.#waiting.stop(who(deployment));
    // A failed step's message comes once, as the error that it ends the deployment with.
    if (state !== 'succeeded') return;
    const asKubectl = !this.#summarise;
    const message = asKubectl ? (word ?? whole) : whole;
    // kubectl says nothing of it.
    if (asKubectl && message === '' && step === 'delete') return;
    const { namespace, name } = harmless(deployment);
    const object = `seldondeployment.machinelearning.seldon.io/${name}`;
    if (step === 'create-namespace') this.#line(`namespace/${namespace} ${escapeTerminal(message)}`);
    else if (step === 'wait-deleted' || message.startsWith('deleted')) {
      const dryRun = step === 'delete' ? message.slice('deleted'.length) : '';
      this.#line(`seldondeployment.machinelearning.seldon.io "${name}" deleted from ${namespace} namespace${dryRun}`);
    } else
      this.#line(
        `${object} ${escapeTerminal(message)}${this.#namespaces && !asKubectl ? ` (in namespace ${namespace})` : ''}`,
      );
    if (asKubectl && remark) this.#remark(deployment, remark);
  }

  #remark(deployment: DeploymentName, remark: string): void {
    this.#stderr.write(`${this.#shortName(deployment)}: ${escapeTerminal(remark)}\n`);
  }

  #notice({ level, message, deployment }: NoticeReport): void {
    const whose = deployment && this.#several && this.#summarise ? `${this.#shortName(deployment)}: ` : '';
    const text = `${whose}${errorText(message)}`;
    const line = level === 'error' ? errorLine(text) : level === 'info' ? text : `${level}: ${text}`;
    const shown = wrapped(line, this.#stderr);
    this.#stderr.write(`${level === 'info' ? shown : paintPrefix(this.#paintNotice, shown)}\n`);
  }

  #seeEvent(report: EventReport): void {
    const { event } = report;
    if (this.#foldsRoutine && event.routine) {
      this.#folded.set(event.uid, event.count);
      return;
    }
    this.#events.see(report);
  }

  #event({ deployment, event }: EventReport): void {
    const row = (cells: readonly string[], whose: string) => (this.#several ? [whose, ...cells] : cells);
    if (!this.#headerWritten) this.#line(this.#columns.line(row(eventHeader, 'DEPLOYMENT')));
    this.#headerWritten = true;
    const cells = eventRow(event, this.#serverClock.now(), this.#paint);
    this.#line(this.#columns.line(row(cells, this.#several ? this.#shortName(deployment) : '')));
  }

  #field({ deployment, ...change }: FieldReport): void {
    const whose = this.#several ? `${this.#shortName(deployment)}: ` : '';
    this.#line(`${whose}${fieldLine(change, this.#paint)}`);
  }

  #summary({ outcome, durationMs, deployments }: SummaryReport): void {
    this.#waiting.stopAll();
    this.#events.flush();
    this.#tellFolded();
    if (deployments.length === 0 || !this.#summarise) return;
    this.#line(['', ...this.#summarise(deployments, this.#paint, this.#stdout)].join('\n'));
    this.#line(`${paintOutcome(outcome, this.#paint)} in ${duration(durationMs)}`);
  }

  #tellFolded(): void {
    const count = [...this.#folded.values()].reduce((sum, one) => sum + one, 0);
    if (count === 0) return;
    const words = count === 1 ? '1 routine event is' : `${count} routine events are`;
    this.#line(this.#paint('dim', `(${words} not shown: --events=all shows them)`));
  }

  #line(text: string): void {
    this.#stdout.write(`${text}\n`);
  }
}

function who({ namespace, name }: DeploymentName): string {
  return escapeTerminal(`${namespace}/${name}`);
}

/** Of what is found in the cluster, a name may be anything. */
function harmless({ namespace, name }: DeploymentName): DeploymentName {
  return { namespace: escapeTerminal(namespace), name: escapeTerminal(name) };
}
