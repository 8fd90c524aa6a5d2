import { advice, ourCommand } from '../advice/advice.ts';
import { exitCodes, Failure } from '../failures.ts';
import { changeLive, writePredictors } from '../lifecycle/apply/change-spec.ts';
import { dryRunSuffix } from '../lifecycle/dry-run.ts';
import { keepAvailable, keepBefore } from '../lifecycle/history/keep-history.ts';
import { inStep } from '../lifecycle/retry/retry-write.ts';
import { changedTo, desiredOf, existing, type PlannedStep, SETTLE_MS, type StepDeps } from '../lifecycle/step.ts';
import type { StepProgress } from '../lifecycle/step-progress.ts';
import type { Desired, Observation } from '../lifecycle/waits/observation.ts';
import { predictorRollout } from '../lifecycle/waits/seldon-rollout.ts';
import { takeWait } from '../lifecycle/waits/take-wait.ts';
import { waitAvailable } from '../lifecycle/waits/wait-available.ts';
import { expectedDeployments } from '../seldon/expected-deployments.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { planPromotion, trafficInWords, trafficOf, withoutPredictors } from '../seldon/traffic.ts';
import { tryOnServer } from './said-only.ts';
import { fields, flag, predictorNames, type StepDefinition, text } from './step-definition.ts';
import { changesInWords, moveTraffic, plannedTraffic } from './traffic.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    promote: 'wait-predictor' | 'promote' | 'wait-promoted' | 'remove-predictors' | 'wait-available';
  }
}

export const promoteDefinition: StepDefinition<'promote'> = {
  word: 'promote',
  says: 'Gives a predictor all the traffic, once it is available, and removes the others',
  fields: fields({
    predictor: { required: true, says: 'Name of the predictor', shape: text('the name of a predictor') },
    keepOld: { says: 'Keep the other predictors, with no traffic', shape: flag },
  }),
  namesIn: (spec) => ({ predictor: predictorNames(spec) }),
  refuses: (deployment, told) => {
    const plan = planPromotion(deployment, String(told.predictor));
    return plan.answer === 'refused' ? plan.reason : undefined;
  },
  read: ({ predictor, keepOld }) => promoteStep({ predictor: String(predictor), keepOld: keepOld === true }),
};

type Revisions = Awaited<ReturnType<typeof keepBefore>>;

export interface Promotion {
  predictor: string;
  /** Whether the others stay, with no traffic. */
  keepOld: boolean;
}

/**
 * Waits until the predictor is available with all its replicas, moves all traffic to it in one write, and takes the others away
 * in another once that is seen. Shadows stay. Done again after an interruption, it goes on where it was.
 */
export function promoteStep(promotion: Promotion): PlannedStep<'promote'> {
  const { predictor, keepOld } = promotion;
  return {
    word: 'promote',
    told: promotion,
    names: [
      'wait-predictor',
      'promote',
      'wait-promoted',
      ...(keepOld ? [] : (['remove-predictors', 'wait-available'] as const)),
    ],
    rewrites: true,
    run: async (state, progress, deps) => {
      const before = existing(state);
      promotable(before.deployment, predictor);
      const question = (desired: Desired) => (seen: Observation) => predictorRollout(seen, desired, predictor);
      const goal = `available in predictor "${predictor}"`;
      const wait = async (step: 'wait-predictor' | 'wait-promoted', desired: Desired, settleMs: number) =>
        await takeWait(
          { step, uid: desired.uid, goal, desired, question: question(desired), settleMs },
          progress,
          deps,
        );
      await wait('wait-predictor', before, state.settleMs);
      const { after, ...recorded } = await moveAllTraffic(before, predictor, progress, deps);
      const moved = desiredOf(after);
      await wait('wait-promoted', moved, SETTLE_MS);
      const stateThen = { ...changedTo(state, after, recorded.revisions), settleMs: 0 };
      deps.reached(stateThen);
      if (keepOld) return stateThen;
      const { deployment, revisions } = await removeOthers({ before, moved, recorded }, predictor, progress, deps);
      const left = desiredOf(deployment);
      const available = (seen: Observation) => waitAvailable(seen, left);
      await takeWait(
        {
          step: 'wait-available',
          uid: left.uid,
          goal: 'available',
          desired: left,
          question: available,
          settleMs: SETTLE_MS,
        },
        progress,
        deps,
      );
      await keepAvailable(deployment, revisions, deps, progress);
      return { ...stateThen, desired: left, revisions: undefined };
    },
    dryRun: async (state, progress, deps) => {
      const { deployment } = existing(state);
      const { spec, changes } = promotable(deployment, predictor);
      const others = othersThan(deployment, predictor);
      const after = keepOld ? spec : withoutPredictors(spec, others);
      await progress.take('wait-predictor', async () => {
        await tryOnServer(state, after, deps);
        const word = `promoted${dryRunSuffix(deps.dryRun)}`;
        const removed = keepOld || others.length === 0 ? [] : [removedInWords(others)];
        const remark = [changesInWords(changes) || hasAll(predictor), ...removed].join('; ');
        return { result: undefined, message: `${word} (${remark})`, word, remark };
      });
      return { ...state, desired: desiredOf({ ...deployment, spec: after }) };
    },
  };
}

/** The move of all traffic. Throws Failure where there is no such predictor, or it has no pods to take it. */
export function promotable(deployment: SeldonDeployment, predictor: string) {
  const plan = plannedTraffic(planPromotion(deployment, predictor), deployment);
  const empty = expectedDeployments(deployment).find(
    (one) =>
      one.predictor === predictor &&
      one.role !== 'explainer' &&
      one.replicas.governedBy === 'field' &&
      one.replicas.count === 0,
  );
  if (!empty) return plan;
  const { name, namespace } = deployment.metadata;
  throw new Failure(
    exitCodes.badInput,
    `cannot promote predictor "${predictor}" of seldondeployment "${name}": deployment "${empty.name}" has 0 replicas`,
    {
      hint: advice`Scale it first: ${ourCommand(['scale', name, '--replicas=1', `--predictor=${predictor}`], { namespace })}`,
    },
  );
}

async function moveAllTraffic(
  desired: Desired,
  predictor: string,
  progress: StepProgress,
  deps: StepDeps,
): Promise<{ after: SeldonDeployment; isMoved: boolean; revisions: Revisions }> {
  const { deployment } = desired;
  return await progress.take('promote', async () => {
    const first = promotable(deployment, predictor);
    const planned = (live: SeldonDeployment) => planPromotion(live, predictor);
    const tried = `promote predictor "${predictor}" of seldondeployment "${deployment.metadata.name}"`;
    const { result: after, changes } = await moveTraffic({ desired, planned, first, tried }, progress, deps);
    deps.changed(after);
    const revisions = await keepBefore(deployment, after, deps, progress);
    const remark = changesInWords(changes) || hasAll(predictor);
    return {
      result: { after, isMoved: changes.length > 0, revisions },
      message: `promoted (${remark})`,
      word: 'promoted',
      remark,
    };
  });
}

/** A promotion is one change to those who undo it: what is recorded is what was there before the first of its two writes. */
async function removeOthers(
  {
    before,
    moved,
    recorded,
  }: { before: Desired; moved: Desired; recorded: { isMoved: boolean; revisions: Revisions } },
  predictor: string,
  progress: StepProgress,
  deps: StepDeps,
): Promise<{ deployment: SeldonDeployment; revisions: Revisions }> {
  const { deployment } = moved;
  const { name } = deployment.metadata;
  const others = othersThan(deployment, predictor);
  return await progress.take('remove-predictors', async () => {
    const write = async (live: SeldonDeployment) => {
      const now = trafficOf(live.spec ?? {});
      if (now.find((one) => one.predictor === predictor)?.weight !== 100) {
        throw new Failure(exitCodes.failed, `somebody else has changed the traffic of seldondeployment "${name}"`, {
          hint: `It is now: ${trafficInWords(live.spec ?? {})}`,
        });
      }
      const gone = now.filter((one) => others.includes(one.predictor) && !one.shadow).map((one) => one.predictor);
      return gone.length === 0 ? live : await writePredictors(live, withoutPredictors(live.spec ?? {}, gone), deps);
    };
    const tried = `remove the other predictors of seldondeployment "${name}"`;
    const left = await changeLive(moved, write, tried, deps, inStep(progress, deps));
    deps.changed(left);
    const revisions = recorded.isMoved ? recorded.revisions : await keepBefore(before.deployment, left, deps, progress);
    const result = { deployment: left, revisions };
    const remark = others.length === 0 ? 'there was no other predictor' : removedInWords(others);
    return { result, message: `old predictors removed (${remark})`, word: 'old predictors removed', remark };
  });
}

function othersThan({ spec }: SeldonDeployment, predictor: string): string[] {
  return (spec?.predictors ?? []).filter(({ name, shadow }) => !shadow && name !== predictor).map(({ name }) => name);
}

function removedInWords(names: readonly string[]): string {
  return `${names.length === 1 ? 'predictor' : 'predictors'} ${names.join(', ')} removed`;
}

function hasAll(predictor: string): string {
  return `${predictor} already has all the traffic`;
}
