import type { Advice } from '../advice/advice.ts';
import type { StatusReport } from '../lifecycle/overview/status-report.ts';
import { escapeTerminal } from '../text/escape.ts';

/** So many lines somebody reads at once. */
const MOST_LINES = 20;

/**
 * What a person is told of one deployment: how it is, and of each finding what is wrong, what tells of it and what to do.
 * `details` are those of the findings; `why` stands for them where there is none.
 */
export function diagnosisLines(
  { deployment, tree, waitingFor, diagnosis = [] }: StatusReport<Advice>,
  details: readonly { details: readonly string[]; hint?: string | undefined }[],
  why: string | undefined,
): string[] {
  const { name, namespace } = deployment.metadata;
  const ready = tree.ready ? `, ${tree.ready.ready} of ${tree.ready.of} replicas available` : '';
  const head = `seldondeployment "${name}" in namespace "${namespace}": ${tree.status}${ready}`;
  const none = why ?? (waitingFor === undefined ? undefined : `waiting for ${waitingFor}`);
  // What to do is worth more than all that tells why.
  const spare = MOST_LINES - 1 - diagnosis.length * 2;
  const each = Math.max(1, Math.floor(spare / Math.max(1, diagnosis.length)));
  const found = diagnosis.flatMap(({ reason, why: what, advice }, index) => [
    `${reason}: ${what}`,
    ...lastOf(details[index]?.details ?? [], each).map((line) => `  ${line}`),
    `  ${details[index]?.hint ?? advice}`,
  ]);
  const lines = [head, ...(found.length === 0 && none !== undefined ? [none] : found)];
  const shown = lines.length > MOST_LINES ? lines.slice(0, MOST_LINES - 1) : lines;
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [`… and ${more} lines more`] : [])].map(escapeTerminal);
}

/** The Event and whose log it is, and of the log its end: there the error stands. */
function lastOf(details: readonly string[], most: number): string[] {
  if (details.length <= most) return [...details];
  const lead = details.filter((line) => !line.startsWith('  ')).slice(0, Math.min(2, most - 1));
  return [...lead, ...details.slice(lead.length - most)];
}
