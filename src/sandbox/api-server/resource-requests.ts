import { ApiFailure, badRequest, methodNotAllowed, notFound } from './api-failure.ts';
import { answerDelete, answerDeleteCollection } from './delete-requests.ts';
import { answerJson, answerObject, type Exchange, isTrue } from './exchange.ts';
import { listObjects } from './list-objects.ts';
import { podLog } from './pod-log.ts';
import { getPodMetrics, isPodMetrics, listPodMetrics } from './pod-metrics.ts';
import { listJson, representationFor } from './representation.ts';
import type { RequestTarget } from './request-target.ts';
import { sendJson, sendText, startStream } from './responses.ts';
import { scaleOf } from './scale-subresource.ts';
import { matcherOf } from './selectors.ts';
import { watchObjects } from './watch-objects.ts';
import { answerCreate, answerPatch, answerScaleWrite, answerUpdate } from './write-requests.ts';

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#api-verbs */
export async function answerResourceRequest(exchange: Exchange, target: RequestTarget): Promise<void> {
  const { store, request, response, query } = exchange;
  const { type, namespace, name, subresource } = target;
  const method = request.method ?? 'GET';
  if (isPodMetrics(type)) return answerPodMetrics(exchange, target, method);
  if (subresource !== undefined) return answerSubresource(exchange, target, method);
  if (name === undefined) {
    if (method === 'GET')
      return isTrue(query.get('watch')) ? answerWatch(exchange, target) : answerList(exchange, target);
    if (method === 'POST') return answerCreate(exchange, target);
    if (method === 'DELETE' && type.verbs.includes('deletecollection')) return answerDeleteCollection(exchange, target);
    throw method === 'PUT' || method === 'PATCH' ? badRequest('name must be provided') : methodNotAllowed();
  }
  switch (method) {
    case 'GET':
      return answerObject(exchange, target, 200, store.get(type, namespace, name));
    case 'PUT':
      return answerUpdate(exchange, target, name);
    case 'PATCH':
      return answerPatch(exchange, target, name);
    case 'DELETE':
      return answerDelete(exchange, target, name);
    default:
      response.setHeader('Allow', 'GET, PUT, PATCH, DELETE');
      throw methodNotAllowed();
  }
}

function answerPodMetrics(exchange: Exchange, target: RequestTarget, method: string): void {
  const { store, request, response, query } = exchange;
  const { type, version, namespace, name, subresource } = target;
  if (subresource !== undefined) throw notFound(type, name ?? '');
  if (method !== 'GET' || isTrue(query.get('watch'))) throw methodNotAllowed();
  if (name !== undefined) {
    answerObject(exchange, target, 200, getPodMetrics(store, namespace, name));
    return;
  }
  const representation = representationFor(request.headers.accept, query);
  // All at once, whatever the limit, and of no resourceVersion.
  const items = listPodMetrics(store, namespace).filter(matcherOf(type, query));
  sendJson(response, 200, listJson(type, version, { items, metadata: {} }, representation, store.now()));
}

async function answerSubresource(exchange: Exchange, target: RequestTarget, method: string): Promise<void> {
  const { store } = exchange;
  const { type, namespace, subresource } = target;
  const name = target.name as string;
  const isWrite = method === 'PUT' || method === 'PATCH';
  if (subresource === 'status' && type.hasStatus) {
    if (method === 'GET') return answerObject(exchange, target, 200, store.get(type, namespace, name));
    if (method === 'PUT') return answerUpdate(exchange, target, name);
    if (method === 'PATCH') return answerPatch(exchange, target, name);
  }
  if (subresource === 'scale' && type.scale) {
    if (method === 'GET') return answerJson(exchange, 200, scaleOf(type, store.get(type, namespace, name)));
    if (isWrite) return answerScaleWrite(exchange, target, name);
  }
  if (subresource === 'log' && type.kind === 'Pod' && method === 'GET') {
    return sendText(exchange.response, 200, podLog(store.get(type, namespace, name), exchange.query));
  }
  if (subresource === 'finalize' && type.kind === 'Namespace' && method === 'PUT')
    return answerUpdate(exchange, target, name);
  if (type.schema) throw notFound(type, name);
  if (isWrite || method === 'GET') {
    throw new ApiFailure(404, 'NotFound', 'the server could not find the requested resource', {});
  }
  throw methodNotAllowed();
}

function answerList(exchange: Exchange, { type, version, namespace }: RequestTarget): void {
  const { store, request, response, query } = exchange;
  const representation = representationFor(request.headers.accept, query);
  const list = listObjects(store, type, namespace, query);
  sendJson(response, 200, listJson(type, version, list, representation, store.now()));
}

function answerWatch(exchange: Exchange, { type, version, namespace }: RequestTarget): void {
  const { store, request, response, query, streamingLists } = exchange;
  const representation = representationFor(request.headers.accept, query);
  const start = watchObjects({ store, type, version, namespace, query, representation, streamingLists });
  startStream(response);
  const stop = start({ send: (line) => response.write(line), end: () => response.end() });
  response.once('close', stop);
}
