import { dryRunSuffix } from '../lifecycle/dry-run.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import { existing, type Step, type StepDeps, type StepState } from '../lifecycle/step.ts';
import type { StepName } from '../progress/progress.ts';
import type { SeldonDeployment, SeldonSpec } from '../seldon/seldon-deployment.ts';

/** The dry run of a step that comes to nothing where nothing is done before it: only what it would do is said. */
export function saidOnly(name: StepName, words: string): Step {
  return async (state, progress) => {
    await progress.take(name, async () => ({ result: undefined, message: `${words}${dryRunSuffix('client')}` }));
    return state;
  };
}

/** Asks the server what it has against a spec, in a dry run by the server. As an apply: of what has not been made, nothing else can be tried. */
export async function tryOnServer(state: StepState, spec: SeldonSpec, deps: TryDeps): Promise<void> {
  if (deps.dryRun !== 'server') return;
  const { name, namespace = '' } = existing(state).deployment.metadata;
  const tried: SeldonDeployment = state.applied ?? { metadata: { name, namespace } };
  await deps.cluster
    .apply({ ...tried, spec }, { ...deps.applying, dryRun: true })
    .catch((error) => explain(error, `change seldondeployment "${name}"`));
}

type TryDeps = Pick<StepDeps, 'applying' | 'dryRun'> & { cluster: Pick<StepDeps['cluster'], 'apply'> };
