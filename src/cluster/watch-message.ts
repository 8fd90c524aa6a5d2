import { ApiFailure } from './api-failure.ts';
import { isKubernetesObject } from './list-objects.ts';

/** Throws Error for what is none: then the stream is as good as broken off. */
export function watchMessage<T>(line: string): WatchMessage<T> {
  const message: unknown = JSON.parse(line);
  const { type, object } = (message ?? {}) as Partial<WatchMessage<T>>;
  if (typeof type !== 'string' || (type !== 'ERROR' && !isKubernetesObject(object)))
    throw new Error('no watch message');
  return { type, object: (object ?? {}) as WatchMessage<T>['object'] };
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
export function isForgotten(error: unknown): boolean {
  if (!(error instanceof ApiFailure)) return false;
  return error.status === 410 || (error.status === 504 && error.message.startsWith('Too large resource version'));
}

/** The watch has to begin anew. */
export class ExpiredResourceVersion extends Error {}
