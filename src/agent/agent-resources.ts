import { BadInput } from '../failures.ts';
import { nearestWord } from '../text/nearest-word.ts';

/** Amounts by resource, as in the resources of a container. */
export type Amounts = Readonly<Record<string, string>>;

export interface AgentResources {
  requests: Amounts;
  limits: Amounts;
}

/** The resources of a container that need nothing else in the cluster. */
const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const QUANTITY = /^(\d+(?:\.\d+)?)([mkKMGTPE]?|[KMGTPE]i|[eE]\d{1,2})$/;

/**
 * The values of --requests and --limits, such as cpu=50m,memory=128Mi, as `kubectl set resources` takes them; empty: none.
 * Throws BadInput, also where more is requested than the limit allows, which the server would refuse.
 */
export function agentResources(requests: string, limits: string): AgentResources {
  const [requested, limited] = [amountsOf('--requests', requests), amountsOf('--limits', limits)];
  for (const [resource, text] of requested) {
    const limit = limited.get(resource);
    if (limit !== undefined && numberOf(text) > numberOf(limit)) {
      throw new BadInput(`--requests asks for more ${resource} than --limits allows: ${text}, and ${limit}`);
    }
  }
  return { requests: Object.fromEntries(requested), limits: Object.fromEntries(limited) };
}

function amountsOf(flag: string, text: string): Map<string, string> {
  const amounts = new Map<string, string>();
  for (const pair of text.split(',').filter((one) => one !== '')) {
    const [, resource = '', amount = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
    if (!RESOURCES.includes(resource)) {
      const nearest = nearestWord(resource || pair, RESOURCES);
      throw new BadInput(
        `invalid argument "${text}" for "${flag}": expected ${RESOURCES.join(', ')}, as in ${EXAMPLE}`,
        {
          hint: nearest === undefined ? undefined : `Did you mean "${nearest}"?`,
        },
      );
    }
    if (!QUANTITY.test(amount)) {
      throw new BadInput(
        `invalid argument "${text}" for "${flag}": "${amount}" is not a quantity such as those in ${EXAMPLE}`,
      );
    }
    if (amounts.has(resource))
      throw new BadInput(`invalid argument "${text}" for "${flag}": ${resource} is given twice`);
    amounts.set(resource, amount);
  }
  return amounts;
}

const EXAMPLE = 'cpu=50m,memory=128Mi';
const LETTERS = 'kMGTPE';

function numberOf(quantity: string): number {
  const [, digits, unit = ''] = QUANTITY.exec(quantity) ?? [];
  if (unit === 'm') return Number(digits) / 1_000;
  if (/^[eE]\d/.test(unit)) return Number(`${digits}${unit}`);
  const power = LETTERS.toLowerCase().indexOf((unit[0] ?? ' ').toLowerCase()) + 1;
  return Number(digits) * (unit.endsWith('i') ? 1_024 : 1_000) ** power;
}
