import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { jsonList, SourceServer } from '../sync/source-server.ts';
import { modelYaml } from './models.ts';
import { seen } from './seen.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

/** What a sync does about a deployment that it wants and that is being deleted. */
export function syncEndingCases(server: () => ServerUnderTest): void {
  const only = async (namespace: string) => (await list<SeldonDeployment>(server(), seldonPath(namespace)))[0];
  const iris = (namespace: string) => `${seldonPath(namespace)}/iris`;
  const sync = (namespace: string, args: readonly string[], options = {}) =>
    server().run(['sync', ...args, '-n', namespace], options);

  /** Somebody holds it. */
  async function hold(namespace: string): Promise<void> {
    await setFinalizers(namespace, ['example.com/backup']);
  }

  async function setFinalizers(namespace: string, finalizers: string[]): Promise<void> {
    await server().api.call({
      method: 'PATCH',
      path: iris(namespace),
      contentType: 'application/merge-patch+json',
      body: { metadata: { finalizers } },
    });
  }

  async function startDeletion(namespace: string): Promise<string | undefined> {
    await server().api.call({ method: 'DELETE', path: iris(namespace) });
    const { metadata } = (await only(namespace)) ?? { metadata: { name: '' } };
    assert.ok(metadata.deletionTimestamp, 'it is held');
    return metadata.uid;
  }

  for (const [whose, owner] of [
    ['its own', 'one'],
    ['somebody else’s', 'two'],
  ] as const) {
    it(`waits for the end of ${whose} deployment that is being deleted, and makes it anew`, async () => {
      const namespace = await newNamespace(server());
      await sync(namespace, ['-', `--owner=${owner}`], { stdin: modelYaml() });
      await hold(namespace);
      const uid = await startDeletion(namespace);
      const running = sync(namespace, ['-', '--owner=one', '-o', 'json'], {
        stdin: modelYaml(),
        onceSeen: { text: /is being deleted/, act: () => void setFinalizers(namespace, []) },
      });
      const { exitCode, stdout } = await running;
      assert.equal(exitCode, 0, stdout);
      assert.match(stdout, /once its finalizers are removed: example\.com\/backup/);
      assert.match(stdout, /"action":"created"/);
      assert.notEqual((await only(namespace))?.metadata.uid, uid);
    });
  }

  it('makes anew what is wanted again while its own deletion is held', async () => {
    const namespace = await newNamespace(server());
    const source = await SourceServer.start();
    const stop = Promise.withResolvers<void>();
    try {
      const items = [{ id: 'iris', name: 'iris', deployment: { image: 'example/iris:1.0' } }];
      source.answers = [jsonList(items, '"1"')];
      const args = [source.url, '--insecure-http', '--owner=one', '--prune', '--allow-empty', '--watch'];
      const ended = sync(namespace, [...args, '--interval=100ms'], { interruptAfter: stop.promise });
      await seen(async () => (await only(namespace)) !== undefined, 'the deployment');
      await hold(namespace);
      source.answers = [jsonList([], '"2"')];
      await seen(async () => (await only(namespace))?.metadata.deletionTimestamp !== undefined, 'its deletion');
      const { metadata } = (await only(namespace)) as SeldonDeployment;
      source.answers = [jsonList(items, '"3"')];
      await seen(() => source.requests.some(({ headers }) => headers['if-none-match'] === '"3"'), 'that it is wanted');
      assert.deepEqual((await only(namespace))?.metadata.generation, metadata.generation, 'nothing is written to it');
      await setFinalizers(namespace, []);
      await seen(async () => {
        const now = await only(namespace);
        return now !== undefined && now.metadata.uid !== metadata.uid;
      }, 'a new one');
      stop.resolve();
      assert.equal((await ended).exitCode, 130);
    } finally {
      stop.resolve();
      await source.close();
    }
  });
}
