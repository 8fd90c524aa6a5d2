import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { startDoorkeeper } from './doorkeeper.ts';
import type { ServerUnderTest } from './server-under-test.ts';

export interface Porter {
  /** Leads to the server past the porter. */
  kubeconfig: string;
  close(): Promise<void>;
}

const USER = 'somebody';

/** As in a Role. */
export interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** What is asked of the server: its verb and resource, and '' for the core group; no namespace: of the whole cluster. */
interface Attributes {
  verb: string;
  /** With its subresource; '' for what is no resource, as discovery. */
  resource: string;
  group: string;
  namespace: string;
}

/** As `startPorter`, for a user who may do in this namespace what these rules allow, and nothing else. */
export async function startPorterWith(
  server: ServerUnderTest,
  ofRole: string,
  rules: readonly Rule[],
): Promise<Porter> {
  return await start(server, ({ verb, resource, group, namespace }) => {
    const isAllowed = rules.some(
      ({ apiGroups, resources, verbs }) =>
        apiGroups.includes(group) && resources.includes(resource) && verbs.includes(verb),
    );
    return resource !== '' && !(namespace === ofRole && isAllowed);
  });
}

/**
 * Stands before an API server and refuses, as the server does to a user without the right, what `denied` names: 'watch
 * pods', 'patch seldondeployments/scale', 'create namespaces'. He tells rules only when asked about each one, as a
 * cluster does whose authorizer is a webhook.
 */
export async function startPorter(server: ServerUnderTest, denied: readonly string[]): Promise<Porter> {
  return await start(server, ({ verb, resource }) => denied.includes(`${verb} ${resource}`));
}

async function start(server: ServerUnderTest, isDenied: (asked: Attributes) => boolean): Promise<Porter> {
  const door = await startDoorkeeper(server, () => false);
  const upstream = new URL(parse(readFileSync(door.kubeconfig, 'utf8')).clusters[0].cluster.server);
  const porter = createServer(async (incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', upstream);
    const review = /\/(selfsubject\w+)$/.exec(url.pathname)?.[1];
    if (review !== undefined) return answerReview(review, JSON.parse(await textOf(incoming)), outgoing, isDenied);
    const asked = attributesOf(incoming.method ?? '', url);
    const { verb, resource, group, namespace } = asked;
    if (!isDenied(asked)) return passOn(incoming, outgoing, url);
    const [plural] = resource.split('/');
    const message = `${plural}${group && `.${group}`} is forbidden: User "${USER}" cannot ${verb} resource "${resource}" in API group "${group}" in the namespace "${namespace}"`;
    send(outgoing, 403, {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      reason: 'Forbidden',
      code: 403,
      message,
    });
  });
  porter.listen(0, '127.0.0.1');
  await once(porter, 'listening');
  const directory = mkdtempSync(path.join(tmpdir(), 'porter-'));
  const kubeconfig = path.join(directory, 'config');
  const { port } = porter.address() as AddressInfo;
  writeFileSync(kubeconfig, readFileSync(door.kubeconfig, 'utf8').replace(upstream.host, `127.0.0.1:${port}`));
  return {
    kubeconfig,
    async close() {
      porter.closeAllConnections();
      porter.close();
      await once(porter, 'close');
      await door.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb */
function attributesOf(method: string, { pathname, searchParams }: URL): Attributes {
  const [, group = '', rest = ''] = /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)\/(.*)$/.exec(pathname) ?? [];
  const [, namespace = '', inside] = /^namespaces\/([^/]+)\/(.+)$/.exec(rest) ?? [];
  const [plural = '', name, subresource] = (inside ?? rest).split('/');
  const reads = searchParams.get('watch') === 'true' ? 'watch' : name === undefined ? 'list' : 'get';
  const verbs: Record<string, string> = { GET: reads, POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  return { verb: verbs[method] ?? '', resource, group, namespace };
}

function answerReview(
  review: string,
  { spec }: { spec?: { resourceAttributes: Partial<Attributes> & { subresource?: string } } },
  outgoing: ServerResponse,
  isDenied: (asked: Attributes) => boolean,
): void {
  const { verb = '', resource = '', group = '', namespace = '', subresource } = spec?.resourceAttributes ?? {};
  const asked = { verb, resource: subresource ? `${resource}/${subresource}` : resource, group, namespace };
  const answers: Record<string, object> = {
    selfsubjectrulesreviews: { resourceRules: [], incomplete: true },
    selfsubjectreviews: { userInfo: { username: USER } },
    selfsubjectaccessreviews: { allowed: !isDenied(asked) },
  };
  send(outgoing, 201, { status: answers[review] });
}

function passOn(incoming: IncomingMessage, outgoing: ServerResponse, url: URL): void {
  const further = httpRequest(url, {
    method: incoming.method ?? 'GET',
    headers: { ...incoming.headers, host: url.host },
  });
  further.on('response', (response) => {
    outgoing.writeHead(response.statusCode ?? 502, response.headers);
    outgoing.flushHeaders();
    response.pipe(outgoing);
    response.on('error', () => outgoing.destroy());
  });
  further.on('error', () => outgoing.destroy());
  outgoing.on('close', () => further.destroy());
  incoming.pipe(further);
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  return text;
}

function send(outgoing: ServerResponse, status: number, body: object): void {
  outgoing.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
