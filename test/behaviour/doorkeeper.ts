import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import type { ServerUnderTest } from './server-under-test.ts';

export interface Doorkeeper {
  /** Leads to the server by this door. */
  kubeconfig: string;
  /** Fulfilled when the first request that is to be held has come. */
  knocked: Promise<unknown>;
  /** Lets the held request in, and all that come from then on. */
  open(): void;
  /** Ends every watch in the middle of a line, as a server that goes down does. */
  cutWatches(): void;
  close(): Promise<void>;
}

/**
 * Stands before an API server and passes everything on, but holds requests that `holds` picks, as a slow network does, or
 * answers them itself where it is `failing`, as a server does whose database is away, or for the first `conflicts` of them,
 * as a server does where somebody else writes at the same moment.
 */
export async function startDoorkeeper(
  { kubeconfig }: ServerUnderTest,
  holds: (method: string, path: string) => boolean,
  { failing = false, conflicts = 0 } = {},
): Promise<Doorkeeper> {
  const knocked = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const { upstream, credentials } = backDoor(readFileSync(kubeconfig, 'utf8'));
  const watches = new Set<ServerResponse>();
  const passOn = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method = '', url = '', headers } = incoming;
    if (holds(method, url)) {
      knocked.resolve();
      if (conflicts > 0) {
        conflicts -= 1;
        const message = 'Operation cannot be fulfilled: the object has been modified';
        const conflict = {
          kind: 'Status',
          apiVersion: 'v1',
          status: 'Failure',
          reason: 'Conflict',
          code: 409,
          message,
        };
        return outgoing.writeHead(409, { 'content-type': 'application/json' }).end(JSON.stringify(conflict));
      }
      if (failing) return outgoing.writeHead(500).end('etcdserver: request timed out');
      await opened.promise;
    }
    if (url.includes('watch=true')) watches.add(outgoing);
    const send = upstream.protocol === 'https:' ? httpsRequest : httpRequest;
    const further = send(new URL(url, upstream), {
      method,
      headers: { ...headers, host: upstream.host },
      ...credentials,
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
  };
  const server = createServer((incoming, outgoing) => void passOn(incoming, outgoing));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const directory = mkdtempSync(path.join(tmpdir(), 'doorkeeper-'));
  const file = path.join(directory, 'config');
  writeFileSync(
    file,
    `clusters: [{name: a, cluster: {server: 'http://127.0.0.1:${(server.address() as AddressInfo).port}'}}]
contexts: [{name: a, context: {cluster: a}}]
current-context: a`,
  );
  return {
    kubeconfig: file,
    knocked: knocked.promise,
    open: () => opened.resolve(),
    cutWatches() {
      for (const watch of watches) watch.destroy();
    },
    async close() {
      opened.resolve();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      rmSync(directory, { recursive: true });
    },
  };
}

/** Where the server really is, and what it takes to be let in: of the only cluster and user, all in the file itself. */
function backDoor(text: string) {
  const { clusters, users } = parse(text);
  const [{ cluster }] = clusters;
  const [{ user }] = users;
  const pem = (data: string | undefined) => data && Buffer.from(data, 'base64').toString();
  const ca = pem(cluster['certificate-authority-data']);
  const cert = pem(user['client-certificate-data']);
  const key = pem(user['client-key-data']);
  return { upstream: new URL(cluster.server), credentials: { ...(ca && { ca }), ...(cert && { cert, key }) } };
}
