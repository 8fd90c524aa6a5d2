import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { BadInput } from '../failures.ts';
import { dryRunOf, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';
import { executionOptions, stepFlags } from './step-flags.ts';
import { namedTargets, targetFlags } from './targets.ts';
import { tellProgress } from './tell-progress.ts';
import { takesWords, verbOf } from './verb.ts';

const declared = {
  ...stepFlags,
  ...targetFlags,
  names: Option.Rest({ name: 'NAME PREDICTOR' }),
  all: flags.all(),
  keepOld: Option.Boolean('--keep-old', false, { description: 'Keep the other predictors, with no traffic' }),
  timeout: flags.timeout(),
  events: flags.events('none'),
  fieldManager: flags.fieldManager(),
  revisionHistoryLimit: flags.revisionHistoryLimit(),
  dryRun: flags.dryRun(),
  output: takesWords(['json'], Option.String('-o,--output', { description: 'Output format: json, one object a line' })),
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
    ['Let the canary take over', '$0 promote iris canary'],
    ['The same, and keep the old predictor to go back to', '$0 promote iris canary --keep-old --timeout=10m'],
    ['See what would change', '$0 promote iris canary --dry-run=server'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  return await tellProgress(given, program, {}, async (progress) => {
    const { fieldManager, keepOld } = given;
    const predictor = given.names.at(-1);
    const isByName = given.filename.length === 0 && given.selector === undefined && !given.all;
    if (predictor === undefined || (isByName && given.names.length < 2)) {
      throw new BadInput('no predictor is named', { hint: 'For example: promote NAME canary' });
    }
    const dryRun = dryRunOf(given.dryRun);
    const historyLimit = wholeNumber('--revision-history-limit', given.revisionHistoryLimit);
    const targets = namedTargets({ ...given, names: given.names.slice(0, -1) });
    const { beginWithTargets, targetOf, withMissing } = await import('./find-targets.ts');
    const { cluster, found, missing } = await beginWithTargets(targets, given, program, progress, dryRun);
    const { execute } = await import('../execution/execute.ts');
    const { dryRunOf: saidOnly, planOf } = await import('../execution/plan.ts');
    const { promotable, promoteStep } = await import('../steps/promote.ts');
    // All are checked before any is changed.
    for (const live of found) promotable(live, predictor);
    const isDry = dryRun !== 'none';
    const applying = { fieldManager, dropUnknownFields: false, dryRun: dryRun === 'server' };
    const options = { ...executionOptions(given, progress), historyLimit, applying, dryRun, watch: !isDry };
    const promotion = planOf(promoteStep({ predictor, keepOld }));
    const work = { plan: isDry ? saidOnly(promotion) : promotion, targets: found.map(targetOf), others: [] };
    const { clock, signal } = program;
    const result = await execute(work, options, { cluster, report: progress.report, clock, signal });
    return withMissing(result, missing, progress);
  });
}
