import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { type Change, changeFound, changingFlags, thenAvailable } from './change-found.ts';
import { changedOutput } from './changed-output.ts';
import { dryRunOf, refuseWaitOfDryRun } from './flag-values.ts';
import { namedTargets } from './targets.ts';
import { tellProgress } from './tell-progress.ts';
import { takes, verbOf } from './verb.ts';

const declared = {
  ...changingFlags,
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
  output: changedOutput(),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['restart'],
  description: 'Replace the pods in a way that the operator does not undo',
  details: `
    Replaces all pods according to the rollout strategy of their Deployments, new pods first. kubectl rollout restart
    annotates the Deployment, and the Seldon operator undoes that. This command annotates the SeldonDeployment, and
    the operator copies the annotation into the pod templates.

    A node pulls an image with the same tag again only if imagePullPolicy is Always, or if the node does not have the
    image.
  `,
  examples: [
    ['Restart the model iris', '$0 restart iris'],
    ['Restart the model, and wait until all new pods are available', '$0 restart iris --wait --timeout=10m'],
    ['Restart only the predictor canary', '$0 restart iris --predictor=canary --wait'],
    ['Restart only the component with the container classifier', '$0 restart iris --component=classifier'],
    ['Restart all models of a team', '$0 restart -l team=vision --wait'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  return await tellProgress(given, program, { printsObjects: !given.wait }, async (progress) => {
    const { predictor, component, wait } = given;
    refuseWaitOfDryRun(dryRunOf(given.dryRun), wait);
    const plan: Change['plan'] = async (found) => {
      const { planned, restartStep } = await import('../steps/restart.ts');
      for (const live of found) planned(live, { predictor, component }, '');
      return await thenAvailable(restartStep({ predictor, component }), wait);
    };
    return await changeFound({ targets: namedTargets(given), watch: wait, plan }, given, program, progress);
  });
}
