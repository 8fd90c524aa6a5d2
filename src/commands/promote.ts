import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { BadInput } from '../failures.ts';
import { type Change, changeFound, changingFlags } from './change-found.ts';
import { dryRunOf } from './flag-values.ts';
import { namedTargets } from './targets.ts';
import { tellProgress } from './tell-progress.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...changingFlags,
  names: Option.Rest({ name: 'NAME PREDICTOR' }),
  keepOld: Option.Boolean('--keep-old', false, { description: 'Keep the other predictors, with no traffic' }),
  output: takesWords(
    ['json'],
    Option.String('-o,--output', { description: 'Output format: json, one object per line' }),
  ),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['promote'],
  usage: 'NAME PREDICTOR',
  description: 'Give one predictor all the traffic, once it is available, and remove the others',
  details: `
    Waits until the predictor is available with all its replicas, moves all traffic to it in one write, and then
    removes the predictors that had the traffic. Shadow predictors stay. If the predictor does not become available,
    nothing is changed.
  `,
  examples: [
    ['Give the canary all traffic', '$0 promote iris canary'],
    ['Keep the old predictor, so that you can go back to it', '$0 promote iris canary --keep-old --timeout=10m'],
    ['Show what would change', '$0 promote iris canary --dry-run=server'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  return await tellProgress(given, program, {}, async (progress) => {
    const predictor = given.names.at(-1);
    const isByName = given.filename.length === 0 && given.selector === undefined && !given.all;
    if (predictor === undefined || (isByName && given.names.length < 2)) {
      throw new BadInput('no predictor given', { hint: 'For example: promote NAME canary' });
    }
    const isDry = dryRunOf(given.dryRun) !== 'none';
    const targets = namedTargets({ ...given, names: given.names.slice(0, -1) });
    const plan: Change['plan'] = async (found) => {
      const { dryRunOf: saidOnly, planOf } = await import('../execution/plan.ts');
      const { promotable, promoteStep } = await import('../steps/promote.ts');
      for (const live of found) promotable(live, predictor);
      const promotion = planOf(promoteStep({ predictor, keepOld: given.keepOld }));
      return isDry ? saidOnly(promotion) : promotion;
    };
    return await changeFound({ targets, watch: !isDry, plan }, given, program, progress);
  });
}
