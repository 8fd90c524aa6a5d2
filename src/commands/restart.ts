import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { changedOutput } from './changed-output.ts';
import { dryRunOf, refuseWaitOfDryRun, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';
import { executionOptions, stepFlags } from './step-flags.ts';
import { namedTargets, targetFlags } from './targets.ts';
import { tellProgress } from './tell-progress.ts';
import { takes, verbOf } from './verb.ts';

const declared = {
  ...stepFlags,
  ...targetFlags,
  all: flags.all(),
  predictor: takes(
    'predictors',
    Option.String('--predictor', { description: 'Restart only the predictor with this name' }),
  ),
  component: takes(
    'components',
    Option.String('--component', {
      description: 'Restart only this component: the name of a componentSpec, or of one of its containers',
    }),
  ),
  wait: Option.Boolean('--wait', false, { description: 'Wait until all new pods are truly available' }),
  timeout: flags.timeout(),
  events: flags.events('none'),
  fieldManager: flags.fieldManager(),
  revisionHistoryLimit: flags.revisionHistoryLimit(),
  dryRun: flags.dryRun(),
  output: changedOutput(),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['restart'],
  description: 'Replace the pods in a way that the operator does not undo, and wait until they are available',
  details: `
    Replaces all pods according to the rollout strategy of their Deployments, new pods first. kubectl rollout restart
    annotates the Deployment, and the Seldon operator undoes that. This command annotates the SeldonDeployment, and
    the operator copies the annotation into the pod templates.

    A node pulls an image with the same tag again only if imagePullPolicy is Always, or if the node does not have the
    image.
  `,
  examples: [
    ['Restart the model iris', '$0 restart iris'],
    ['The same, and wait until all new pods are available', '$0 restart iris --wait --timeout=10m'],
    ['Only the predictor canary', '$0 restart iris --predictor=canary --wait'],
    ['Only the component with the container classifier', '$0 restart iris --component=classifier'],
    ['All models of a team', '$0 restart -l team=vision --wait'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  return await tellProgress(given, program, { printsObjects: !given.wait }, async (progress) => {
    const { predictor, component, fieldManager, wait } = given;
    const dryRun = dryRunOf(given.dryRun);
    refuseWaitOfDryRun(dryRun, wait);
    const historyLimit = wholeNumber('--revision-history-limit', given.revisionHistoryLimit);
    const targets = namedTargets(given);
    const { beginWithTargets, targetOf, withMissing } = await import('./find-targets.ts');
    const { cluster, found, missing } = await beginWithTargets(targets, given, program, progress, dryRun);
    const { execute } = await import('../execution/execute.ts');
    const { planOf } = await import('../execution/plan.ts');
    const { planned, restartStep } = await import('../steps/restart.ts');
    const { waitStep } = await import('../steps/wait.ts');
    // All are checked before any is changed.
    for (const live of found) planned(live, { predictor, component }, '');
    const applying = { fieldManager, dropUnknownFields: false, dryRun: dryRun === 'server' };
    const options = { ...executionOptions(given, progress), historyLimit, applying, dryRun, watch: wait };
    const restart = restartStep({ predictor, component });
    const plan = wait ? planOf(restart, waitStep([[{ kind: 'available' }]])) : planOf(restart);
    const work = { plan, targets: found.map(targetOf), others: [] };
    const { clock, signal } = program;
    const result = await execute(work, options, { cluster, report: progress.report, clock, signal });
    return withMissing(result, missing, progress);
  });
}
