import { Option } from 'clipanion';
import { sleep } from '../clock.ts';
import type { Context } from '../context.ts';
import { BadInput } from '../failures.ts';
import { relaxedJsonPath } from '../jsonpath/jsonpath.ts';
import type { DeploymentSelection } from '../lifecycle/deployment-informer.ts';
import { type Goal, parseGoals } from '../lifecycle/waits/goals.ts';
import { choices } from './flag-values.ts';
import { takesWords } from './verb.ts';

/** --until, which ends what goes on. `goesOn` is the flag without which nothing does. */
export const untilFlag = (goesOn: string) =>
  takesWords(
    choices.waitFor,
    Option.String('--until', {
      description: `With ${goesOn}: stop when all deployments meet this condition: available, scaled=N, deleted, or another one of wait --for`,
    }),
  );

/** Throws BadInput. */
export function untilGoals(text: string): Goal[] {
  const goals = parseGoals(text);
  for (const one of goals) {
    if (one.kind === 'jsonpath') relaxedJsonPath(one.path);
    if (one.kind === 'event')
      throw new BadInput('--until does not support events', { hint: `Use wait --for=event=${one.reason}` });
  }
  return goals;
}

/** What is written in the last moment comes after it: the last Event, the last line of a log. */
const LAST_MS = 500;

/** Resolves soon after each of these deployments has come to what is wanted. Throws as waitUntil does. */
export async function untilMet(
  goals: readonly Goal[],
  asked: DeploymentSelection,
  timeoutMs: number,
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
): Promise<void> {
  const { StatusWatch } = await import('../lifecycle/overview/status-watch.ts');
  const { waitUntil } = await import('../lifecycle/overview/wait-until.ts');
  const stop = new AbortController();
  const options = { clock, signal: AbortSignal.any([signal, stop.signal]) };
  try {
    const watched = new StatusWatch(asked, () => {}, options);
    await watched.open();
    await waitUntil(goals, watched.watched, { ...options, timeoutMs });
    await sleep(clock, LAST_MS, signal);
  } finally {
    stop.abort();
  }
}
