import { ApiFailure } from '../../cluster/api-failure.ts';
import { BadInput, Failure } from '../../failures.ts';
import { fieldConflicts } from '../../lifecycle/errors/field-conflicts.ts';

/** So often an object is looked at again that somebody has changed between our look at it and our change. */
export const LOOKS = 5;

/** Whether it was refused because the object is another by now, or another state of it. */
export function isOutdated(error: unknown): boolean {
  return error instanceof ApiFailure && error.status === 409 && fieldConflicts(error).length === 0;
}

/** What another try would be answered in the same way. */
export function isLasting(error: unknown): boolean {
  const answer = error instanceof Failure ? error.cause : error;
  return (
    error instanceof BadInput ||
    (answer instanceof ApiFailure &&
      answer.status >= 400 &&
      answer.status < 500 &&
      answer.status !== 409 &&
      answer.status !== 429)
  );
}
