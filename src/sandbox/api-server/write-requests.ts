import { ownValue } from '../../own-values.ts';
import { ApiFailure, badRequest, invalid, unsupportedMediaType } from './api-failure.ts';
import { createObject } from './create-object.ts';
import { answerJson, answerObject, type Exchange, isTrue } from './exchange.ts';
import { isJsonObject, type JsonObject, valueAt } from './objects.ts';
import { acceptedPatchTypes, patchObject, patchTypes, requireFieldManager } from './patch-object.ts';
import { parseProtobuf, protobufType } from './protobuf-body.ts';
import { mediaTypeOf, parseBody, readBody, readBytes } from './request-body.ts';
import type { RequestTarget } from './request-target.ts';
import { updateScale } from './scale-subresource.ts';
import { updateObject } from './update-object.ts';
import type { WriteContext } from './write-context.ts';

export async function answerCreate(exchange: Exchange, target: RequestTarget): Promise<void> {
  const context = writeContext(exchange, target);
  const body = await objectBody(exchange, target);
  const object = createObject(exchange.store, target.type, target.namespace, body, context);
  answerObject(exchange, target, 201, object);
}

export async function answerUpdate(exchange: Exchange, target: RequestTarget, name: string): Promise<void> {
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

export async function answerPatch(exchange: Exchange, target: RequestTarget, name: string): Promise<void> {
  const { store, query } = exchange;
  const { type, namespace } = target;
  const { mediaType, patch } = await patchBody(exchange, target);
  const isApply = mediaType === patchTypes.apply;
  const context = { ...writeContext(exchange, target, isApply), isPatch: true, force: isTrue(query.get('force')) };
  const { object, isNew } = patchObject(store, type, namespace, name, mediaType, patch, context);
  answerObject(exchange, target, isNew ? 201 : 200, object);
}

export async function answerScaleWrite(exchange: Exchange, target: RequestTarget, name: string): Promise<void> {
  const { store, request } = exchange;
  const { type, namespace } = target;
  const context = writeContext(exchange, target);
  if (request.method === 'PUT') {
    const scale = await objectBody(exchange, target, 'Scale');
    return answerJson(exchange, 200, updateScale(store, type, namespace, name, { scale }, context));
  }
  const { mediaType, patch } = await patchBody(exchange, target);
  const isApply = mediaType === patchTypes.apply;
  if (isApply) requireFieldManager(exchange.query.get('fieldManager') ?? undefined);
  // Kubernetes 1.36 does not get further with custom resources.
  if (isApply && type.schema) throw new ApiFailure(500, '', scaleApplyFailure);
  answerJson(
    exchange,
    200,
    updateScale(store, type, namespace, name, { patch, mediaType: isApply ? patchTypes.merge : mediaType }, context),
  );
}

const scaleApplyFailure =
  'failed to create manager for existing fields: failed to convert live object (/; autoscaling/v1, Kind=Scale) to ' +
  'proper version: request to convert CR to an invalid group/version: autoscaling/v1';

function writeContext(exchange: Exchange, target: RequestTarget, isApply = false): WriteContext {
  const { query, request } = exchange;
  const { subresource, version } = target;
  const asked = query.get('fieldManager') ?? undefined;
  const manager = isApply ? requireFieldManager(asked) : (asked ?? managerFromUserAgent(request.headers['user-agent']));
  const fieldValidation = query.get('fieldValidation');
  checkDryRun(query, request.method);
  return {
    manager,
    version,
    ...(subresource ? { subresource: subresource as 'status' | 'scale' | 'finalize' } : {}),
    ...(query.getAll('dryRun').includes('All') ? { dryRun: true } : {}),
    ...(fieldValidation ? { fieldValidation: fieldValidation as 'Strict' | 'Warn' | 'Ignore' } : {}),
    warn: (text) => exchange.warnings.push(text),
  };
}

const optionsKinds: Record<string, string> = { POST: 'CreateOptions', PUT: 'UpdateOptions', PATCH: 'PatchOptions' };

function checkDryRun(query: URLSearchParams, method = ''): void {
  const asked = query.getAll('dryRun').filter((value) => value !== '');
  if (asked.every((value) => value === 'All')) return;
  const detail = `${JSON.stringify(asked)}: supported values: "All"`;
  throw invalid({ group: 'meta.k8s.io', kind: ownValue(optionsKinds, method) ?? 'DeleteOptions' }, '', [
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
