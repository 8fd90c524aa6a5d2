import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ModelServer {
  /** On 127.0.0.1. */
  port: number;
  /** What it was asked, in the order of asking. */
  asked: { method: string; path: string; body: string }[];
  close(): Promise<void>;
}

type Row = readonly number[];

/**
 * A model whose prediction is the sum of each row, behind HTTP, in the three protocols that Seldon Core has. Its name is
 * classifier, and it knows no other. What it is asked with `"meta":{"tags":…}` it gives back in its answer, as Seldon's
 * own servers do. A row with a negative number is too much for it, and one that begins with 1000 it ponders for ever.
 */
export async function startModelServer(): Promise<ModelServer> {
  const asked: ModelServer['asked'] = [];
  // The API server, through which it is asked, does not ask again where a connection is closed just when it uses it anew.
  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    const body = await text(request);
    asked.push({ method: request.method ?? '', path: request.url ?? '', body });
    answer(request, body, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A test that fails before it closes it ends all the same.
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer({ method, url = '', headers }: IncomingMessage, body: string, response: ServerResponse): void {
  const isJson = method === 'POST' && headers['content-type']?.startsWith('application/json') === true;
  const answered = isJson ? prediction(url, JSON.parse(body)) : { status: 415, content: {} };
  if (answered === undefined) return;
  const { status, content } = answered;
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(content));
}

/** Undefined: none yet. */
function prediction(url: string, request: Request): { status: number; content: object } | undefined {
  if (url === '/api/v1.0/feedback' && request.reward !== undefined) {
    return { status: 200, content: { data: {}, meta: {} } };
  }
  if (/^\/(api\/v1\.0|v1\/models\/classifier:|v2\/models\/classifier\/)\/?explain$/.test(url)) {
    return { status: 200, content: ANCHOR };
  }
  const rows = rowsOf(url, request);
  if (rows === undefined) return { status: 404, content: { error: `nothing at ${url}` } };
  if (rows.some((row) => row[0] === 1000)) return undefined;
  if (rows.flat().some((value) => value < 0)) {
    return { status: 500, content: { status: { code: -1, info: 'negative numbers are too much', status: 'FAILURE' } } };
  }
  const sums = rows.map((row) => row.reduce((sum, value) => sum + value, 0));
  if (url.startsWith('/v1')) return { status: 200, content: { predictions: sums } };
  if (url.startsWith('/v2')) {
    const outputs = [{ name: 'sum', datatype: 'FP64', shape: [1], data: sums }];
    return { status: 200, content: { model_name: 'classifier', outputs } };
  }
  const data = { names: ['sum'], ndarray: sums.map((sum) => [sum]) };
  return { status: 200, content: { data, meta: request.meta ?? {} } };
}

interface Request {
  reward?: number;
  data?: { ndarray?: Row[] };
  meta?: object;
  instances?: Row[];
  inputs?: { data: Row }[];
}

const ANCHOR = { meta: { name: 'AnchorTabular' }, data: { anchor: ['sum > 0'], precision: 1 } };

function rowsOf(url: string, { data, instances, inputs }: Request): Row[] | undefined {
  if (url === '/api/v1.0/predictions') return data?.ndarray;
  if (url === '/v1/models/classifier:predict') return instances;
  if (url === '/v2/models/classifier/infer') return inputs?.map((input) => input.data);
  return undefined;
}
