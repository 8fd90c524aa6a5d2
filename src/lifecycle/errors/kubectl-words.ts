import { advice, kubectl, ourCommand } from '../../advice/advice.ts';
import { ApiFailure } from '../../cluster/api-failure.ts';
import { exitCodes, Failure } from '../../failures.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { explained } from './api-errors.ts';

/**
 * Throws what went wrong in the very words of kubectl, for a command that kubectl has too: its first line is the same,
 * byte by byte; what to do next follows. `tried` as in `explain`, for what kubectl has no words for.
 * https://github.com/kubernetes/kubectl/blob/master/pkg/cmd/util/helpers.go (StandardErrorMessage, checkErr)
 */
export function explainAsKubectl(error: unknown, tried: string): never {
  const ours = explained(error, tried);
  if (!(error instanceof ApiFailure) || !(ours instanceof Failure) || error.reason === '') throw ours;
  const [message = '', ...list] = inKubectlsWords(error);
  throw new Failure(ours.exitCode, message, { hint: ours.hint, details: [...list, ...ours.details], cause: error });
}

/** A line each, which only kubectl's own words end: those of the server stay on one. */
function inKubectlsWords({ reason, message, causes, status, kind, objectName }: ApiFailure): string[] {
  if (reason === 'Unauthorized') return [`You must be logged in to the server (${message})`];
  if (reason === 'Invalid' && status === 422 && kind && objectName) {
    const found = causes.map(({ field, message: why }) => `${field}: ${why}`);
    const begin = `The ${kind} "${objectName}" is invalid: `;
    return found.length === 1 ? [`${begin}${found[0]}`] : [begin, ...found.map((one) => `* ${one}`)];
  }
  return [`Error from server (${reason}): ${message}`];
}

/** A name that is taken, as kubectl create says it, and what can be done about it. */
export function alreadyExists({ metadata }: SeldonDeployment): Failure {
  const { name, namespace, deletionTimestamp } = metadata;
  const state = deletionTimestamp === undefined ? '' : 'object is being deleted: ';
  return new Failure(
    exitCodes.failed,
    `Error from server (AlreadyExists): ${state}seldondeployments.machinelearning.seldon.io "${name}" already exists`,
    {
      hint: deletionTimestamp
        ? advice`Wait until it is gone: ${kubectl(['wait', '--for=delete', `seldondeployment/${name}`], { namespace })}`
        : advice`To change it, add --dry-run=client -o yaml > model.yaml to this command, then: ${ourCommand(['apply', '-f', 'model.yaml'], { namespace })}`,
    },
  );
}

/** A name that there is not, as kubectl says it, and one that there is and that may have been meant. */
export function notFound(name: string, nearest?: string): Failure {
  return new Failure(
    exitCodes.failed,
    `Error from server (NotFound): seldondeployments.machinelearning.seldon.io "${name}" not found`,
    { hint: nearest === undefined ? undefined : `Did you mean "${nearest}"?` },
  );
}
