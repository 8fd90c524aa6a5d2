import type { Clock } from '../clock.ts';
import type { Output } from '../context.ts';
import { eventHeader, eventRow } from '../events/event-table.ts';
import type {
  DeploymentName,
  EventReport,
  NoticeReport,
  ProgressReport,
  StepReport,
  SummaryReport,
  WaitingReport,
} from '../lifecycle/progress.ts';
import { age, duration } from './age.ts';
import { Columns } from './columns.ts';
import { escapeTerminal } from './escape.ts';

/** A wait that is over before this is not worth a line. */
const SAY_WAITING_AFTER_MS = 1_000;
const SAY_AGAIN_AFTER_MS = 30_000;

/** Of '0s (x10 over 10s)', Warning, ScalingReplicaSet and a pod with a name of ordinary length. */
const EVENT_WIDTHS = [17, 7, 17, 47];

/**
 * Progress for people: what was done and the Events, in kubectl's words and table, on stdout; what is being waited for,
 * notices and the end of the run on stderr.
 */
export class TextReader {
  readonly #stdout: Output;
  readonly #stderr: Output;
  readonly #clock: Clock;
  readonly #columns = new Columns(EVENT_WIDTHS);
  readonly #stopSaying = new Map<string, () => void>();
  #headerWritten = false;

  constructor({ stdout, stderr, clock }: { stdout: Output; stderr: Output; clock: Clock }) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#clock = clock;
  }

  read(report: ProgressReport): void {
    if (report.type === 'step') this.#step(report);
    else if (report.type === 'waiting') this.#waiting(report);
    else if (report.type === 'event') this.#event(report);
    else if (report.type === 'notice') this.#notice(report);
    else this.#summary(report);
  }

  #step({ deployment, step, state, message = '' }: StepReport): void {
    this.#stopSaying.get(key(deployment))?.();
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

  #event({ event }: EventReport): void {
    if (!this.#headerWritten) this.#line(this.#columns.line(eventHeader));
    this.#headerWritten = true;
    this.#line(this.#columns.line(eventRow(event, this.#clock.now())));
  }

  /** Said only when it lasts, and again from time to time, so that a log shows that somebody is still there. */
  #waiting({ deployment, message }: WaitingReport): void {
    this.#stopSaying.get(key(deployment))?.();
    const since = this.#clock.now();
    const say = () => {
      const lasting = this.#clock.now() - since;
      const forHowLong = lasting >= SAY_AGAIN_AFTER_MS ? ` (for ${age(lasting)})` : '';
      this.#stderr.write(`${deployment.name}: waiting for ${escapeTerminal(message)}${forHowLong}\n`);
      this.#stopSaying.set(key(deployment), this.#clock.after(SAY_AGAIN_AFTER_MS, say));
    };
    this.#stopSaying.set(key(deployment), this.#clock.after(SAY_WAITING_AFTER_MS, say));
  }

  #summary({ outcome, durationMs, deployments }: SummaryReport): void {
    for (const stop of this.#stopSaying.values()) stop();
    for (const { namespace, name, outcome: own, steps, events } of deployments) {
      const took = steps.filter(({ durationMs }) => durationMs !== undefined);
      const times = took.map(({ step, durationMs = 0 }) => `${step} ${duration(durationMs)}`).join(', ');
      const shown = events === 1 ? '1 event' : `${events} events`;
      this.#stderr.write(`${namespace}/${name} ${own}${times && `: ${times}`}; ${shown}\n`);
    }
    if (deployments.length > 1) this.#stderr.write(`${outcome} in ${duration(durationMs)}\n`);
  }

  #line(text: string): void {
    this.#stdout.write(`${text}\n`);
  }
}

function key({ namespace, name }: DeploymentName): string {
  return `${namespace}/${name}`;
}
