import { ApiFailure, Unreachable } from '../cluster/api-failure.ts';
import { BadInput, ClusterNotReady, exitCodes, Failure } from '../failures.ts';

/**
 * Turns what went wrong with the API server into a failure for a person, and throws it. `tried` completes "cannot …":
 * a verb and the object. Anything that is not from the API server is thrown as it is.
 */
export function explain(error: unknown, tried: string): never {
  if (error instanceof Unreachable) {
    throw new ClusterNotReady(`cannot ${tried}: unable to connect to the server ${error.server}: ${error.message}`, {
      hint: 'Check that the cluster is up and that your kubeconfig points at it: kubectl cluster-info',
      cause: error,
    });
  }
  if (!(error instanceof ApiFailure)) throw error;
  const message = `cannot ${tried}: ${error.message}`;
  if (error.status === 401) {
    throw new ClusterNotReady(message, { hint: 'Your credentials were not accepted: log in again', cause: error });
  }
  if (error.status === 403) {
    const namespaceGone = error.message.includes('is being terminated');
    throw new ClusterNotReady(message, {
      hint: namespaceGone
        ? 'Wait until the namespace is gone, or use another one'
        : 'Ask for this right, or use another user or context',
      cause: error,
    });
  }
  if (error.status === 404 && error.message.startsWith('namespaces ')) {
    throw new ClusterNotReady(message, { hint: 'Create it with --create-namespace', cause: error });
  }
  if (error.status === 400 || error.status === 422 || error.message.includes('field not declared in schema')) {
    throw new BadInput(message, { cause: error });
  }
  throw new Failure(exitCodes.failed, message, { cause: error });
}
