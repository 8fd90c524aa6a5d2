import { BadInput } from '../failures.ts';
import { nearestWord } from '../text/nearest-word.ts';

/** The fields of a probe that say when it asks, as in Kubernetes: seconds and numbers of times. */
export type ProbeTimes = Readonly<Record<string, number>>;

/** With the least that the API server takes. */
const FIELDS: ReadonlyMap<string, number> = new Map([
  ['initialDelaySeconds', 0],
  ['periodSeconds', 1],
  ['timeoutSeconds', 1],
  ['failureThreshold', 1],
]);

const MOST_SECONDS = 3_600;

/**
 * The value of --liveness-probe or --readiness-probe, such as periodSeconds=10,timeoutSeconds=5: undefined where it is empty, for no
 * probe. Throws BadInput.
 */
export function probeTimes(flag: string, text: string): ProbeTimes | undefined {
  const pairs = text.split(',').filter((pair) => pair !== '');
  if (pairs.length === 0) return undefined;
  const times = new Map<string, number>();
  for (const pair of pairs) {
    const [, field = '', digits = ''] = /^([^=]*)=(\d{1,4})$/.exec(pair) ?? [];
    const least = FIELDS.get(field);
    const number = Number(digits);
    if (least === undefined || number < least || number > MOST_SECONDS) {
      const nearest =
        least === undefined ? nearestWord(field || pair.replace(/=.*/, ''), [...FIELDS.keys()]) : undefined;
      throw new BadInput(
        `invalid argument "${pair}" for "${flag}": expected ${[...FIELDS.keys()].join(', ')}, each with a number`,
        {
          hint: nearest === undefined ? undefined : `Did you mean "${nearest}"?`,
        },
      );
    }
    if (times.has(field)) throw new BadInput(`invalid argument "${text}" for "${flag}": ${field} is given twice`);
    times.set(field, number);
  }
  return Object.fromEntries(times);
}
