import assert from 'node:assert/strict';
import { after } from 'node:test';
import { type ApiServerOptions, startApiServer } from '../../src/sandbox/api-server/start.ts';
import type { Store } from '../../src/sandbox/api-server/store.ts';
import { FakeClock } from '../fake-clock.ts';
import { widgetCrd } from './widget-crd.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into, not typed.
export type Answer = { code: number; body: any; headers: Headers };

export const widgets = '/apis/example.com/v1/namespaces/default/widgets';
export const mergePatch = 'application/merge-patch+json';
export const jsonPatch = 'application/json-patch+json';
export const strategicMergePatch = 'application/strategic-merge-patch+json';
export const applyPatch = 'application/apply-patch+yaml';

/** An API server for the tests of one file, whose clock stands still until it is told. */
export async function startTestServer(
  options: Pick<ApiServerOptions, 'streamingLists' | 'serviceBackend' | 'podMetrics'> = {},
) {
  const clock = new FakeClock();
  const server = await startApiServer({ crds: [widgetCrd], clock, ...options });
  after(() => server.close());
  return { ...clientOf(server.url), clock, server, store: server.store as Store };
}

export type TestServer = Awaited<ReturnType<typeof startTestServer>>;

function clientOf(url: string) {
  const request = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(url + path, {
      method,
      ...(text === undefined ? {} : { body: text }),
      headers: { 'content-type': 'application/json', 'user-agent': 'test/1', ...headers },
    });
    const answer = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return { code: response.status, body: isJson ? JSON.parse(answer) : answer, headers: response.headers };
  };
  const patch = (path: string, type: string, body: unknown) => request('PATCH', path, body, { 'content-type': type });
  return {
    get: (path: string, headers?: Record<string, string>) => request('GET', path, undefined, headers),
    post: (path: string, body: unknown) => request('POST', path, body),
    put: (path: string, body: unknown) => request('PUT', path, body),
    delete: (path: string, body?: unknown) => request('DELETE', path, body),
    patch,
    apply: (path: string, body: unknown) => patch(path, applyPatch, body),
    watch: (path: string, headers?: Record<string, string>) => openWatch(url + path, headers),
  };
}

/** A watch whose events are taken one after the other. */
async function openWatch(url: string, headers: Record<string, string> = {}) {
  const controller = new AbortController();
  const response = await fetch(url, { headers, signal: controller.signal });
  assert.equal(response.status, 200, await (response.ok ? '' : response.text()));
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let buffered = '';
  return {
    /** The next event, or undefined when the server has ended the watch. */
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    async next(): Promise<{ type: string; object: any } | undefined> {
      for (;;) {
        const end = buffered.indexOf('\n');
        if (end >= 0) {
          const line = buffered.slice(0, end);
          buffered = buffered.slice(end + 1);
          return JSON.parse(line);
        }
        const { value, done } = await reader.read();
        if (done) return undefined;
        buffered += value;
      }
    },
    /** `TYPE name` of the next events. */
    async take(count: number): Promise<string[]> {
      const taken: string[] = [];
      while (taken.length < count) {
        const event = await this.next();
        taken.push(event ? `${event.type} ${event.object.metadata?.name ?? '-'}` : 'end');
      }
      return taken;
    },
    close: () => controller.abort(),
  };
}

export function widget(name: string, spec: object = {}, metadata: object = {}) {
  return {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name, ...metadata },
    spec: { predictors: [{ name: 'p', graph: { name: 'g' } }], ...spec },
  };
}
