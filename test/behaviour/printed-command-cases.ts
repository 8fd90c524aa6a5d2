import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { parse, stringify } from 'yaml';
import { modelYaml } from './models.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';
import { shellWords } from './shell-words.ts';

const ROW = '{"data":{"ndarray":[[1,2,3.5]]}}';
/** A name that any shell reads otherwise, unless it is quoted. */
const CONTEXT = 'it\'s "$HOME"; a `context`';
const GIVEN =
  /--kubeconfig='\S+\/my config' --context='it'\\''s "\$HOME"; a `context`' --as=jane --as-group=system:masters/;

/** What a command prints acts where it did itself: with flags that lead elsewhere than the kubeconfig's own context. */
export function printedCommandCases(server: () => ServerUnderTest): void {
  /** A folder with a kubeconfig of two contexts, of which the current one leads nowhere. */
  async function inFolder(work: (flags: string[], folder: string, namespace: string) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), 'printed-'));
    try {
      const config = parse(readFileSync(server().kubeconfig, 'utf8'));
      const { context } = config.contexts.find(({ name }: { name: string }) => name === config['current-context']);
      config.contexts.push({ name: CONTEXT, context }, { name: 'nowhere', context: { cluster: 'nowhere', user: '' } });
      config.clusters.push({ name: 'nowhere', cluster: { server: 'https://127.0.0.1:1' } });
      const kubeconfig = path.join(folder, 'my config');
      writeFileSync(kubeconfig, stringify({ ...config, 'current-context': 'nowhere' }));
      const flags = ['--kubeconfig', kubeconfig, '--context', CONTEXT, '--as=jane', '--as-group=system:masters'];
      await work(flags, folder, await newNamespace(server()));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** The command after these words in what was printed, as the words that our program gets. */
  function printed(text: string, before: string): string[] {
    const [, command = ''] = new RegExp(`^${before}: (kubectl .*)$`, 'm').exec(text) ?? [];
    assert.match(command, GIVEN, text);
    const [program, ...words] = shellWords(command);
    assert.equal(program, 'kubectl');
    return words;
  }

  it('prints how to remove what a failed run has left, for the cluster and the user of its flags', async () => {
    await inFolder(async (flags, _, namespace) => {
      const args = ['run', '-f', '-', '-n', namespace, '--fail-grace=0s', ...flags];
      const failed = await server().run(args, { stdin: modelYaml({ tag: 'missing' }) });
      assert.equal(failed.exitCode, 5, failed.stderr);
      const [verb, kind, ...rest] = printed(failed.stderr, 'to remove it');
      assert.deepEqual([verb, kind], ['delete', 'seldondeployment']);
      // Ours takes what kubectl's takes.
      const removed = await server().run(['delete', ...rest]);
      assert.equal(removed.exitCode, 0, removed.stderr);
      assert.deepEqual(await list(server(), seldonPath(namespace)), []);
    });
  });

  it('prints how to see why a model does not answer', async () => {
    await inFolder(async (flags, _, namespace) => {
      const where = ['-n', namespace, ...flags];
      await server().run(['apply', '-f', '-', ...where], { stdin: modelYaml({ tag: 'missing' }) });
      await server().run(['wait', 'iris', '--for=failed', '--fail-grace=0s', ...where]);
      const failed = await server().run(['predict', 'iris', '-d', ROW, ...where]);
      assert.equal(failed.exitCode, 5, failed.stderr);
      const [plugin, ...words] = printed(failed.stderr, 'See what the deployment waits for');
      assert.equal(plugin, 'seldon-lifecycle');
      const status = await server().run(words);
      assert.equal(status.exitCode, 0, status.stderr);
      assert.match(status.stdout, /SeldonDeployment\/iris/);
    });
  });

  it('prints how to try a model that is held', async () => {
    await inFolder(async (flags, folder, namespace) => {
      const payload = path.join(folder, 'payload.json');
      writeFileSync(payload, ROW);
      const args = ['run', '-f', '-', '-n', namespace, '--hold=100ms', '--cleanup=never', ...flags];
      const held = await server().run(args, { stdin: modelYaml() });
      assert.equal(held.exitCode, 0, held.stderr);
      assert.match(
        held.stderr,
        new RegExp(`^to reach it from here: kubectl port-forward .* -n ${namespace} ${GIVEN.source}, then`, 'm'),
      );
      const [plugin, ...words] = printed(held.stderr, 'to try it');
      assert.equal(plugin, 'seldon-lifecycle');
      const answer = await server().run(words.map((word) => (word === '@payload.json' ? `@${payload}` : word)));
      assert.equal(answer.exitCode, 0, answer.stderr);
      assert.match(answer.stdout, /"ndarray":\[\[6\.5\]\]/);
    });
  });
}
