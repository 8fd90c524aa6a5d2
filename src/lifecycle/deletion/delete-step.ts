import type { Advice } from '../../advice/advice.ts';
import { ApiFailure } from '../../cluster/api-failure.ts';
import type { Propagation } from '../../cluster/seldon-cluster.ts';
import { exitCodes, Failure } from '../../failures.ts';
import type { DryRun } from '../dry-run.ts';
import { explain } from '../errors/api-errors.ts';
import { inStep, untilDone } from '../repeating/until-done.ts';
import type { Steps } from '../steps.ts';
import type { Surroundings } from '../surroundings.ts';
import { seldonRollout } from '../waits/seldon-rollout.ts';
import { tellUnseenPods } from '../waits/unseen-pods.ts';
import { waitDeleted } from '../waits/wait-deleted.ts';
import { listed, observe, waitStep } from '../waits/wait-step.ts';
import { heldBack } from './held-back.ts';

/**
 * How long everything has to stay gone where controllers were in the middle of making it: one that has not seen its owner
 * go yet makes its pods all the same, for the garbage collector to take away.
 */
const SETTLE_MS = 1_000;

/** What the steps of a deletion are told. */
export interface Deletion {
  /** Only the deployment with this uid is deleted, whatever has its name by now. */
  uid: string;
  cascade: Propagation;
  /** 'server': the server answers as if. 'client': it is not even asked. */
  dryRun?: DryRun;
}

/** Asks for the deletion, and does not wait for it. `word` is what kubectl says of it then. */
export async function deleteOnly(
  { uid, cascade, dryRun = 'none' }: Deletion,
  steps: Steps,
  around: Surroundings,
  word: string,
): Promise<void> {
  const { name, namespace } = steps.deployment;
  const message = `deletion requested (${cascade.toLowerCase()})`;
  await steps.take('delete', async () => {
    around.signal.throwIfAborted();
    if (dryRun === 'client') return { result: undefined, message, word };
    const tried = `delete seldondeployment "${name}"`;
    // Of an earlier try that was carried out the server says: not found, or of another uid.
    const send = () => around.cluster.delete(namespace, name, uid, cascade, dryRun === 'server');
    await untilDone(tried, send, inStep(steps, around)).catch((error) => {
      if (!isOfAnother(error)) explain(error, tried);
    });
    return { result: undefined, message, word };
  });
}

/** Whether some controller may be about to make something of it. */
async function isBeingMade(uid: string, around: Surroundings): Promise<boolean> {
  await listed(around);
  const seen = observe(around.picture, uid);
  const { deployment } = seen;
  if (!deployment) return true;
  const asked = { uid, generation: deployment.metadata.generation ?? 0, deployment };
  return seldonRollout(seen, asked).state !== 'done';
}

/** Deletes a deployment and waits until it is gone, with all that it owned unless that is left to itself (Orphan). */
export async function deleteAndWait({ uid, cascade }: Deletion, steps: Steps, around: Surroundings): Promise<void> {
  const { namespace } = steps.deployment;
  const settleMs = cascade !== 'Orphan' && (await isBeingMade(uid, around)) ? SETTLE_MS : 0;
  await deleteOnly({ uid, cascade }, steps, around, '');
  if (cascade !== 'Orphan') tellUnseenPods(steps, around);
  const question = cascade === 'Orphan' ? withoutDependents : waitDeleted;
  await waitStep(
    { step: 'wait-deleted', uid, goal: 'deleted', asked: undefined, question, settleMs },
    steps,
    around,
  ).catch((error) => {
    throw withAdvice(error, heldBack(observe(around.picture, uid), namespace));
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
