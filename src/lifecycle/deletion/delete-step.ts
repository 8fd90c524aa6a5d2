import { ApiFailure } from '../../cluster/api-failure.ts';
import type { Propagation } from '../../cluster/seldon-cluster.ts';
import { exitCodes, Failure } from '../../failures.ts';
import { explain } from '../errors/api-errors.ts';
import type { Steps } from '../steps.ts';
import type { Surroundings } from '../surroundings.ts';
import { waitDeleted } from '../waits/wait-deleted.ts';
import { observe, waitStep } from '../waits/wait-step.ts';
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
}

/** Deletes a deployment and waits until it is gone, with all that it owned unless that is left to itself (Orphan). */
export async function deleteAndWait({ uid, cascade }: Deletion, steps: Steps, around: Surroundings): Promise<void> {
  const { name, namespace } = steps.deployment;
  await steps.take('delete', async () => {
    around.signal.throwIfAborted();
    await around.cluster.delete(namespace, name, uid, cascade).catch((error) => {
      if (!isOfAnother(error)) explain(error, `delete seldondeployment "${name}"`);
    });
    return { result: undefined, message: `deletion requested (${cascade.toLowerCase()})` };
  });
  const question = cascade === 'Orphan' ? withoutDependents : waitDeleted;
  const settled = steps.summaries.some(({ step, state }) => step === 'wait-scaled' && state === 'succeeded');
  const settleMs = settled || cascade === 'Orphan' ? 0 : SETTLE_MS;
  await waitStep(
    { step: 'wait-deleted', uid, goal: 'deleted', asked: undefined, question, settleMs },
    steps,
    around,
  ).catch((error) => {
    throw withAdvice(error, heldBack(observe(around.picture, uid), namespace));
  });
}

/** No time that is allowed helps against a finalizer, and no second deletion. */
function withAdvice(error: unknown, advice: readonly string[]): unknown {
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
