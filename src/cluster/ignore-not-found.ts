import { ApiFailure } from './api-failure.ts';

/** What `ask` answers; undefined where the server says that there is no such thing. */
export async function ignoreNotFound<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404) return undefined;
    throw error;
  }
}
