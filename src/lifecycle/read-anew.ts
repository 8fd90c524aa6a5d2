import { exitCodes, Failure } from '../failures.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import type { StepDeps } from './step.ts';
import type { Desired } from './waits/observation.ts';

/** The deployment as the server has it now, if it is still that one. Throws Failure, ApiFailure, Unreachable. */
export async function readAnew(
  { uid, deployment }: Desired,
  { cluster }: { cluster: Pick<StepDeps['cluster'], 'read'> },
): Promise<SeldonDeployment> {
  const { name, namespace = '' } = deployment.metadata;
  const live = await cluster.read(namespace, name);
  if (live?.metadata.uid === uid) return live;
  throw new Failure(
    exitCodes.deploymentFailed,
    `seldondeployment "${name}" in namespace "${namespace}" was deleted by somebody else${live ? ', and another one created in its place' : ''}`,
  );
}
