import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergeSchemas } from '../../src/sandbox/api-server/managed-fields/builtin-merge-schemas.ts';
import type { MergeSchema } from '../../src/sandbox/api-server/managed-fields/merge-schema.ts';
import { applyMergePatch, applyStrategicMergePatch } from '../../src/sandbox/api-server/merge-patch.ts';

const deployment = mergeSchemas.Deployment as MergeSchema;
const withContainers = (containers: unknown, more: object = {}) => ({
  spec: { template: { spec: { containers, ...more } } },
});

describe('A merge patch', () => {
  for (const { name, target, patch, expected } of [
    { name: 'sets and removes fields', target: { a: 1, b: 2 }, patch: { a: 3, b: null }, expected: { a: 3 } },
    { name: 'replaces lists', target: { a: [1, 2] }, patch: { a: [3] }, expected: { a: [3] } },
    {
      name: 'reaches into objects',
      target: { a: { b: 1, c: 2 } },
      patch: { a: { b: 3 } },
      expected: { a: { b: 3, c: 2 } },
    },
  ]) {
    it(name, () => assert.deepEqual(applyMergePatch(target, patch), expected));
  }
});

describe('A strategic merge patch', () => {
  const target = withContainers([
    { name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] },
    { name: 'b', image: 'b:1' },
  ]);
  const containersAfter = (patch: unknown) =>
    (applyStrategicMergePatch(deployment, target, patch) as ReturnType<typeof withContainers>).spec.template.spec
      .containers;

  it('changes one container of several', () => {
    assert.deepEqual(containersAfter(withContainers([{ name: 'b', image: 'b:2' }])), [
      { name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] },
      { name: 'b', image: 'b:2' },
    ]);
  });

  it('deletes items, and lists within items are merged as well', () => {
    const patch = withContainers([
      { name: 'a', env: [{ name: 'Y', value: '2' }] },
      { name: 'b', $patch: 'delete' },
    ]);
    assert.deepEqual(containersAfter(patch), [
      {
        name: 'a',
        image: 'a:1',
        env: [
          { name: 'X', value: '1' },
          { name: 'Y', value: '2' },
        ],
      },
    ]);
  });

  it('orders items as it says', () => {
    const patch = withContainers([{ name: 'c', image: 'c:1' }], {
      '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }, { name: 'b' }],
    });
    const names = (containersAfter(patch) as { name: string }[]).map(({ name }) => name);
    assert.deepEqual(names, ['c', 'a', 'b']);
  });

  it('replaces a list where it is told to', () => {
    const patch = withContainers([{ $patch: 'replace' }, { name: 'z', image: 'z:1' }]);
    assert.deepEqual(containersAfter(patch), [{ name: 'z', image: 'z:1' }]);
  });

  it('deletes from lists of plain values', () => {
    const object = { metadata: { finalizers: ['a', 'b'] } };
    const patch = { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } };
    assert.deepEqual(applyStrategicMergePatch(deployment, object, patch), { metadata: { finalizers: ['b'] } });
  });
});
