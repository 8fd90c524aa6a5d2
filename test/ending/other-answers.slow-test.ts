import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runInProcess } from '../behaviour/in-process.ts';
import { argsOf, asksServer, everyLine, startFolder } from './every-command.ts';

/** What something answers that is no API server, whatever it is asked. */
const answers: readonly (readonly [name: string, status: number, body: string])[] = [
  ['an object of its own', 200, '{"message":"hello"}'],
  ['an empty object', 200, '{}'],
  ['a list', 200, '[]'],
  ['null', 200, 'null'],
  ['a string', 200, '"text"'],
  ['a number', 200, '7'],
  ['what looks like a list', 200, '{"kind":"List","items":"x","resources":{},"versions":[7],"metadata":[]}'],
  ['lists of strangers', 200, '{"items":[{"id":1}],"resources":[{"id":1}],"preferredVersion":{},"versions":[]}'],
  ['a page', 200, '<!doctype html><title>Log in</title>'],
  ['nothing', 200, ''],
  ['a text', 200, 'It works!'],
  ['a page that was not found', 404, '<html><h1>404 Not Found</h1></html>'],
  ['JSON of its own that something was not found', 404, '{"error":"no such route"}'],
];

const asking = (await everyLine()).filter(asksServer);

describe('Something that answers and is no API server of Kubernetes', () => {
  let files: ReturnType<typeof startFolder>;
  let server: Server;
  let answer: readonly [name: string, status: number, body: string];
  const here = process.cwd();
  before(async () => {
    files = startFolder();
    process.chdir(files.folder);
    server = createServer((_, response) => response.writeHead(answer[1]).end(answer[2])).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const kubeconfig = {
      clusters: [{ name: 'other', cluster: { server: `http://127.0.0.1:${port}` } }],
      contexts: [{ name: 'other', context: { cluster: 'other' } }],
      'current-context': 'other',
    };
    writeFileSync(path.join(files.folder, 'config'), JSON.stringify(kubeconfig));
  });
  after(() => {
    process.chdir(here);
    server.closeAllConnections();
    server.close();
    files.remove();
  });

  for (const one of answers) {
    for (const line of asking) {
      it(`${one[0]}: ${line.args.join(' ')} says so, with exit code 3`, async () => {
        answer = one;
        const { exitCode, stdout, stderr } = await runInProcess('config', argsOf(line, files.folder));
        const said = `${stdout}${stderr}`;
        assert.equal(exitCode, 3, said);
        assert.match(said, /the server at http:\/\/127\.0\.0\.1:\d+ does not answer as a Kubernetes API server: /);
        assert.ok(said.length < 3_000, said);
      });
    }
  }
});
