import { type DeleteOptions, deleteObject } from './delete-object.ts';
import type { Exchange } from './exchange.ts';
import { isJsonObject, type JsonObject } from './objects.ts';
import { listJson, objectJson, representationFor } from './representation.ts';
import { mediaTypeOf, parseBody, readBody } from './request-body.ts';
import type { RequestTarget } from './request-target.ts';
import { sendJson } from './responses.ts';
import { matcherOf } from './selectors.ts';

export async function answerDelete(exchange: Exchange, target: RequestTarget, name: string): Promise<void> {
  const { store, request, response, query } = exchange;
  const { type, version, namespace } = target;
  const options = await deleteOptions(exchange);
  const { object, isGone } = deleteObject(store, type, namespace, name, options);
  if (isGone && !type.returnsDeletedObject) {
    return sendJson(response, 200, JSON.stringify(deletedStatus(target, name, object.metadata.uid)));
  }
  const representation = representationFor(request.headers.accept, query);
  const code = !isGone && options.orphanDependents === false ? 202 : 200;
  sendJson(response, code, objectJson(type, version, object, representation, store.now()));
}

function deletedStatus({ type }: RequestTarget, name: string, uid: string): JsonObject {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(type.group ? { group: type.group } : {}), kind: type.plural, uid },
  };
}

export async function answerDeleteCollection(exchange: Exchange, target: RequestTarget): Promise<void> {
  const { store, request, response, query } = exchange;
  const { type, version, namespace } = target;
  const options = await deleteOptions(exchange);
  const items = store.list(type, namespace).filter(matcherOf(type, query));
  const metadata = { resourceVersion: store.resourceVersion };
  const deleted = items.map((item) => deleteObject(store, type, item.metadata.namespace, item.metadata.name, options));
  const representation = representationFor(request.headers.accept, query);
  const list = { items: deleted.map(({ object }) => object), metadata };
  sendJson(response, 200, listJson(type, version, list, representation, store.now()));
}

/**
 * Options come from the body or else from the query: where there is a body the real server ignores the query
 * altogether, so a propagationPolicy there is silently lost.
 */
async function deleteOptions({ request, query }: Exchange): Promise<DeleteOptions> {
  const body = await parseBody(await readBody(request), mediaTypeOf(request), 'DeleteOptions');
  if (isJsonObject(body)) {
    const { dryRun, ...options } = body;
    return { ...(options as DeleteOptions), dryRun: Array.isArray(dryRun) && dryRun.includes('All') };
  }
  const options: DeleteOptions = { dryRun: query.getAll('dryRun').includes('All') };
  const policy = query.get('propagationPolicy');
  if (policy) options.propagationPolicy = policy;
  const grace = query.get('gracePeriodSeconds');
  if (grace) options.gracePeriodSeconds = Number(grace);
  const orphan = query.get('orphanDependents');
  if (orphan) options.orphanDependents = orphan === 'true' || orphan === '1';
  return options;
}
