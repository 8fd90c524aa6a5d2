import { parsedJson } from './answer.ts';
import { bookmark, statusObject, watchEvent } from './answer-forms.ts';
import { ApiFailure, NotKubernetes } from './api-failure.ts';
import { type Form, misfit } from './form.ts';

/**
 * Throws SyntaxError for what is not JSON: then the stream is as good as broken off; and NotKubernetes for a message that
 * is of no known form. `form` is that of the objects.
 */
export function watchMessage<T>(line: string, form: Form, server: string): WatchMessage<T> {
  const message: unknown = parsedJson(line);
  const problem = misfit(message, watchEvent) ?? misfitOfObject(message as WatchMessage<T>, form);
  if (problem !== undefined) throw new NotKubernetes(server, `a message of a watch: ${problem}`);
  return message as WatchMessage<T>;
}

function misfitOfObject({ type, object }: WatchMessage<unknown>, form: Form): string | undefined {
  if (type === 'ERROR') return misfit(object, statusObject);
  return misfit(object, type === 'BOOKMARK' ? bookmark : form);
}

/** One line of a watch. */
export interface WatchMessage<T> {
  type: string;
  object: T & { code?: number };
}

/**
 * Whether the server does not know the resourceVersion any more, or not yet: it has compacted it away, or its database
 * was restored from before it.
 */
export function isResourceExpired(error: unknown): boolean {
  if (!(error instanceof ApiFailure)) return false;
  return error.status === 410 || (error.status === 504 && error.message.startsWith('Too large resource version'));
}

/** The watch has to begin anew. */
export class ExpiredResourceVersion extends Error {}
