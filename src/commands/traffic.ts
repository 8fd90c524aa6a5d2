import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { BadInput } from '../failures.ts';
import { setOwnValue } from '../own-values.ts';
import type { Weights } from '../seldon/traffic.ts';
import { type Change, changeFound, changingFlags, thenAvailable } from './change-found.ts';
import { changedOutput } from './changed-output.ts';
import { dryRunOf, refuseWaitOfDryRun } from './flag-values.ts';
import { namedTargets } from './targets.ts';
import { tellProgress } from './tell-progress.ts';
import { verbOf } from './verb.ts';

const declared = {
  ...changingFlags,
  names: Option.Rest({ name: 'NAME PREDICTOR=WEIGHT' }),
  wait: Option.Boolean('--wait', false, { description: 'Wait until the whole deployment is truly available' }),
  output: changedOutput(),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['traffic'],
  usage: 'NAME PREDICTOR=WEIGHT...',
  description: 'Set the share of the traffic that each predictor gets',
  details: `
    Changes the weights of the predictors together, in one write. The weights of all predictors must add up to 100; a
    predictor that you do not name keeps its weight. A shadow predictor has no weight.
  `,
  examples: [
    ['Send a tenth of the requests to the predictor canary', '$0 traffic iris main=90 canary=10'],
    ['Show what would change', '$0 traffic iris main=50 canary=50 --dry-run=server'],
    ['Set the same weights for all models of a team', '$0 traffic -l team=vision main=90 canary=10'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  return await tellProgress(given, program, { printsObjects: !given.wait }, async (progress) => {
    const { wait } = given;
    const weights = weightsIn(given.names);
    refuseWaitOfDryRun(dryRunOf(given.dryRun), wait);
    const targets = namedTargets({ ...given, names: given.names.filter((word) => !word.includes('=')) });
    const plan: Change['plan'] = async (found) => {
      const { planTraffic } = await import('../seldon/traffic.ts');
      const { plannedTraffic, trafficStep } = await import('../steps/traffic.ts');
      for (const live of found) plannedTraffic(planTraffic(live, weights), live);
      return await thenAvailable(trafficStep(weights), wait);
    };
    return await changeFound({ targets, watch: wait, plan }, given, program, progress);
  });
}

/** The words PREDICTOR=WEIGHT. Throws BadInput. */
function weightsIn(words: readonly string[]): Weights {
  const weights: Record<string, number> = {};
  for (const word of words.filter((one) => one.includes('='))) {
    const equals = word.indexOf('=');
    const [name, weight] = [word.slice(0, equals), word.slice(equals + 1)];
    if (name === '' || !/^\d{1,3}$/.test(weight) || Number(weight) > 100) {
      throw new BadInput(`invalid argument "${word}": expected PREDICTOR=WEIGHT, a whole number from 0 to 100`);
    }
    if (Object.hasOwn(weights, name)) throw new BadInput(`predictor "${name}" has two weights`);
    setOwnValue(weights, name, Number(weight));
  }
  if (Object.keys(weights).length === 0) {
    throw new BadInput('no weights given', { hint: 'For example: traffic NAME main=90 canary=10' });
  }
  return weights;
}
