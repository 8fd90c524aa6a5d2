import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiFailure, badRequest, invalid, methodNotAllowed, notFound, unsupportedMediaType } from './api-failure.ts';
import { createObject } from './create-object.ts';
import { answerDelete, answerDeleteCollection } from './delete-requests.ts';
import { listObjects } from './list-objects.ts';
import { isJsonObject, type JsonObject, type KubernetesObject, valueAt } from './objects.ts';
import { acceptedPatchTypes, patchObject, patchTypes, requireFieldManager } from './patch-object.ts';
import { podLog } from './pod-log.ts';
import { parseProtobuf, protobufType } from './protobuf-body.ts';
import { listJson, objectJson, representationFor } from './representation.ts';
import { mediaTypeOf, parseBody, readBody, readBytes } from './request-body.ts';
import type { RequestTarget } from './request-target.ts';
import { sendJson, sendText, startStream } from './responses.ts';
import { scaleOf, updateScale } from './scale-subresource.ts';
import type { Store } from './store.ts';
import { updateObject } from './update-object.ts';
import { watchObjects } from './watch-objects.ts';
import type { WriteContext } from './write-context.ts';

export type Exchange = {
  store: Store;
  streamingLists: boolean;
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  warn: (text: string) => void;
};

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#api-verbs */
export async function answerResourceRequest(exchange: Exchange, target: RequestTarget): Promise<void> {
  const { store, request, response, query } = exchange;
  const { type, namespace, name, subresource } = target;
  const method = request.method ?? 'GET';
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

async function answerCreate(exchange: Exchange, target: RequestTarget): Promise<void> {
  const context = writeContext(exchange, target);
  const body = await objectBody(exchange, target);
  const object = createObject(exchange.store, target.type, target.namespace, body, context);
  answerObject(exchange, target, 201, object);
}

async function answerUpdate(exchange: Exchange, target: RequestTarget, name: string): Promise<void> {
  const { store } = exchange;
  const context = writeContext(exchange, target);
  const body = await objectBody(exchange, target);
  const sentName = valueAt(body, ['metadata', 'name']);
  if (sentName && sentName !== name) {
    throw badRequest(`the name of the object (${sentName}) does not match the name on the URL (${name})`);
  }
  const object = updateObject(store, target.type, target.namespace, name, () => body, context);
  answerObject(exchange, target, 200, object);
}

async function answerPatch(exchange: Exchange, target: RequestTarget, name: string): Promise<void> {
  const { store, query } = exchange;
  const { type, namespace } = target;
  const { mediaType, patch } = await patchBody(exchange, target);
  const isApply = mediaType === patchTypes.apply;
  const context = { ...writeContext(exchange, target, isApply), isPatch: true, force: isTrue(query.get('force')) };
  const { object, isNew } = patchObject(store, type, namespace, name, mediaType, patch, context);
  answerObject(exchange, target, isNew ? 201 : 200, object);
}

async function answerScaleWrite(exchange: Exchange, target: RequestTarget, name: string): Promise<void> {
  const { store, request } = exchange;
  const { type, namespace } = target;
  const context = writeContext(exchange, target);
  if (request.method === 'PUT') {
    const scale = await objectBody(exchange, target, 'Scale');
    return answerJson(exchange, 200, updateScale(store, type, namespace, name, { scale }, context));
  }
  const { mediaType, patch } = await patchBody(exchange, target);
  if (mediaType === patchTypes.apply) {
    requireFieldManager(exchange.query.get('fieldManager') ?? undefined);
    // Known on the real server for custom resources: https://github.com/kubernetes/kubernetes/issues/119895
    throw new ApiFailure(
      500,
      '',
      'failed to create manager for existing fields: failed to convert live object (/; autoscaling/v1, Kind=Scale) to ' +
        'proper version: request to convert CR to an invalid group/version: autoscaling/v1',
    );
  }
  answerJson(exchange, 200, updateScale(store, type, namespace, name, { patch, mediaType }, context));
}

function answerObject(
  exchange: Exchange,
  { type, version }: RequestTarget,
  code: number,
  object: KubernetesObject,
): void {
  const { store, request, response, query } = exchange;
  const representation = representationFor(request.headers.accept, query);
  const json = objectJson(type, version, object, representation, store.now());
  sendJson(response, code, json, warningsOf.get(response) ?? []);
}

function answerJson({ response }: Exchange, code: number, value: JsonObject): void {
  sendJson(response, code, JSON.stringify(value));
}

const warningsOf = new WeakMap<ServerResponse, string[]>();

function writeContext(exchange: Exchange, target: RequestTarget, isApply = false): WriteContext {
  const { query, request, response } = exchange;
  const { subresource, version } = target;
  const asked = query.get('fieldManager') ?? undefined;
  const manager = isApply ? requireFieldManager(asked) : (asked ?? managerFromUserAgent(request.headers['user-agent']));
  const fieldValidation = query.get('fieldValidation');
  checkDryRun(query, request.method);
  const warnings: string[] = [];
  warningsOf.set(response, warnings);
  return {
    manager,
    version,
    ...(subresource ? { subresource: subresource as 'status' | 'scale' | 'finalize' } : {}),
    ...(query.getAll('dryRun').includes('All') ? { dryRun: true } : {}),
    ...(fieldValidation ? { fieldValidation: fieldValidation as 'Strict' | 'Warn' | 'Ignore' } : {}),
    warn: (text) => {
      warnings.push(text);
      exchange.warn(text);
    },
  };
}

const optionsKinds: Record<string, string> = { POST: 'CreateOptions', PUT: 'UpdateOptions', PATCH: 'PatchOptions' };

function checkDryRun(query: URLSearchParams, method = ''): void {
  const asked = query.getAll('dryRun').filter((value) => value !== '');
  if (asked.every((value) => value === 'All')) return;
  const detail = `${JSON.stringify(asked)}: supported values: "All"`;
  throw invalid({ group: 'meta.k8s.io', kind: optionsKinds[method] ?? 'DeleteOptions' }, '', [
    { reason: 'FieldValueNotSupported', field: 'dryRun', detail },
  ]);
}

/** Writers that do not name themselves are called by the first word of their User-Agent. */
function managerFromUserAgent(userAgent = ''): string {
  return userAgent.split('/')[0]?.slice(0, 128) || 'unknown';
}

async function objectBody(exchange: Exchange, { type }: RequestTarget, kind = type.kind): Promise<JsonObject> {
  const mediaType = mediaTypeOf(exchange.request);
  const accepted = ['application/json', 'application/yaml', protobufType];
  if (!accepted.includes(mediaType)) throw unsupportedMediaType(accepted);
  if (mediaType === protobufType) {
    const object = parseProtobuf(await readBytes(exchange.request));
    if (!object) throw unsupportedMediaType(accepted);
    return object;
  }
  const body = await parseBody(await readBody(exchange.request), mediaType, kind);
  if (!isJsonObject(body)) throw badRequest(`the object provided is unrecognized (must be of type ${kind})`);
  return body;
}

async function patchBody(exchange: Exchange, { type }: RequestTarget): Promise<{ mediaType: string; patch: unknown }> {
  const mediaType = mediaTypeOf(exchange.request);
  const accepted = acceptedPatchTypes(type);
  if (!accepted.includes(mediaType)) throw unsupportedMediaType(accepted);
  return { mediaType, patch: await parseBody(await readBody(exchange.request), mediaType, type.kind) };
}

export function isTrue(value: string | null): boolean {
  return value === 'true' || value === '1';
}
