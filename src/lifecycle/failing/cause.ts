import { cutShort, LONGEST_LOG_LINE } from '../../text/cut-short.ts';
import type { StepDeps } from '../step.ts';
import type { Blocker } from './blocker.ts';

/**
 * What a person needs to know of a blocker beyond its own words: the last Warning of its pod, the last lines of its
 * container's log where it has run, each as long as it can be read, and what to try. What cannot be had is left out.
 */
export async function causeOf(
  blocker: Blocker | undefined,
  namespace: string,
  { cluster, events }: Pick<StepDeps, 'cluster' | 'events'>,
): Promise<{ details: string[]; hint: string | undefined }> {
  if (!blocker?.pod) return { details: [], hint: blocker?.advice };
  const { name, uid, container, hasRun } = blocker.pod;
  const details: string[] = [];
  const warning = events.lastWarning(uid);
  if (warning) details.push(`event: ${warning.reason} Pod/${name}: ${warning.message}`);
  if (hasRun) {
    const lines = await cluster
      .podLog(namespace, name, container, true)
      .catch(() => cluster.podLog(namespace, name, container, false))
      .catch(() => []);
    details.push(...lines.map((line) => `log of ${name}, container ${container}: ${cutShort(line, LONGEST_LOG_LINE)}`));
  }
  return { details, hint: blocker.advice };
}
