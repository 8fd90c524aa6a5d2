import { type Clock, sleep } from '../clock.ts';
import type { Pod } from '../kubernetes/objects.ts';
import type { DeploymentInformer } from '../lifecycle/deployment-informer.ts';
import type { Outcome, ReportedEvent } from '../progress/progress.ts';

/**
 * Controllers write their Events a moment after the fact, and do not wait for each other. What they write last is about
 * the pods, and the deployment outlives its pods by some tenths of a second, so this time has usually passed when it is
 * gone itself.
 */
const QUIET_MS = 50;
/** The same where a kubelet has still to say that it stopped a pod. */
const OWED_MS = 250;
const LONGEST_MS = 5_000;
/** The same once the time for all of it is up. */
const LATE_MS = 1_000;

/**
 * Whether the last Events of a deployment are waited for. One that has failed and stands has no last one: they come for as
 * long as it does, and what matters of them is in the error. After an interruption nobody looks any more.
 */
export function hasLastEvents(outcome: Outcome, stands: boolean): boolean {
  return outcome === 'succeeded' || (outcome !== 'interrupted' && !stands);
}

/** Until when late Events of one deployment are waited for. */
export class LateEvents {
  readonly #clock: Clock;
  /** When an Event last came, or a pod last came or went: late writers write about those. */
  #lastSignOfLife = 0;
  #podCount = 0;
  /** By uid: the pods of which a container ran, and those that a kubelet has said it stops. */
  readonly #started = new Set<string>();
  readonly #stopped = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  seePods(pods: readonly Pod[]): void {
    if (pods.length !== this.#podCount) this.#lastSignOfLife = this.#clock.now();
    this.#podCount = pods.length;
    for (const { metadata, status } of pods) {
      if (status?.containerStatuses?.some(({ state }) => state?.running)) this.#started.add(metadata.uid ?? '');
    }
  }

  seeEvent({ reason, object }: Pick<ReportedEvent, 'reason' | 'object'>): void {
    this.#lastSignOfLife = this.#clock.now();
    if (reason === 'Killing') this.#stopped.add(object.uid);
  }

  /** In milliseconds since 1970. */
  get until(): number {
    const isOwed = [...this.#started].some((uid) => !this.#stopped.has(uid));
    return this.#lastSignOfLife + (isOwed ? OWED_MS : QUIET_MS);
  }
}

/**
 * Waits until the last Events of a namespace have been handed on: until late writers have had their time (in milliseconds since
 * 1970, asked again each time), and then for all that the server holds. Answers what went wrong, if anything did.
 */
export async function lastEvents(
  informer: DeploymentInformer,
  until: () => number,
  deadline: number,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<string | undefined> {
  const start = clock.now();
  const longestMs = start < deadline ? LONGEST_MS : LATE_MS;
  for (;;) {
    const rest = until() - clock.now();
    if (rest <= 0 || clock.now() - start > longestMs || signal.aborted) break;
    await sleep(clock, rest, signal);
  }
  try {
    if (await informer.allEventsSeen(longestMs)) return undefined;
    return 'the last events may be missing: the watch did not deliver them in time';
  } catch (error) {
    return `the last events may be missing: ${error instanceof Error ? error.message : error}`;
  }
}
