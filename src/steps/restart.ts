import { exitCodes, Failure } from '../failures.ts';
import { changeLive, writePredictors } from '../lifecycle/apply/change-spec.ts';
import { dryRunSuffix } from '../lifecycle/dry-run.ts';
import { keepBefore } from '../lifecycle/history/keep-history.ts';
import { inStep } from '../lifecycle/retry/retry-write.ts';
import { changedTo, desiredOf, existing, type PlannedStep, type StepDeps } from '../lifecycle/step.ts';
import type { StepProgress } from '../lifecycle/step-progress.ts';
import type { Desired } from '../lifecycle/waits/observation.ts';
import { RESTARTED_AT } from '../seldon/expected-deployments.ts';
import { componentNames, planRestart, type RestartPlan, type RestartRequest } from '../seldon/restart-plan.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { tryOnServer } from './said-only.ts';
import { fields, predictorNames, type StepDefinition, text, textOf } from './step-definition.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    restart: 'restart';
  }
}

export const restartDefinition: StepDefinition<'restart'> = {
  word: 'restart',
  says: 'Replaces the pods, new ones first',
  fields: fields({
    predictor: { says: 'Only the pods of this predictor', shape: text('the name of a predictor') },
    component: {
      says: 'Only the pods of this component: the name of a componentSpec or of a container',
      shape: text('the name of a component'),
    },
  }),
  namesIn: (spec, { predictor }) => {
    const ofIt = spec.predictors?.filter(({ name }) => predictor === undefined || name === predictor) ?? [];
    return { predictor: predictorNames(spec), component: componentNames({ predictors: ofIt }) };
  },
  read: (told) => restartStep({ predictor: textOf(told.predictor), component: textOf(told.component) }),
};

/** Has the operator make all pods anew, or those of a predictor or a component, as the strategy of their Deployments says. */
export function restartStep(request: RestartRequest): PlannedStep<'restart'> {
  return {
    word: 'restart',
    told: request,
    names: ['restart'],
    run: async (state, progress, deps) => {
      const desired = existing(state);
      // One time for all tries: what was carried out unheard is then not done twice.
      const restartedAt = new Date(deps.clock.now()).toISOString();
      const { deployment, revisions } = await progress.take('restart', async () => {
        deps.signal.throwIfAborted();
        const plan = planned(desired.deployment, request, restartedAt);
        const deployment =
          deps.dryRun === 'client' ? desired.deployment : await send(desired, request, restartedAt, progress, deps);
        deps.changed(deployment);
        const revisions = await keepBefore(desired.deployment, deployment, deps, progress);
        return { result: { deployment, revisions }, ...said(plan, deps) };
      });
      return changedTo(state, deployment, revisions);
    },
    dryRun: async (state, progress, deps) => {
      const { deployment } = existing(state);
      const plan = planned(deployment, request, new Date(deps.clock.now()).toISOString());
      await progress.take('restart', async () => {
        await tryOnServer(state, plan.spec, deps);
        return { result: undefined, ...said(plan, deps) };
      });
      return { ...state, desired: desiredOf({ ...deployment, spec: plan.spec }) };
    },
  };
}

async function send(
  desired: Desired,
  request: RestartRequest,
  restartedAt: string,
  progress: StepProgress,
  deps: StepDeps,
): Promise<SeldonDeployment> {
  const { name, namespace = '' } = desired.deployment.metadata;
  const write = async (live: SeldonDeployment) => {
    const { spec, whole } = planned(live, request, restartedAt);
    if (!whole) return await writePredictors(live, spec, deps);
    // Beside whatever has been applied, as kubectl annotates: the next apply leaves it.
    const { resourceVersion } = live.metadata;
    const patch = { metadata: { resourceVersion }, spec: { annotations: { [RESTARTED_AT]: restartedAt } } };
    return await deps.cluster.patch(namespace, name, desired.uid, { type: 'merge', patch }, deps.applying);
  };
  return await changeLive(desired, write, `restart seldondeployment "${name}"`, deps, inStep(progress, deps));
}

/** Throws Failure where there is no such predictor or component. */
export function planned(deployment: SeldonDeployment, request: RestartRequest, restartedAt: string): RestartPlan {
  const plan = planRestart(deployment, request, restartedAt);
  if (plan) return plan;
  const { metadata, spec = {} } = deployment;
  const { predictor, component } = request;
  const names = predictorNames(spec);
  const isKnown = predictor === undefined || names.includes(predictor);
  const ofIt = spec.predictors?.filter(({ name }) => predictor === undefined || name === predictor) ?? [];
  const [what, there] = isKnown
    ? [`component "${component}"`, componentNames({ predictors: ofIt })]
    : [`predictor "${predictor}"`, names];
  const where = isKnown && predictor !== undefined ? ` in predictor "${predictor}"` : '';
  throw new Failure(exitCodes.badInput, `seldondeployment "${metadata.name}" has no ${what}${where}`, {
    hint: `It has: ${there.join(', ') || 'none'}`,
  });
}

function said({ restarts, whole, paths }: RestartPlan, { dryRun }: Pick<StepDeps, 'dryRun'>) {
  const word = `restarted${dryRunSuffix(dryRun)}`;
  const again = whole ? [] : [`the next apply of the file removes ${paths[0]} and restarts the pods again`];
  const remark = [`the pods of ${restarts.join(' and ')} restart`, ...again].join('; ');
  return { message: `${word} (${remark})`, word, remark };
}
