import type { Advice } from '../advice/advice.ts';
import { ApiFailure } from '../cluster/api-failure.ts';
import type { Propagation } from '../cluster/objects.ts';
import { exitCodes, Failure } from '../failures.ts';
import { dryRunSuffix } from '../lifecycle/dry-run.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import { inStep, retryWrite } from '../lifecycle/retry/retry-write.ts';
import { desiredOf, existing, type PlannedStep, type StepDeps, stateOf } from '../lifecycle/step.ts';
import type { StepProgress } from '../lifecycle/step-progress.ts';
import { seldonRollout } from '../lifecycle/waits/seldon-rollout.ts';
import { listed, takeWait } from '../lifecycle/waits/take-wait.ts';
import { tellUnseenPods } from '../lifecycle/waits/unseen-pods.ts';
import { heldBack, waitDeleted } from '../lifecycle/waits/wait-deleted.ts';
import { observe } from '../lifecycle/waits/wait-on.ts';
import { saidOnly } from './said-only.ts';
import { fields, type StepDefinition } from './step-definition.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    delete: 'delete' | 'wait-deleted';
  }
}

const cascades = { foreground: 'Foreground', background: 'Background', orphan: 'Orphan' } as const;

export const deleteDefinition: StepDefinition<'delete'> = {
  word: 'delete',
  says: 'Deletes the deployment and waits until everything that it owned is gone',
  fields: fields({
    cascade: {
      says: 'How to delete the objects that the deployment owns (default: foreground)',
      shape: { is: 'word', words: Object.keys(cascades) },
    },
  }),
  effect: 'deletes',
  read: ({ cascade = 'foreground' }) => deleteStep(cascades[cascade as keyof typeof cascades]),
};

/** Deletes the deployment and waits until it is gone, with all that it owned unless that is left to itself (Orphan). */
export function deleteStep(cascade: Propagation, { wait = true } = {}): PlannedStep<'delete'> {
  const said = saidOnly('delete', 'deleted');
  return {
    word: 'delete',
    told: { cascade },
    names: wait ? ['delete', 'wait-deleted'] : ['delete'],
    deletes: true,
    run: async (state, progress, deps) => {
      const { uid } = existing(state);
      // kubectl's word is for those who do not wait: what is deleted is not gone.
      if (wait) await deleteAndWait(uid, cascade, progress, deps);
      else await requestDeletion(uid, cascade, progress, deps, `deleted${dryRunSuffix(deps.dryRun)}`);
      return stateOf(undefined);
    },
    dryRun: async (state, progress, deps) => {
      await said(state, progress, deps);
      return stateOf(undefined);
    },
  };
}

/**
 * How long everything has to stay gone where controllers were in the middle of making it: one that has not seen its owner
 * go yet makes its pods all the same, for the garbage collector to take away.
 */
const SETTLE_MS = 1_000;

/** Asks for the deletion of the deployment with this uid, whatever has its name by now, and does not wait for it. */
async function requestDeletion(
  uid: string,
  cascade: Propagation,
  progress: StepProgress,
  deps: StepDeps,
  word: string,
): Promise<void> {
  const { name, namespace } = progress.deployment;
  const { dryRun } = deps;
  const message = `deletion requested (${cascade.toLowerCase()})`;
  await progress.take('delete', async () => {
    deps.signal.throwIfAborted();
    if (dryRun === 'client') return { result: undefined, message, word };
    const tried = `delete seldondeployment "${name}"`;
    // Of an earlier try that was carried out the server says: not found, or of another uid.
    const send = () => deps.cluster.delete(namespace, name, uid, cascade, dryRun === 'server');
    await retryWrite(tried, send, inStep(progress, deps)).catch((error) => {
      if (!isOfAnother(error)) explain(error, tried);
    });
    return { result: undefined, message, word };
  });
}

/** Whether some controller may be about to make something of it. */
async function isBeingMade(uid: string, deps: StepDeps): Promise<boolean> {
  await listed(deps);
  const seen = observe(deps.cache, uid, deps.events);
  const { deployment } = seen;
  if (!deployment) return true;
  return seldonRollout(seen, desiredOf(deployment)).state !== 'done';
}

async function deleteAndWait(uid: string, cascade: Propagation, progress: StepProgress, deps: StepDeps): Promise<void> {
  const { namespace } = progress.deployment;
  const settleMs = cascade !== 'Orphan' && (await isBeingMade(uid, deps)) ? SETTLE_MS : 0;
  await requestDeletion(uid, cascade, progress, deps, '');
  if (cascade !== 'Orphan') tellUnseenPods(progress, deps);
  const question = cascade === 'Orphan' ? withoutDependents : waitDeleted;
  await takeWait(
    { step: 'wait-deleted', uid, goal: 'deleted', desired: undefined, question, settleMs },
    progress,
    deps,
  ).catch((error) => {
    throw withAdvice(error, heldBack(observe(deps.cache, uid, deps.events), namespace));
  });
}

/** No time that is allowed helps against a finalizer, and no second deletion. */
function withAdvice(error: unknown, advice: readonly Advice[]): unknown {
  if (!(error instanceof Failure) || error.exitCode !== exitCodes.timedOut || advice.length === 0) return error;
  return new Failure(error.exitCode, error.message, { details: [...error.details, ...advice], cause: error });
}

/** Whether the server refused because another one has the name by now: then ours is gone. */
function isOfAnother(error: unknown): boolean {
  return error instanceof ApiFailure && error.status === 409 && error.message.includes('UID in ');
}

function withoutDependents(seen: Parameters<typeof waitDeleted>[0]) {
  return waitDeleted({ ...seen, owned: { deployments: [], replicaSets: [], pods: [], others: [] } });
}
