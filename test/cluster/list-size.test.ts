import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Api, VerbOptions } from '../../src/cluster/api.ts';
import { ListTooLarge } from '../../src/cluster/api-failure.ts';
import { listCollection } from '../../src/cluster/list-objects.ts';
import { ListSize } from '../../src/cluster/list-size.ts';
import { resourceKinds } from '../../src/cluster/resource-kinds.ts';
import { WatchPosition } from '../../src/cluster/watch-position.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { explained } from '../../src/lifecycle/errors/api-errors.ts';

const MIB = 1024 * 1024;
const large: KubernetesObject = { metadata: { name: 'a', annotations: { note: 'x'.repeat(MIB) } } };

/** Of a server that says for ever that there are more. */
function endless(chunk: KubernetesObject[]): { api: Api; asked(): number } {
  let asked = 0;
  let told: VerbOptions['onLength'];
  const api = {
    server: 'https://x',
    options({ onLength }: VerbOptions) {
      told = onLength;
      return {};
    },
    async list() {
      asked += 1;
      told?.(100 * MIB);
      return { items: chunk, metadata: { continue: `${asked}` } };
    },
  };
  return { api: api as unknown as Api, asked: () => asked };
}

describe('all chunks of a list together', () => {
  it('are given up before they take all memory, with what can be done about it', async () => {
    const { api, asked } = endless(Array(100).fill(large));
    const error = await listCollection(api, resourceKinds.pod, undefined).catch((caught) => caught);
    assert.ok(error instanceof ListTooLarge);
    assert.equal(asked(), 6);
    const failure = explained(error, 'list pods') as { message: string; hint: string; exitCode: number };
    assert.deepEqual(
      [failure.message, failure.hint, failure.exitCode],
      [
        'cannot list pods: there are too many pods in all namespaces: they take more than 512 MiB, the maximum for a list',
        'Choose a namespace with -n, or select deployments with -l',
        3,
      ],
    );
  });

  it('count by what is kept of them: of many that are cut or passed over all are seen', async () => {
    for (const query of [
      { where: () => false },
      { keep: ({ metadata: { name } }: KubernetesObject) => ({ metadata: { name } }) },
    ]) {
      const { api, asked } = endless(Array(100).fill(large));
      await assert.rejects(
        listCollection(api, resourceKinds.pod, 'ns', query),
        /its list of pods in namespace "ns" does not end/,
      );
      assert.equal(asked(), 2_000);
    }
  });

  it('are not counted where all that has come fits into one answer', () => {
    const size = new ListSize('https://x', resourceKinds.pod, 'ns');
    size.add(256 * MIB, Array(1_000).fill(large));
    assert.throws(() => size.add(1, Array(1_000).fill(large)), ListTooLarge);
  });

  it('are counted where they are nested as deep as their text is long', () => {
    const size = new ListSize('https://x', resourceKinds.seldonDeployment, undefined);
    const deep = JSON.parse(`${'['.repeat(2 ** 20)}${']'.repeat(2 ** 20)}`);
    const others = Array(500).fill(large);
    size.add(257 * MIB, others);
    assert.throws(
      () => size.add(1, [...others, deep]),
      /seldondeployments\.machinelearning\.seldon\.io in all namespaces/,
    );
  });

  it('are given up too where a watch begins with them', () => {
    const reader = { replaced: () => {}, changed: () => {}, trouble: () => {} };
    const position = new WatchPosition<KubernetesObject>(reader, (object) => object);
    position.opened({ withList: true, size: new ListSize('https://x', resourceKinds.pod, 'ns') });
    const more = () => position.take({ type: 'ADDED', object: large }, MIB);
    for (let count = 0; count < 511; count += 1) more();
    assert.throws(() => [more(), more()], ListTooLarge);
  });
});
