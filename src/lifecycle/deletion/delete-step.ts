import type { Propagation } from '../../cluster/seldon-cluster.ts';
import type { DryRun } from '../dry-run.ts';
import { explain } from '../errors/api-errors.ts';
import type { Steps } from '../steps.ts';
import type { Surroundings } from '../surroundings.ts';
import { waitDeleted } from '../waits/wait-deleted.ts';
import { waitStep } from '../waits/wait-step.ts';

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
    await around.cluster
      .delete(namespace, name, uid, cascade, dryRun === 'server')
      .catch((error) => explain(error, `delete seldondeployment "${name}"`));
    return { result: undefined, message, word };
  });
}

/** Deletes a deployment and waits until it is gone, with all that it owned unless that is left to itself (Orphan). */
export async function deleteAndWait({ uid, cascade }: Deletion, steps: Steps, around: Surroundings): Promise<void> {
  await deleteOnly({ uid, cascade }, steps, around, '');
  const question = cascade === 'Orphan' ? withoutDependents : waitDeleted;
  await waitStep({ step: 'wait-deleted', uid, goal: 'deleted', asked: undefined, question }, steps, around);
}

function withoutDependents(seen: Parameters<typeof waitDeleted>[0]) {
  return waitDeleted({ ...seen, owned: { deployments: [], replicaSets: [], pods: [], others: [] } });
}
