import assert from 'node:assert/strict';
import path from 'node:path';
import { it } from 'node:test';
import { Transport } from '../../src/cluster/transport.ts';
import { modelYaml } from '../behaviour/models.ts';
import { startSandboxUnderTest } from '../behaviour/sandbox-server.ts';

const source = path.resolve(import.meta.dirname, '../../src');

/** What stands between a command line and its request: see docs/architecture.md. A frame more has to be worth it. */
const MOST_FRAMES = 20;

it('scale passes few frames on its way to the request', async (test) => {
  const limit = Error.stackTraceLimit;
  const send = Transport.prototype.send;
  const server = await startSandboxUnderTest();
  let stack = '';
  try {
    await server.run(['apply', '-f', '-', '--wait'], { stdin: modelYaml() });
    Error.stackTraceLimit = 200;
    Transport.prototype.send = function (this: Transport, request, ...rest) {
      const url = request.getUrl();
      // The stand-in operator is in this process too.
      const isOurs = url.includes('fieldManager=kubectl-seldon-lifecycle') && url.includes('/seldondeployments/iris');
      if (isOurs && request.getHttpMethod() === 'PATCH') stack ||= new Error('the PATCH').stack ?? '';
      return send.call(this, request, ...rest);
    };
    const { exitCode, stderr } = await server.run(['scale', 'iris', '--replicas=2']);
    assert.equal(exitCode, 0, stderr);
  } finally {
    Transport.prototype.send = send;
    Error.stackTraceLimit = limit;
    await server.stop();
  }
  const frames = stack.split('\n').flatMap((line) => {
    const [, called = '(anonymous)', file] = /at (?:async )?(?:(\S+) \()?(?:file:\/\/)?(\/[^:]*)/.exec(line) ?? [];
    return file?.startsWith(source) ? [{ called, file: path.relative(source, file) }] : [];
  });
  const files = new Set(frames.map(({ file }) => file));
  test.diagnostic(`${frames.length} frames in ${files.size} files, from the request up:`);
  for (const { called, file } of frames) test.diagnostic(`  ${called} (${file})`);
  assert.equal(frames.at(-1)?.file, 'cli/run-cli.ts');
  assert.equal(frames[0]?.file, 'cluster/api.ts');
  assert.ok(frames.length <= MOST_FRAMES, `${frames.length} frames`);
});
