import { type Advice, advice } from '../../advice/advice.ts';
import type { ReportedEvent } from '../../progress/progress.ts';
import { age, duration } from '../../text/age.ts';
import { cutShort, LONGEST_LOG_LINE } from '../../text/cut-short.ts';
import { advised } from '../diagnosis/advised.ts';
import type { Finding, FoundIn } from '../diagnosis/finding.ts';
import type { StepDeps } from '../step.ts';

/** So many lines from the end of a log are looked through. */
const LOOKED_THROUGH = 100;
/** So many are shown. */
const SHOWN = 20;

/**
 * What a person needs to know beyond the words of the first of these findings: the Event that tells of it, the lines of its
 * container's log that matter, each as long as it can be read, what else is wrong, and what to try. What cannot be had is
 * left out.
 */
export async function causeOf(
  [first, ...others]: readonly Finding[],
  model: { name: string; namespace?: string | undefined },
  { cluster, events }: Pick<StepDeps, 'cluster' | 'events'>,
): Promise<{ details: Advice[]; hint: Advice | undefined }> {
  if (!first) return { details: [], hint: undefined };
  const { pod } = first;
  const details: Advice[] = [];
  const event = first.event ?? (pod && ofContainer(events, pod));
  if (event) details.push(eventLine(event, cluster.serverClock.now()));
  if (pod?.container !== undefined && pod.log !== undefined) {
    const lines = await logOf(pod.name, pod.container, pod.log, model.namespace ?? '', cluster);
    if (lines.length > 0) details.push(`log of ${pod.name}, container ${pod.container}:`);
    details.push(...lines.map((line) => `  ${cutShort(line, LONGEST_LOG_LINE)}`));
  }
  details.push(...others.flatMap((one) => [`also: ${one.why}`, advice`  ${advised(one, model)}`]));
  return { details, hint: advised(first, model) };
}

/** What happened just now needs no age. */
const TOLD_FROM_MS = 10_000;

function eventLine(
  { reason, object: { kind, name }, message, count, firstTime, lastTime }: ReportedEvent,
  now: number,
): string {
  const over = firstTime !== undefined && lastTime !== undefined ? ` over ${duration(lastTime - firstTime)}` : '';
  const ago = lastTime !== undefined && now - lastTime >= TOLD_FROM_MS ? `${age(now - lastTime)} ago` : '';
  const when = [count > 1 ? `x${count}${over}` : '', ago].filter((one) => one !== '').join(', ');
  return `event: ${reason} ${kind}/${name}: ${message}${when === '' ? '' : ` (${when})`}`;
}

/** The newest Warning that is about the container at fault, or about no other. */
function ofContainer(events: StepDeps['events'], { uid, container }: FoundIn) {
  const warnings = events.of(uid).filter(({ type }) => type === 'Warning');
  const about = warnings.filter((one) => one.container === undefined || one.container === container);
  return about.toSorted((a, b) => (b.lastTime ?? 0) - (a.lastTime ?? 0))[0];
}

/** The other one where that is not there: it may have been started again meanwhile. */
async function logOf(
  pod: string,
  container: string,
  which: 'current' | 'previous',
  namespace: string,
  cluster: StepDeps['cluster'],
): Promise<string[]> {
  const read = (previous: boolean) =>
    cluster.podLog(namespace, pod, container, { previous, tailLines: LOOKED_THROUGH });
  const isPrevious = which === 'previous';
  const lines = await read(isPrevious)
    .catch(() => read(!isPrevious))
    .catch(() => []);
  return linesThatMatter(lines);
}

const ERROR =
  /\b(error|exception|traceback|panic|fatal|critical|failed|cannot|could not|no such|not found|denied)\b|Error\b|Exception\b/i;
const TRACEBACK = /^(Traceback \(most recent call last\)|panic:|goroutine \d+|Exception in thread)/;

/**
 * The lines of a log that say why it ended: from the last traceback or error on, twenty at most. What is written after it,
 * as of a shutdown in order, says less.
 */
export function linesThatMatter(lines: readonly string[]): string[] {
  const traceback = lines.findLastIndex((line) => TRACEBACK.test(line.trim()));
  const error = lines.findLastIndex((line) => ERROR.test(line));
  if (traceback < 0 && error < 0) return lines.slice(-5);
  if (traceback >= 0 && error - traceback < LOOKED_THROUGH) {
    // It ends with the line that begins where it does: the exception itself.
    const end = lines.findIndex(
      (line, index) => index > traceback && /^[A-Za-z_][\w.]*(Error|Exception|Exit|Interrupt)\b/.test(line.trim()),
    );
    const last = end < 0 ? Math.max(traceback, error) : end;
    return lines.slice(Math.max(traceback, last - SHOWN + 1), last + 1);
  }
  return lines.slice(Math.max(0, error - 4), error + 1);
}
