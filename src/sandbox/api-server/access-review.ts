import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from './objects.ts';
import { mediaTypeOf, parseBody, readBody } from './request-body.ts';
import { sendJson } from './responses.ts';

/** The sandbox has one user, who may do everything (`kubectl auth can-i`). */
export async function answerAccessReview(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const mediaType = mediaTypeOf(request);
  const text = await readBody(request);
  // kubectl asks in protobuf; what it asks makes no difference to the answer.
  const isJson = mediaType.includes('json');
  const { spec } = ((isJson ? await parseBody(text, mediaType, 'SelfSubjectAccessReview') : undefined) ??
    {}) as JsonObject;
  const review = {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: spec ?? {},
    status: { allowed: true },
  };
  sendJson(response, 201, JSON.stringify(review));
}
