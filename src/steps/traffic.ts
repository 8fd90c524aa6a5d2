import { exitCodes, Failure } from '../failures.ts';
import { changeLive, writePredictors } from '../lifecycle/apply/change-spec.ts';
import { dryRunSuffix } from '../lifecycle/dry-run.ts';
import { keepBefore } from '../lifecycle/history/keep-history.ts';
import { inStep } from '../lifecycle/retry/retry-write.ts';
import { changedTo, desiredOf, existing, type PlannedStep, type StepDeps } from '../lifecycle/step.ts';
import type { StepProgress } from '../lifecycle/step-progress.ts';
import type { Desired } from '../lifecycle/waits/observation.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { planTraffic, type TrafficChange, type TrafficPlan, type Weights } from '../seldon/traffic.ts';
import { tryOnServer } from './said-only.ts';
import { fields, type StepDefinition, type Told } from './step-definition.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    traffic: 'traffic';
  }
}

export const trafficDefinition: StepDefinition<'traffic'> = {
  word: 'traffic',
  says: 'Sets the share of the traffic that each predictor gets',
  fields: fields({
    weights: {
      required: true,
      says: 'Weights by predictor name, which must add up to 100; other predictors keep their weight',
      shape: { is: 'named', of: { is: 'whole number', from: 0 } },
    },
  }),
  refuses: (deployment, told) => {
    const plan = planTraffic(deployment, weightsOf(told));
    return plan.answer === 'refused' ? `${cannot(deployment)}: ${plan.reason}. ${plan.hint}` : undefined;
  },
  read: (told) => trafficStep(weightsOf(told)),
};

const weightsOf = ({ weights }: Told): Weights => weights as Weights;

/** Changes the weights of predictors together, in one write. */
export function trafficStep(weights: Weights): PlannedStep<'traffic'> {
  return {
    word: 'traffic',
    told: { weights },
    names: ['traffic'],
    run: async (state, progress, deps) => {
      const desired = existing(state);
      const { deployment, revisions } = await progress.take('traffic', async () => {
        const planned = (live: SeldonDeployment) => planTraffic(live, weights);
        const first = plannedTraffic(planned(desired.deployment), desired.deployment);
        const tried = `change the traffic of seldondeployment "${desired.deployment.metadata.name}"`;
        const isSent = deps.dryRun !== 'client';
        const { result, changes } = isSent
          ? await moveTraffic({ desired, planned, first, tried }, progress, deps)
          : { result: desired.deployment, changes: first.changes };
        deps.changed(result);
        const revisions = await keepBefore(desired.deployment, result, deps, progress);
        return { result: { deployment: result, revisions }, ...said(changes, deps) };
      });
      return changedTo(state, deployment, revisions);
    },
    dryRun: async (state, progress, deps) => {
      const { deployment } = existing(state);
      const { spec, changes } = plannedTraffic(planTraffic(deployment, weights), deployment);
      await progress.take('traffic', async () => {
        await tryOnServer(state, spec, deps);
        return { result: undefined, ...said(changes, deps) };
      });
      return { ...state, desired: desiredOf({ ...deployment, spec }) };
    },
  };
}

interface TrafficMove {
  desired: Desired;
  planned(live: SeldonDeployment): TrafficPlan;
  /** The plan for what was there before: it is what is told where somebody else has done the same meanwhile. */
  first: PlannedTraffic;
  /** Completes "cannot". */
  tried: string;
}

/** Changes the weights as planned for what is there at each try. Answers what is there then. Throws Failure. */
export async function moveTraffic(
  { desired, planned, first, tried }: TrafficMove,
  progress: StepProgress,
  deps: StepDeps,
): Promise<{ result: SeldonDeployment; changes: readonly TrafficChange[] }> {
  let { changes } = first;
  const write = async (live: SeldonDeployment) => {
    const plan = plannedTraffic(planned(live), live, exitCodes.failed);
    if (plan.changes.length === 0) return live;
    changes = plan.changes;
    return await writePredictors(live, plan.spec, deps);
  };
  const result = await changeLive(desired, write, tried, deps, inStep(progress, deps));
  return { result, changes };
}

type PlannedTraffic = Extract<TrafficPlan, { answer: 'change' }>;

/** Throws Failure where it was refused. */
export function plannedTraffic(
  plan: TrafficPlan,
  deployment: SeldonDeployment,
  exitCode: 1 | 2 = exitCodes.badInput,
): PlannedTraffic {
  if (plan.answer === 'change') return plan;
  throw new Failure(exitCode, `${cannot(deployment)}: ${plan.reason}`, { hint: plan.hint });
}

function cannot({ metadata }: SeldonDeployment): string {
  return `cannot change the traffic of seldondeployment "${metadata.name}"`;
}

/** main: 75 -> 90, canary: 25 -> 10 */
export function changesInWords(changes: readonly TrafficChange[]): string {
  return changes.map(({ predictor, from, to }) => `${predictor}: ${from} -> ${to}`).join(', ');
}

function said(changes: readonly TrafficChange[], { dryRun }: Pick<StepDeps, 'dryRun'>) {
  const word = `traffic updated${dryRunSuffix(dryRun)}`;
  const remark = changesInWords(changes) || 'no weight was changed';
  return { message: `${word} (${remark})`, word, remark };
}
