import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject, KubernetesObject } from './objects.ts';
import { objectJson, representationFor } from './representation.ts';
import type { RequestTarget } from './request-target.ts';
import { sendJson } from './responses.ts';
import type { Store } from './store.ts';

/** One request to a resource, being answered. */
export type Exchange = {
  store: Store;
  streamingLists: boolean;
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  /** Texts for `Warning` headers. */
  warnings: string[];
};

export function answerObject(
  exchange: Exchange,
  { type, version }: RequestTarget,
  code: number,
  object: KubernetesObject,
): void {
  const { store, request, response, query, warnings } = exchange;
  const representation = representationFor(request.headers.accept, query);
  const json = objectJson(type, version, object, representation, store.now());
  sendJson(response, code, json, warnings);
}

export function answerJson({ response }: Exchange, code: number, value: JsonObject): void {
  sendJson(response, code, JSON.stringify(value));
}

export function isTrue(value: string | null): boolean {
  return value === 'true' || value === '1';
}
