import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubernetesObject } from '../../src/sandbox/api-server/objects.ts';
import { widget } from './api-client.ts';
import { startTestCluster } from './cluster.ts';

function startFamily() {
  const cluster = startTestCluster();
  const child = (name: string, owner: KubernetesObject, metadata: object = {}, blockOwnerDeletion = true) => {
    const { uid, name: ownerName } = owner.metadata;
    const reference = { apiVersion: 'example.com/v1', kind: 'Widget', name: ownerName, uid, blockOwnerDeletion };
    return cluster.create('Widget', widget(name, {}, { ownerReferences: [reference], ...metadata }));
  };
  const parent = cluster.create('Widget', widget('parent'));
  return { ...cluster, child, parent, left: () => cluster.names('Widget') };
}

describe('Garbage collection in the sandbox', () => {
  it('in the background deletes the owner at once and dependents after it', async () => {
    const family = startFamily();
    family.child('grandchild', family.child('child', family.parent));
    family.delete('Widget', 'parent');
    assert.deepEqual(family.left(), ['child', 'grandchild']);
    await family.clock.advance(100);
    assert.deepEqual(family.left(), []);
  });

  it('in the foreground keeps the owners until the last dependent has gone', async () => {
    const family = startFamily();
    const child = family.child('child', family.parent);
    family.child('grandchild', child, { finalizers: ['example.com/hold'] });
    family.child('loose', family.parent, {}, false);
    family.delete('Widget', 'parent', { propagationPolicy: 'Foreground' });
    await family.clock.advance(100);
    assert.deepEqual(family.left(), ['child', 'grandchild', 'parent']);
    for (const name of ['child', 'parent']) {
      assert.deepEqual(family.find('Widget', name)?.metadata.finalizers, ['foregroundDeletion']);
    }
    family.update('Widget', 'grandchild', ({ metadata }) => {
      delete metadata.finalizers;
    });
    await family.clock.advance(100);
    assert.deepEqual(family.left(), []);
  });

  it('lets a background deletion overtake one in the foreground', async () => {
    const family = startFamily();
    family.child('child', family.parent, { finalizers: ['example.com/hold'] });
    family.delete('Widget', 'parent', { propagationPolicy: 'Foreground' });
    await family.clock.advance(100);
    family.delete('Widget', 'parent', { propagationPolicy: 'Background' });
    assert.deepEqual(family.left(), ['child']);
  });

  it('orphans on request', async () => {
    const family = startFamily();
    family.child('child', family.parent);
    family.delete('Widget', 'parent', { propagationPolicy: 'Orphan' });
    await family.clock.advance(100);
    assert.deepEqual(family.left(), ['child']);
    assert.equal(family.find('Widget', 'child')?.metadata.ownerReferences, undefined);
  });

  it('collects what names an owner that was replaced by another of the same name', async () => {
    const family = startFamily();
    const earlier = { ...family.parent, metadata: { ...family.parent.metadata, uid: 'an-earlier-uid' } };
    family.child('child', earlier);
    await family.clock.advance(100);
    assert.deepEqual(family.left(), ['parent']);
  });

  it('leaves dependents that have another owner', async () => {
    const family = startFamily();
    const other = family.create('Widget', widget('other'));
    const reference = ({ metadata }: KubernetesObject) => ({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      name: metadata.name,
      uid: metadata.uid,
    });
    const ownerReferences = [reference(family.parent), reference(other)];
    family.create('Widget', widget('shared', {}, { ownerReferences }));
    family.delete('Widget', 'parent');
    await family.clock.advance(100);
    assert.deepEqual(family.left(), ['other', 'shared']);
    assert.deepEqual(family.find('Widget', 'shared')?.metadata.ownerReferences, [reference(other)]);
  });
});

describe('A namespace in the sandbox', () => {
  it('is emptied, takes nothing new meanwhile, and then goes', async () => {
    const cluster = startTestCluster();
    cluster.create('Namespace', { metadata: { name: 'ns' } });
    cluster.create('ConfigMap', { metadata: { name: 'inside' } }, 'ns');
    cluster.create('Widget', widget('held', {}, { finalizers: ['example.com/hold'] }), 'ns');
    cluster.delete('Namespace', 'ns');
    assert.deepEqual(cluster.find('Namespace', 'ns')?.status, { phase: 'Terminating' });
    assert.throws(() => cluster.create('ConfigMap', { metadata: { name: 'new' } }, 'ns'), {
      code: 403,
      message:
        'configmaps "new" is forbidden: unable to create new content in namespace ns because it is being terminated',
    });
    await cluster.clock.advance(500);
    assert.deepEqual([cluster.names('ConfigMap'), cluster.names('Widget')], [[], ['held']]);
    const held = cluster.store.get(cluster.typeOf('Widget'), 'ns', 'held');
    cluster.store.remove(cluster.typeOf('Widget'), held);
    await cluster.clock.advance(500);
    assert.equal(cluster.find('Namespace', 'ns'), undefined);
  });
});
