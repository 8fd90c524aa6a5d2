import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, it } from 'node:test';
import { runInProcess } from '../behaviour/in-process.ts';
import { modelYaml } from '../behaviour/models.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import { argsOf, asksServer, everyLine, isEndless, startFolder } from '../ending/every-command.ts';
import { MutatingProxy } from './mutating-proxy.ts';

/** What comes instead of a value: one of them in each spot, in turn. */
const strangers: readonly unknown[] = [
  null,
  true,
  -1,
  1e300,
  '',
  'text with spaces',
  [],
  [null],
  [[]],
  {},
  { constructor: { prototype: 1 }, toString: null, length: -1 },
];

// A run takes too long for so many of them, and waits as those do that are here.
const tried = (await everyLine()).filter((line) => asksServer(line) && !isEndless(line) && line.command.name !== 'run');

/** Changes every so manyth value in what each command is answered, one at a time. */
export function mutatedAnswerCases(every: number): void {
  let files: ReturnType<typeof startFolder>;
  let sandbox: SandboxUnderTest;
  let proxy: MutatingProxy;
  const here = process.cwd();
  before(async () => {
    files = startFolder();
    process.chdir(files.folder);
    sandbox = await startSandboxUnderTest();
    const { exitCode, stderr } = await sandbox.run(['apply', '-f', '-', '--wait'], { stdin: modelYaml() });
    assert.equal(exitCode, 0, stderr);
    proxy = await MutatingProxy.start(sandbox.api.server);
    const kubeconfig = {
      clusters: [{ name: 'mutated', cluster: { server: proxy.url } }],
      contexts: [{ name: 'mutated', context: { cluster: 'mutated' } }],
      'current-context': 'mutated',
    };
    writeFileSync(path.join(files.folder, 'config'), JSON.stringify(kubeconfig));
  });
  after(async () => {
    process.chdir(here);
    await proxy.close();
    await sandbox.stop();
    files.remove();
  });

  for (const line of tried) {
    it(`never surprise ${line.args.join(' ')}`, async (test) => {
      const limited = line.command.flags.some(({ name }) => name === '--timeout') ? ['--timeout=100ms'] : [];
      const run = () => runInProcess('config', [...argsOf(line, files.folder), ...limited]);
      proxy.change = undefined;
      proxy.spots.clear();
      await run();
      const changes = [...proxy.spots].flatMap((spot, index) =>
        index % every === 0 ? [{ spot, value: strangers[(index / every) % strangers.length] }] : [],
      );
      const surprises: string[] = [];
      for (const change of changes) {
        proxy.change = change;
        await run().catch((error) =>
          surprises.push(`${change.spot} = ${JSON.stringify(change.value)}: ${error.stack}`),
        );
      }
      test.diagnostic(`${changes.length} changes`);
      assert.deepEqual(surprises, []);
    });
  }
}
