import type { Propagation } from '../../cluster/seldon-cluster.ts';
import { explain } from '../errors/api-errors.ts';
import type { Steps } from '../steps.ts';
import type { Surroundings } from '../surroundings.ts';
import { tellUnseenPods } from '../waits/unseen-pods.ts';
import { waitDeleted } from '../waits/wait-deleted.ts';
import { waitStep } from '../waits/wait-step.ts';

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
    await around.cluster
      .delete(namespace, name, uid, cascade)
      .catch((error) => explain(error, `delete seldondeployment "${name}"`));
    return { result: undefined, message: `deletion requested (${cascade.toLowerCase()})` };
  });
  if (cascade !== 'Orphan') tellUnseenPods(steps, around);
  const question = cascade === 'Orphan' ? withoutDependents : waitDeleted;
  await waitStep({ step: 'wait-deleted', uid, goal: 'deleted', asked: undefined, question }, steps, around);
}

function withoutDependents(seen: Parameters<typeof waitDeleted>[0]) {
  return waitDeleted({ ...seen, owned: { deployments: [], replicaSets: [], pods: [], others: [] } });
}
