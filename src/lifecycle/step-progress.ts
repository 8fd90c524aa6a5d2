import type { Advice } from '../advice/advice.ts';
import type { Clock } from '../clock.ts';
import { exitCodes, Failure, Interrupted, StoppedTogether } from '../failures.ts';
import type {
  ApplyResult,
  DeploymentName,
  DeploymentSummary,
  Outcome,
  Report,
  StepName,
} from '../progress/progress.ts';

/** The message of a step that has ended. */
export interface Said {
  message: string;
  /** The same in kubectl's own word, where it has one: scaled, condition met. */
  word?: string;
  /** What that word leaves out. */
  remark?: string;
  /** Of apply and scale. */
  did?: ApplyResult;
}

/** The steps of one deployment as they go: reports each, and keeps what the summary says of them. */
export class StepProgress {
  readonly deployment: DeploymentName;
  readonly summaries: DeploymentSummary['steps'] = [];
  readonly #report: Report;
  readonly #clock: Clock;
  /** What the plan calls the step that is taken next; it is told by this name too. */
  name: string | undefined;

  constructor(deployment: DeploymentName, report: Report, clock: Clock) {
    this.deployment = deployment;
    this.#report = report;
    this.#clock = clock;
  }

  /**
   * Carries out one step. `work` answers its result and what to say of it, and of an apply what it did; whatever it
   * throws ends the lifecycle.
   */
  async take<T>(step: StepName, work: () => Promise<{ result: T } & Said>): Promise<T> {
    const start = this.#clock.now();
    this.#tellState(step, 'started');
    try {
      const { result, ...said } = await work();
      this.#end(step, 'succeeded', start, said);
      return result;
    } catch (error) {
      // What nothing expects may say anything.
      this.#end(step, 'failed', start, { message: error instanceof Failure ? error.message : 'an unexpected error' });
      throw error;
    }
  }

  skip(step: StepName): void {
    this.summaries.push({ step, state: 'skipped' });
    this.#tellState(step, 'skipped');
  }

  waiting(step: StepName, message: string): void {
    this.#report({ type: 'waiting', time: this.#clock.now(), deployment: this.deployment, step, message });
  }

  warn(message: Advice): void {
    this.tell('warning', message);
  }

  tell(level: 'info' | 'warning', message: Advice): void {
    const { deployment } = this;
    this.#report({ type: 'notice', time: this.#clock.now(), level, deployment, message });
  }

  /** Something for the user that is no trouble. */
  say(message: Advice): void {
    const { deployment } = this;
    this.#report({ type: 'notice', time: this.#clock.now(), level: 'info', deployment, message });
  }

  /** A line of what was asked for: of a log, of a prediction. */
  show(line: string): void {
    this.#report({ type: 'object', time: this.#clock.now(), message: line });
  }

  #end(step: StepName, state: 'succeeded' | 'failed', start: number, { did, ...said }: Said): void {
    const durationMs = this.#clock.now() - start;
    this.summaries.push({ step, state, durationMs });
    this.#report({
      type: 'step',
      time: this.#clock.now(),
      deployment: this.deployment,
      step,
      ...this.#called,
      state,
      durationMs,
      ...said,
      ...(did && { result: did }),
    });
  }

  #tellState(step: StepName, state: 'started' | 'skipped'): void {
    this.#report({ type: 'step', time: this.#clock.now(), deployment: this.deployment, step, ...this.#called, state });
  }

  get #called(): { name?: string } {
    return this.name === undefined ? {} : { name: this.name };
  }
}

/** How a lifecycle that ended with this error is summed up. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof Interrupted || error instanceof StoppedTogether) return 'interrupted';
  if (error instanceof Failure && error.exitCode === exitCodes.timedOut) return 'timed-out';
  return 'failed';
}
