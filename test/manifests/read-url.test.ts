import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { BadInput } from '../../src/failures.ts';
import { readSources } from '../../src/manifests/read-files.ts';
import { mayLead, readUrl } from '../../src/manifests/read-url.ts';

describe('A URL', () => {
  let server: Server;
  let url: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.yaml`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const refused = (message: RegExp, options = {}) =>
    assert.rejects(
      readUrl(url, { env: {}, ...options }),
      (error) => error instanceof BadInput && message.test(error.message),
    );

  it('is read as a file is, under its own name', async () => {
    answer = (_, response) => response.end('kind: Secret\n');
    const sources = await readSources([url], { recursive: false, stdin: Readable.from([]), env: {} });
    assert.deepEqual(sources, [{ name: url, text: 'kind: Secret\n' }]);
  });

  it('is followed to where it leads', async () => {
    answer = ({ url: path }, response) => {
      if (path === '/there') response.end('text');
      else response.writeHead(302, { location: '/there' }).end();
    };
    assert.equal(await readUrl(url, { env: {} }), 'text');
  });

  it('is asked for without anything that says who we are', async () => {
    answer = ({ headers }, response) => response.end(JSON.stringify(headers));
    const headers = JSON.parse(await readUrl(url, { env: {} }));
    assert.equal(headers.authorization, undefined);
    assert.equal(headers.cookie, undefined);
  });

  it('that leads round in circles is refused', async () => {
    answer = (_, response) => response.writeHead(302, { location: '/again' }).end();
    await refused(/stopped after 10 redirects$/);
  });

  it('that leads to something other than a web server is refused', async () => {
    answer = (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    await refused(/it redirects to file:\/\/, which is not followed$/);
  });

  for (const [from, to, isFollowed] of [
    ['https://a/', 'http://a/', false],
    ['https://a/', 'https://b/', true],
    ['http://a/', 'https://a/', true],
    ['http://a/', 'http://b/', true],
    ['https://a/', 'data:text/plain,a', false],
  ] as const) {
    it(`that leads from ${from} to ${to} is ${isFollowed ? '' : 'not '}followed`, () =>
      assert.equal(mayLead(new URL(from), new URL(to)), isFollowed));
  }

  it('that is not there is told in kubectl’s words', async () => {
    answer = (_, response) => response.writeHead(404).end();
    await refused(/^unable to read URL ".*", server reported 404 Not Found, status code=404$/);
  });

  it('with too much behind it is refused', async () => {
    answer = (_, response) => response.end(Buffer.alloc(1024 * 1024 + 1, 'x'));
    await refused(/it is larger than 1 MiB$/, { mostBytes: 1024 * 1024 });
  });

  it('that does not answer is given up', async () => {
    answer = () => {};
    await refused(/no answer within 0\.05s$/, { timeoutMs: 50 });
  });

  it('of a server that is not there is told', async () => {
    server.close();
    await refused(/^unable to read URL ".*": connect ECONNREFUSED/);
  });
});
