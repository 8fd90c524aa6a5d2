import type { Advice } from '../../advice/advice.ts';
import { ApiFailure } from '../../cluster/api-failure.ts';
import { deployments } from '../../cluster/kinds.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import type { Deployment } from '../../kubernetes/objects.ts';
import { explainAsKubectl } from '../errors/kubectl-words.ts';

/** The Deployments of a namespace, or of all; undefined, with a word of it, where they may not be read. */
export async function readDeployments(
  cluster: SeldonCluster,
  namespace: string | undefined,
  tell: (warning: Advice) => void,
): Promise<Deployment[] | undefined> {
  try {
    return await cluster.list<Deployment>(deployments, namespace);
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.status !== 403) explainAsKubectl(error, 'list deployments');
    tell(`the state that the operator reports cannot be verified: ${error.message}`);
    return undefined;
  }
}
