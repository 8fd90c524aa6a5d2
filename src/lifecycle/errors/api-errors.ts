import { advice, kubectlConfig, ourCommand } from '../../advice/advice.ts';
import { ApiFailure, CredentialsMissing, TOTAL_TIMEOUT, Unreachable } from '../../cluster/api-failure.ts';
import { BadInput, ClusterNotReady, exitCodes, Failure } from '../../failures.ts';
import { connectionTrouble } from './connection-trouble.ts';
import { conflictsInWords, fieldConflicts, waysOut } from './field-conflicts.ts';
import { webhookTrouble } from './webhook-trouble.ts';

/**
 * Turns what went wrong with the API server into a failure for a person, and throws it. `tried` completes "cannot …":
 * a verb and the object. Anything that is not from the API server is thrown as it is.
 */
export function explain(error: unknown, tried: string): never {
  throw explained(error, tried);
}

const ROLE = ourCommand(['doctor', '--print-role'], { namespaceAsGiven: true });

export const HOW_TO_GET_RIGHTS = advice`Ask for this right (${ROLE} prints all required rights), or use another user or context`;

/**
 * As `explain`, for the first request of a command: that the server cannot be reached, or does not know us, is told in
 * kubectl's words alone, since nothing else was tried.
 */
export function explainConnecting(error: unknown, tried: string): never {
  throw connectionFailure(error) ?? explained(error, tried);
}

/** The same in one line, for where it is not what ends the command. */
export function errorInWords(error: unknown, tried: string): string {
  const failure = explained(error, tried);
  return failure instanceof Error ? failure.message : String(failure);
}

/** What `explain` throws. */
export function explained(error: unknown, tried: string): unknown {
  const failure = connectionFailure(error);
  if (failure?.exitCode === exitCodes.timedOut) {
    return new Failure(failure.exitCode, `cannot ${tried}: ${failure.message}`, { hint: failure.hint, cause: error });
  }
  if (failure) {
    return new ClusterNotReady(`cannot ${tried}: ${failure.message}`, { hint: failure.hint, cause: error });
  }
  if (!(error instanceof ApiFailure)) return error;
  const trouble = webhookTrouble(error);
  if (trouble?.kind === 'refused') return new BadInput(`cannot ${tried}: ${trouble.why}`, { cause: error });
  if (trouble) return new ClusterNotReady(`cannot ${tried}: ${trouble.why}`, { hint: trouble.hint, cause: error });
  const conflicts = fieldConflicts(error);
  if (conflicts.length > 0) {
    const options = { hint: waysOut(conflicts), cause: error };
    return new Failure(exitCodes.failed, `cannot ${tried}: ${conflictsInWords(conflicts)}`, options);
  }
  const message = `cannot ${tried}: ${error.message}`;
  if (error.status === 403) {
    const namespaceGone = error.message.includes('is being terminated');
    return new ClusterNotReady(message, {
      hint: namespaceGone ? 'Wait until the namespace is gone, or use another one' : HOW_TO_GET_RIGHTS,
      cause: error,
    });
  }
  if (error.status === 404 && error.message.startsWith('namespaces ')) {
    return new ClusterNotReady(message, { hint: 'Create it with --create-namespace', cause: error });
  }
  if (error.status === 400 || error.status === 422 || error.message.startsWith('failed to create typed patch object')) {
    return new BadInput(message, { cause: error });
  }
  return new Failure(exitCodes.failed, message, { cause: error });
}

/** Undefined when the server was reached and knows who we are. */
function connectionFailure(error: unknown): Failure | undefined {
  if (error instanceof CredentialsMissing) {
    const hint = error.hint ?? advice`Check the user in your kubeconfig: ${kubectlConfig('view')}`;
    return new ClusterNotReady(`Unable to connect to the server: getting credentials: ${error.message}`, {
      hint,
      cause: error,
    });
  }
  if (error instanceof Unreachable && error.code === TOTAL_TIMEOUT) {
    return new Failure(exitCodes.timedOut, 'the server did not answer in time', {
      hint: 'Allow more time with --total-timeout',
      cause: error,
    });
  }
  if (error instanceof Unreachable) {
    const { says, hint } = connectionTrouble(error);
    return new ClusterNotReady(says, { hint, cause: error });
  }
  if (error instanceof ApiFailure && error.status === 401) {
    return new ClusterNotReady(`You must be logged in to the server (${error.message})`, {
      hint: 'Your credentials were not accepted: log in again',
      cause: error,
    });
  }
  return undefined;
}
