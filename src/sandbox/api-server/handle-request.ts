import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerReview, isReview } from './access-review.ts';
import { ApiFailure, internalError } from './api-failure.ts';
import { discoveryDocument, serverVersion } from './discovery.ts';
import { openApiDocument } from './openapi.ts';
import { requestTarget } from './request-target.ts';
import { answerResourceRequest } from './resource-requests.ts';
import { sendFailure, sendJson, sendText } from './responses.ts';
import { answerProxyRequest, type ServiceBackend } from './service-proxy.ts';
import type { Store } from './store.ts';

export type ServerSettings = { store: Store; streamingLists: boolean; serviceBackend: ServiceBackend };

/** Answers one HTTP request, whatever becomes of it. */
export async function handleRequest(
  settings: ServerSettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const warnings: string[] = [];
  try {
    await route(settings, request, response, warnings);
  } catch (error) {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const failure = error instanceof ApiFailure ? error : internalError(String((error as Error)?.stack ?? error));
    sendFailure(response, failure, warnings);
  }
}

async function route(
  { store, streamingLists, serviceBackend }: ServerSettings,
  request: IncomingMessage,
  response: ServerResponse,
  warnings: string[],
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const path = url.pathname;
  if (['/healthz', '/livez', '/readyz'].includes(path)) return sendText(response, 200, 'ok');
  if (path === '/version' || path === '/version/') return sendJson(response, 200, JSON.stringify(serverVersion));
  if (path.startsWith('/openapi/v3')) {
    const document = openApiDocument(store, path);
    return document
      ? sendJson(response, 200, JSON.stringify(document))
      : sendText(response, 404, '404 page not found\n');
  }
  if (isReview(path) && request.method === 'POST') return answerReview(path, request, response);
  const target = requestTarget(store, path);
  if (target?.subresource === 'proxy' && target.type.kind === 'Service') {
    return answerProxyRequest(store, serviceBackend, target, request, response);
  }
  if (target) {
    const exchange = { store, streamingLists, request, response, query: url.searchParams, warnings };
    return answerResourceRequest(exchange, target);
  }

  const aggregated = /as=APIGroupDiscoveryList/.test(request.headers.accept ?? '');
  const document = discoveryDocument(store, path, aggregated);
  if (document) return sendDiscovery(response, document, aggregated);
  sendUnknownPath(store, response, path);
}

function sendDiscovery(response: ServerResponse, document: object, aggregated: boolean): void {
  const isAggregate = aggregated && (document as { kind?: string }).kind === 'APIGroupDiscoveryList';
  const json = JSON.stringify(document);
  response.writeHead(200, {
    // Clients look here to see which kind of answer they got.
    'Content-Type': isAggregate
      ? 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
      : 'application/json',
    'Cache-Control': 'public',
    Vary: 'Accept',
    'Content-Length': Buffer.byteLength(json),
  });
  response.end(json);
}

/** Built-in groups answer with a Status, everything else with a line of text. */
function sendUnknownPath(store: Store, response: ServerResponse, path: string): void {
  const [root, group] = path.split('/').slice(1);
  const isBuiltin =
    root === 'api' ||
    (root === 'apis' && store.types.some((type) => type.group === group && type.schema === undefined));
  if (!isBuiltin) {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    sendText(response, 404, '404 page not found\n');
    return;
  }
  sendFailure(response, new ApiFailure(404, 'NotFound', 'the server could not find the requested resource', {}));
}
