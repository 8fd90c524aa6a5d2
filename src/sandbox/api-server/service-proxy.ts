import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiFailure, notFound } from './api-failure.ts';
import { isJsonObject, type JsonObject, type KubernetesObject } from './objects.ts';
import { readBody } from './request-body.ts';
import type { RequestTarget } from './request-target.ts';
import type { ResourceType } from './resource-type.ts';
import { labelMatcher } from './selectors.ts';
import type { Store } from './store.ts';

export type ProxiedRequest = {
  namespace: string;
  service: KubernetesObject;
  /** The service's port that was asked for, by number or name. */
  port: JsonObject;
  method: string;
  /** With its query, as in `/api/v1.0/predictions`. */
  path: string;
  body: string;
  /** The name of the ready pod that is asked. */
  pod: string;
};

export type ProxiedAnswer = { code: number; contentType: string; body: string; headers?: Record<string, string> };

/** What the pods behind the sandbox's services answer. */
export type ServiceBackend = (request: ProxiedRequest) => ProxiedAnswer | Promise<ProxiedAnswer>;

/**
 * Passes a request to a service on, if one of its pods is ready to take it.
 * https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/#manually-constructing-apiserver-proxy-urls
 */
export async function answerProxyRequest(
  store: Store,
  backend: ServiceBackend,
  target: RequestTarget,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const namespace = target.namespace as string;
  const parts = (target.name as string).split(':');
  // NAME, NAME:PORT, or SCHEME:NAME:PORT.
  const [name = '', wanted = ''] = parts.length === 3 ? parts.slice(1) : parts;
  const service = store.find(target.type, namespace, name);
  if (!service) throw notFound(target.type, name);
  const spec = service.spec as JsonObject;
  const ports = Array.isArray(spec.ports) ? spec.ports.filter(isJsonObject) : [];
  const port =
    wanted === '' ? ports[0] : ports.find((candidate) => [candidate.name, String(candidate.port)].includes(wanted));
  if (!port) throw unavailable(`no service port ${JSON.stringify(wanted)} found for service ${JSON.stringify(name)}`);
  const pods = readyPods(store, namespace, spec);
  const pod = pods[Math.floor(Math.random() * pods.length)];
  if (!pod) throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`);
  const { search } = new URL(request.url ?? '/', 'http://sandbox');
  const answer = await backend({
    namespace,
    service,
    port,
    method: request.method ?? 'GET',
    path: `/${target.rest.join('/')}${search}`,
    body: await readBody(request),
    pod: pod.metadata.name,
  });
  response.writeHead(answer.code, {
    ...answer.headers,
    'Content-Type': answer.contentType,
    'Content-Length': Buffer.byteLength(answer.body),
  });
  response.end(answer.body);
}

/** Where nobody has said what pods answer, they are not listening. */
export const nobodyListens: ServiceBackend = () => {
  throw unavailable('error trying to reach service: dial tcp: connect: connection refused');
};

function unavailable(message: string): ApiFailure {
  return new ApiFailure(503, 'ServiceUnavailable', message);
}

function readyPods(store: Store, namespace: string, { selector }: JsonObject): KubernetesObject[] {
  if (!isJsonObject(selector)) return [];
  const matches = labelMatcher(
    Object.entries(selector)
      .map(([label, value]) => `${label}=${value}`)
      .join(','),
  );
  const pods = store.list(store.typeOf('', 'pods') as ResourceType, namespace).filter(matches);
  return pods.filter(({ metadata, status }) => {
    const conditions =
      isJsonObject(status) && Array.isArray(status.conditions) ? status.conditions.filter(isJsonObject) : [];
    return (
      !metadata.deletionTimestamp && conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True')
    );
  });
}
