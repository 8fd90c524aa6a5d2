import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { BadInput, exitCodes, Failure } from '../failures.ts';
import { expectedDeployments } from '../seldon/expected-deployments.ts';
import { isAskedFor, type ScaleRequest } from '../seldon/scale-request.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { changedOutput } from './changed-output.ts';
import { choices, dryRunOf, oneOf, refuseWaitOfDryRun, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';
import { executionOptions, stepFlags } from './step-flags.ts';
import { namedTargets, targetFlags } from './targets.ts';
import { tellProgress } from './tell-progress.ts';
import { verbOf } from './verb.ts';

const declared = {
  ...stepFlags,
  ...targetFlags,
  all: flags.all(),
  replicas: Option.String('--replicas', { description: 'The number of replicas to scale to' }),
  currentReplicas: Option.String('--current-replicas', '-1', {
    description: 'Scale only if each Deployment has this number of replicas now; -1 means any number',
  }),
  predictor: flags.predictor(),
  includeSvcOrch: flags.includeSvcOrch(),
  includeExplainer: flags.includeExplainer(),
  scaleThrough: flags.scaleThrough(),
  wait: Option.Boolean('--wait', false, { description: 'Wait until that many replicas are truly available' }),
  timeout: flags.timeout(),
  events: flags.events('none'),
  fieldManager: flags.fieldManager(),
  dryRun: flags.dryRun(),
  output: changedOutput(),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['scale'],
  description: 'Set the number of replicas in the field that takes effect',
  details: `
    Changes the field that takes effect for each Deployment of the model. Often this is not the field that kubectl
    scale sets: kubectl then says "scaled", and nothing happens. A change that can have no effect, because an
    autoscaler sets the replicas, is refused before anything is changed.
  `,
  examples: [
    ['Scale the model iris to 3 replicas', '$0 scale iris --replicas=3'],
    ['Scale to 3 replicas, and wait until they are available', '$0 scale iris --replicas=3 --wait --timeout=10m'],
    [
      'Scale only the predictor canary, if it has 1 replica now',
      '$0 scale iris --replicas=2 --predictor=canary --current-replicas=1',
    ],
    ['Scale all models of a team to 0', '$0 scale -l team=vision --replicas=0'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  return await tellProgress(given, program, { printsObjects: !given.wait }, async (progress) => {
    const request = scaleRequest(given);
    const current =
      given.currentReplicas === '-1' ? undefined : wholeNumber('--current-replicas', given.currentReplicas);
    const dryRun = dryRunOf(given.dryRun);
    refuseWaitOfDryRun(dryRun, given.wait);
    const targets = namedTargets(given);
    const { beginWithTargets, targetOf, withMissing } = await import('./find-targets.ts');
    const { cluster, found, missing } = await beginWithTargets(targets, given, program, progress, dryRun);
    const { execute } = await import('../execution/execute.ts');
    const { planOf } = await import('../execution/plan.ts');
    const { planned } = await import('../lifecycle/scale/scale.ts');
    const { scaleStep } = await import('../steps/scale.ts');
    const { waitScaledStep } = await import('../steps/wait.ts');
    // All are checked before any is changed.
    for (const live of found) {
      if (current !== undefined) refuseOtherThan(current, live, request);
      planned(live, request);
    }
    const { fieldManager, wait } = given;
    const applying = { fieldManager, dropUnknownFields: false, dryRun: dryRun === 'server' };
    const options = { ...executionOptions(given, progress), applying, dryRun, watch: wait };
    const plan = wait ? planOf(scaleStep(request), waitScaledStep) : planOf(scaleStep(request));
    const work = { plan, targets: found.map(targetOf), others: [] };
    const { clock, signal } = program;
    const result = await execute(work, options, { cluster, report: progress.report, clock, signal });
    return withMissing(result, missing, progress);
  });
}

function scaleRequest({ replicas, predictor, includeSvcOrch, includeExplainer, scaleThrough }: Given): ScaleRequest {
  if (replicas === undefined) throw new BadInput('required flag(s) "replicas" not set');
  return {
    replicas: wholeNumber('--replicas', replicas),
    predictor,
    includeSvcOrch,
    includeExplainer,
    through: oneOf('--scale-through', scaleThrough, choices.scaleThrough),
  };
}

/** --current-replicas. */
function refuseOtherThan(current: number, live: SeldonDeployment, request: ScaleRequest): void {
  for (const { name, replicas } of expectedDeployments(live).filter((one) => isAskedFor(one, request))) {
    const count = replicas.governedBy === 'field' ? replicas.count : undefined;
    if (count !== current) {
      throw new Failure(exitCodes.failed, `Expected replicas to be ${current}, was ${count ?? 'unset'}`, {
        hint: `in seldondeployment "${live.metadata.name}", deployment "${name}": nothing was changed`,
      });
    }
  }
}
