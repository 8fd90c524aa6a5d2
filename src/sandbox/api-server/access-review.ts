import type { IncomingMessage, ServerResponse } from 'node:http';
import { ownValue } from '../../own-values.ts';
import type { JsonObject } from './objects.ts';
import { mediaTypeOf, parseBody, readBody } from './request-body.ts';
import { sendJson } from './responses.ts';

const everything = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  incomplete: false,
};

/** The sandbox has one user, who may do everything (`kubectl auth can-i`, `can-i --list`, `whoami`). By the path asked. */
const reviews: Readonly<Record<string, { apiVersion: string; kind: string; status: JsonObject }>> = {
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews': {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    status: { allowed: true },
  },
  '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews': {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectRulesReview',
    status: everything,
  },
  '/apis/authentication.k8s.io/v1/selfsubjectreviews': {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
    status: { userInfo: { username: 'sandbox', groups: ['system:masters', 'system:authenticated'] } },
  },
};

export function isReview(path: string): boolean {
  return Object.hasOwn(reviews, path);
}

export async function answerReview(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { apiVersion, kind, status } = ownValue(reviews, path) as (typeof reviews)[string];
  const mediaType = mediaTypeOf(request);
  const text = await readBody(request);
  // kubectl asks in protobuf; what it asks makes no difference to the answer.
  const isJson = mediaType.includes('json');
  const { spec } = ((isJson ? await parseBody(text, mediaType, kind) : undefined) ?? {}) as JsonObject;
  sendJson(response, 201, JSON.stringify({ kind, apiVersion, metadata: {}, spec: spec ?? {}, status }));
}
