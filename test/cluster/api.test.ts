import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Api } from '../../src/cluster/api.ts';
import { ApiFailure, NotKubernetes, Unreachable } from '../../src/cluster/api-failure.ts';
import { exitCodes, Interrupted } from '../../src/failures.ts';
import { StandInApiServer } from './stand-in-api-server.ts';

const THING = '/apis/example.com/v1/namespaces/default/things/one';

describe('a request to the API server', () => {
  let server: StandInApiServer;
  let api: Api;

  beforeEach(async () => {
    server = await StandInApiServer.start();
    api = server.api();
  });
  afterEach(() => server.close());

  it('answers the status code and the body as the server wrote it, times and unknown fields included', async () => {
    const body = { metadata: { creationTimestamp: '2026-01-01T00:00:00Z', unheardOf: 1 }, extra: [null] };
    server.answer(THING, (response) => {
      response.writeHead(201, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(body));
    });
    const answer = await api.call({ method: 'GET', path: THING });
    assert.deepEqual([answer.status, answer.body], [201, body]);
  });

  it('sends its query without what is undefined, its body as JSON, and says what it wants', async () => {
    server.answer(THING, (response) => void response.end('{}'));
    await api.call({
      method: 'PATCH',
      path: THING,
      query: { fieldManager: 'me & you', dryRun: undefined },
      contentType: 'application/apply-patch+yaml',
      accept: 'application/json;as=PartialObjectMetadata',
      body: { metadata: { name: 'one', gone: undefined } },
    });
    const [received] = server.received;
    assert.deepEqual([received?.method, received?.query], ['PATCH', { fieldManager: 'me & you' }]);
    assert.equal(received?.headers['content-type'], 'application/apply-patch+yaml');
    assert.equal(received?.headers.accept, 'application/json;as=PartialObjectMetadata');
    assert.equal(received?.body, '{"metadata":{"name":"one"}}');
  });

  it('keeps the path as it is written, which client-node would put in lower case', async () => {
    server.answer('/api/v1/namespaces/Default', (response) => void response.end('{}'));
    await api.call({ method: 'GET', path: '/api/v1/namespaces/Default' });
    assert.equal(server.received[0]?.path, '/api/v1/namespaces/Default');
  });

  it('for a stream says what it wants too', async () => {
    server.answer(THING, (response) => void response.end());
    await api.stream({ method: 'GET', path: THING });
    await api.stream({ method: 'GET', path: THING, accept: '*/*' });
    assert.deepEqual(
      server.received.map(({ headers }) => headers.accept),
      ['application/json', '*/*'],
    );
  });

  describe('that is refused', () => {
    it('fails with the words, the reason and the causes of the server', async () => {
      const causes = [{ field: 'spec.predictors', message: 'Required value' }];
      const status = { kind: 'Status', code: 422, reason: 'Invalid', message: 'it is invalid', details: { causes } };
      server.answer(THING, (response) => {
        response.writeHead(422, { 'Content-Type': 'application/json', 'Retry-After': '7' });
        response.end(JSON.stringify(status));
      });
      await assert.rejects(api.call({ method: 'GET', path: THING }), {
        constructor: ApiFailure,
        status: 422,
        reason: 'Invalid',
        message: 'it is invalid',
        causes,
        retryAfterSeconds: 7,
      });
    });

    it('fails with the status code and the text where a proxy answered instead', async () => {
      server.answer(THING, (response) => {
        response.writeHead(502, { 'Content-Type': 'text/html', 'Retry-After': 'Fri, 01 Jan 2027 00:00:00 GMT' });
        response.end('<h1>Bad Gateway</h1>\n');
      });
      await assert.rejects(api.call({ method: 'GET', path: THING }), {
        constructor: ApiFailure,
        status: 502,
        reason: '',
        message: '502 <h1>Bad Gateway</h1>',
        retryAfterSeconds: undefined,
      });
    });

    it('fails with the status code where the words break off', async () => {
      server.answer(THING, (response) => {
        response.writeHead(403, { 'Content-Length': '1000' });
        response.write('{"kind":', () => response.destroy());
      });
      await assert.rejects(api.call({ method: 'GET', path: THING }), { constructor: ApiFailure, status: 403 });
    });
  });

  describe('without an answer', () => {
    it('names the server and what happened where nobody listens', async () => {
      await server.close();
      await assert.rejects(api.call({ method: 'GET', path: THING }), {
        constructor: Unreachable,
        server: api.server,
        message: /^connect ECONNREFUSED 127\.0\.0\.1:\d+$/,
      });
    });

    it('says so of discovery too', async () => {
      await server.close();
      await assert.rejects(api.discover('example.com/v1', 'Thing'), { message: /^connect ECONNREFUSED/ });
    });

    it('says so when the answer breaks off', async () => {
      server.answer(THING, (response) => {
        response.writeHead(200, { 'Content-Length': '1000' });
        response.write('{"half":', () => response.destroy());
      });
      await assert.rejects(api.call({ method: 'GET', path: THING }), { constructor: Unreachable, server: api.server });
    });

    it('says so when the answer is no JSON', async () => {
      server.answer(THING, (response) => void response.end('<html>'));
      await assert.rejects(api.call({ method: 'GET', path: THING }), {
        constructor: NotKubernetes,
        message:
          /^the server at http:\/\/127\.0\.0\.1:\d+ does not answer as a Kubernetes API server: the answer is a page of HTML or XML, not JSON$/,
      });
    });

    it('says so when the answer is cut short', async () => {
      server.answer(THING, (response) => void response.end('{"half":'));
      await assert.rejects(api.call({ method: 'GET', path: THING }), {
        constructor: Unreachable,
        message: 'the answer was cut short or is not JSON',
      });
    });
  });

  describe('that is given up', () => {
    const reason = new Interrupted(exitCodes.interrupted);

    it('fails with the reason for it', async () => {
      const stop = new AbortController();
      server.answer(THING, () => stop.abort(reason));
      await assert.rejects(api.call({ method: 'GET', path: THING, signal: stop.signal }), (error) => error === reason);
    });

    it('fails so too while its answer arrives', async () => {
      const stop = new AbortController();
      server.answer(THING, (response) => {
        response.writeHead(200, { 'Content-Length': '1000' }).write('{"half":');
        setTimeout(() => stop.abort(reason), 50);
      });
      await assert.rejects(api.call({ method: 'GET', path: THING, signal: stop.signal }), (error) => error === reason);
    });

    it('fails so too when the whole program is to end', async () => {
      const stop = new AbortController();
      const stoppable = server.api({}, {}, stop.signal);
      server.answer(THING, () => stop.abort(reason));
      await assert.rejects(stoppable.call({ method: 'GET', path: THING }), (error) => error === reason);
      await assert.rejects(stoppable.stream({ method: 'GET', path: THING }), (error) => error === reason);
    });

    it('is not when it changes something: nobody would know whether it did', async () => {
      const stop = new AbortController();
      server.answer(THING, (response) => {
        stop.abort(reason);
        response.end('{"done": true}');
      });
      const { body } = await server.api({}, {}, stop.signal).call({ method: 'DELETE', path: THING });
      assert.deepEqual(body, { done: true });
    });
  });

  describe('for discovery', () => {
    it('answers undefined for a kind that the server does not have', async () => {
      server.answer('/apis/example.com/v1', (response) => {
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify({ kind: 'APIResourceList', groupVersion: 'example.com/v1', resources: [] }));
      });
      assert.equal(await api.discover('example.com/v1', 'Thing'), undefined);
    });
  });
});
