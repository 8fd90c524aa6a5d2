import type { Clock } from '../clock.ts';
import type { Output } from '../context.ts';
import { eventHeader, eventRow } from '../events/event-table.ts';
import type {
  DeploymentName,
  NoticeReport,
  ProgressReport,
  ReportedEvent,
  StepReport,
  SummaryReport,
} from '../lifecycle/progress.ts';
import { duration } from './age.ts';
import { Columns } from './columns.ts';
import { escapeTerminal } from './escape.ts';
import { RepeatedEvents } from './repeated-events.ts';
import { summaryTable } from './summary-table.ts';
import type { WaitingDisplay } from './waiting-lines.ts';

/** Of '0s (x10 over 10s)', Warning, ScalingReplicaSet and a pod with a name of ordinary length. */
const EVENT_WIDTHS = [17, 7, 17, 47];

/**
 * Progress for people: what was done, the Events and the summary, in kubectl's words and tables, on stdout; what is
 * being waited for and notices on stderr.
 */
export class TextReader {
  readonly #stdout: Output;
  readonly #stderr: Output;
  readonly #clock: Clock;
  readonly #waiting: WaitingDisplay;
  readonly #columns = new Columns(EVENT_WIDTHS);
  readonly #events: RepeatedEvents;
  #headerWritten = false;

  constructor(streams: { stdout: Output; stderr: Output; clock: Clock }, waiting: WaitingDisplay) {
    this.#stdout = streams.stdout;
    this.#stderr = streams.stderr;
    this.#clock = streams.clock;
    this.#waiting = waiting;
    this.#events = new RepeatedEvents((event) => this.#event(event), streams.clock);
  }

  read(report: ProgressReport): void {
    if (report.type === 'step') this.#step(report);
    else if (report.type === 'waiting') this.#waiting.say(who(report.deployment), escapeTerminal(report.message));
    else if (report.type === 'event') this.#events.see(report.event);
    else if (report.type === 'notice') this.#notice(report);
    else this.#summary(report);
  }

  #step({ deployment, step, state, message = '' }: StepReport): void {
    this.#waiting.stop(who(deployment));
    // A failed step's message comes once, as the error that it ends the deployment with.
    if (state !== 'succeeded') return;
    const { namespace, name } = deployment;
    const object = `seldondeployment.machinelearning.seldon.io/${name}`;
    if (step === 'create-namespace') this.#line(`namespace/${namespace} ${message}`);
    else if (step === 'wait-deleted') {
      this.#line(`seldondeployment.machinelearning.seldon.io "${name}" deleted from ${namespace} namespace`);
    } else this.#line(`${object} ${escapeTerminal(message)}`);
  }

  #notice({ level, message }: NoticeReport): void {
    this.#stderr.write(`${level === 'info' ? '' : `${level}: `}${escapeTerminal(message)}\n`);
  }

  #event(event: ReportedEvent): void {
    if (!this.#headerWritten) this.#line(this.#columns.line(eventHeader));
    this.#headerWritten = true;
    this.#line(this.#columns.line(eventRow(event, this.#clock.now())));
  }

  #summary({ outcome, durationMs, deployments }: SummaryReport): void {
    this.#waiting.stopAll();
    this.#events.flush();
    if (deployments.length === 0) return;
    this.#line(`\n${summaryTable(deployments)}`);
    this.#line(`${outcome} in ${duration(durationMs)}`);
  }

  #line(text: string): void {
    this.#stdout.write(`${text}\n`);
  }
}

function who({ namespace, name }: DeploymentName): string {
  return `${namespace}/${name}`;
}
