import { exitCodes, Failure } from '../../failures.ts';

/** Whether an error says that our token is not accepted, which ends a sync; anything else is tried again. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Failure && error.exitCode === exitCodes.sourceRefused;
}

/** The source, or who is reported to, does not accept our token: no further try would be answered otherwise. */
export function authenticationFailed(status: number, where: string): Failure {
  return new Failure(exitCodes.sourceRefused, `authentication failed, check the token: ${where} answered ${status}`, {
    hint: 'The token is read from --token-file, or else from SELDON_LIFECYCLE_SOURCE_TOKEN',
  });
}
