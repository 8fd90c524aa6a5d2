import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Cache } from '../../src/cluster/cache.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { FakeClock } from '../fake-clock.ts';

const iris = object('iris');
const deployment = object('deployment', 'iris');
const replicaSet = object('set', 'deployment');
const pod = object('pod', 'set');
const service = object('service', 'iris');

describe('the cache of a namespace', () => {
  let cache: Cache;

  beforeEach(() => {
    cache = new Cache(new FakeClock());
  });

  const chain: [kind: string, object: KubernetesObject][] = [
    ['SeldonDeployment', iris],
    ['Deployment', deployment],
    ['ReplicaSet', replicaSet],
    ['Pod', pod],
    ['Service', service],
  ];
  for (const [order, objects] of Object.entries({ 'owner first': chain, 'owner last': chain.toReversed() })) {
    it(`knows what belongs to whom over the whole chain, when it comes ${order}`, () => {
      for (const [kind, one] of objects) cache.put(kind, one);
      assert.deepEqual(namesOwnedBy(cache, 'iris'), {
        deployments: ['deployment'],
        replicaSets: ['set'],
        pods: ['pod'],
        others: ['service'],
      });
      assert.deepEqual(cache.ownerChain('pod'), ['pod', 'set', 'deployment', 'iris']);
    });
  }

  it('goes by uid, not by name: what belongs to an earlier object of the same name is not owned', () => {
    cache.put('Pod', { metadata: { name: 'pod', uid: 'pod', ownerReferences: [owner('iris-old', 'iris')] } });
    assert.deepEqual(cache.ownedBy('iris').pods, []);
    assert.deepEqual(cache.ownedBy('iris-old').pods.length, 1);
  });

  it('knows the kind of each object, which lists and metadata-only answers leave out', () => {
    cache.replace('Service', [service]);
    assert.equal(cache.get('service')?.kind, 'Service');
  });

  it('keeps the newest of an object', () => {
    cache.put('Pod', pod);
    cache.put('Pod', { metadata: { ...pod.metadata, resourceVersion: '2' } });
    assert.equal(cache.get('pod')?.metadata.resourceVersion, '2');
    assert.equal(cache.ownedBy('set').pods.length, 1);
  });

  it('follows an object to a new owner', () => {
    cache.put('Pod', pod);
    cache.put('Pod', object('pod', 'other-set'));
    assert.deepEqual(cache.ownedBy('set').pods, []);
    assert.deepEqual(cache.ownedBy('other-set').pods.length, 1);
  });

  it('does not run in circles when owners do', () => {
    cache.put('A', object('a', 'b'));
    cache.put('B', object('b', 'a'));
    assert.deepEqual(cache.ownerChain('a'), ['a', 'b']);
    assert.deepEqual(cache.ownedBy('a').others.length, 1);
  });

  it('remembers owners after the objects are gone, for their last events', () => {
    for (const [kind, one] of chain) cache.put(kind, one);
    for (const [, one] of chain) cache.remove(one);
    assert.deepEqual(namesOwnedBy(cache, 'iris'), { deployments: [], replicaSets: [], pods: [], others: [] });
    assert.deepEqual(cache.ownerChain('pod'), ['pod', 'set', 'deployment', 'iris']);
  });

  it('shows what is below an object that is gone', () => {
    for (const [kind, one] of chain) cache.put(kind, one);
    cache.remove(deployment);
    cache.put('ReplicaSet', replicaSet);
    assert.deepEqual(namesOwnedBy(cache, 'deployment'), {
      deployments: [],
      replicaSets: ['set'],
      pods: ['pod'],
      others: [],
    });
  });

  it('finds pods whose owners went before them, and forgets the owners with the last of them', () => {
    for (const [kind, one] of chain) cache.put(kind, one);
    for (const one of [iris, deployment, replicaSet]) cache.remove(one);
    assert.deepEqual(namesOwnedBy(cache, 'iris').pods, ['pod']);
    cache.remove(pod);
    cache.put('ReplicaSet', object('set'));
    assert.deepEqual(namesOwnedBy(cache, 'iris'), {
      deployments: [],
      replicaSets: [],
      pods: [],
      others: ['service'],
    });
  });

  describe('of what belongs to others', () => {
    const much = { spec: { containers: [] }, status: { phase: 'Running' } };
    const foreignPod = { ...object('other-pod', 'other-set'), ...much };
    const foreign: [kind: string, object: KubernetesObject][] = [
      ['Deployment', { ...object('other'), ...much }],
      ['ReplicaSet', object('other-set', 'other')],
      ['Pod', foreignPod],
    ];
    for (const [order, objects] of Object.entries({ 'owner first': foreign, 'owner last': foreign.toReversed() })) {
      it(`keeps only whose it is, when lists bring it ${order}`, () => {
        for (const [kind, one] of objects) cache.replace(kind, [one]);
        assert.deepEqual(cache.get('other-pod'), { ...object('other-pod', 'other-set'), kind: 'Pod' });
        assert.deepEqual(cache.get('other'), { ...object('other'), kind: 'Deployment' });
      });
    }

    it('keeps all of it as long as it may be ours: an owner is not known yet, or not any more', () => {
      cache.put('Pod', foreignPod);
      assert.deepEqual(cache.get('other-pod'), { ...foreignPod, kind: 'Pod' });
      for (const [kind, one] of chain) cache.put(kind, one);
      cache.remove(iris);
      cache.put('Pod', { ...pod, ...much });
      assert.deepEqual(cache.get('pod'), { ...pod, ...much, kind: 'Pod' });
    });
  });

  it('remembers the owners of the last ten thousand that are gone, and of those through which something is found', () => {
    cache.put('SeldonDeployment', iris);
    cache.put('Deployment', deployment);
    cache.put('ReplicaSet', replicaSet);
    cache.put('Pod', pod);
    cache.remove(replicaSet);
    for (let index = 0; index < 10_001; index += 1) {
      const other = object(`pod-${index}`, 'deployment');
      cache.put('Pod', other);
      cache.remove(other);
    }
    assert.deepEqual(cache.ownerChain('pod-0'), ['pod-0']);
    assert.deepEqual(cache.ownerChain('pod-10000'), ['pod-10000', 'deployment', 'iris']);
    assert.deepEqual(cache.ownerChain('pod'), ['pod', 'set', 'deployment', 'iris']);
  });

  it('finds what is made for an owner that is gone, as controllers do that have not seen it go', () => {
    cache.onChange('iris', () => {});
    for (const [kind, one] of chain.slice(0, 2)) cache.put(kind, one);
    cache.remove(iris);
    cache.remove(deployment);
    cache.put('Pod', pod);
    cache.put('ReplicaSet', replicaSet);
    assert.deepEqual(namesOwnedBy(cache, 'iris').pods, ['pod']);
    cache.remove(replicaSet);
    cache.remove(pod);
    assert.deepEqual(namesOwnedBy(cache, 'iris').pods, []);
  });

  it('forgets what a list of its kind no longer has, and nothing of other kinds', () => {
    cache.put('Pod', pod);
    cache.put('Pod', object('pod-2', 'set'));
    cache.put('Service', service);
    cache.replace('Pod', [object('pod-2', 'set'), object('pod-3', 'set')]);
    assert.deepEqual(
      cache.ownedBy('set').pods.map(({ metadata }) => metadata.name),
      ['pod-2', 'pod-3'],
    );
    assert.ok(cache.get('service'));
  });

  it('knows that an object which is listened to is gone only after it was there', () => {
    cache.onChange('iris', () => {});
    assert.equal(cache.isGone('iris'), false);
    cache.remove(iris);
    assert.equal(cache.isGone('iris'), false);
    cache.put('SeldonDeployment', iris);
    cache.replace('SeldonDeployment', []);
    assert.equal(cache.isGone('iris'), true);
  });

  it('misses each expected kind until its first list, or until it has to do without', () => {
    for (const kind of ['Pod', 'Service', 'Deployment']) cache.expect(kind);
    cache.put('Pod', pod);
    assert.deepEqual(cache.unsyncedKinds, ['Pod', 'Service', 'Deployment']);
    cache.replace('Pod', []);
    cache.doWithout('Service');
    assert.deepEqual(cache.unsyncedKinds, ['Deployment']);
  });

  describe('tells whoever listens to an object', () => {
    let calls: number;

    beforeEach(() => {
      calls = 0;
      for (const [kind, one] of chain) cache.put(kind, one);
      cache.replace('Pod', [pod]);
      cache.onChange('iris', () => {
        calls += 1;
      });
    });

    const changes: Record<string, [change: () => void, calls: number]> = {
      'of its own change': [() => cache.put('SeldonDeployment', iris), 1],
      'of a change to what it owns, however far down': [() => cache.put('Pod', pod), 1],
      'of what it owns that is gone': [() => cache.remove(pod), 1],
      'not of what others own': [() => cache.put('Pod', object('foreign', 'other')), 0],
      'not of the removal of what was not known': [() => cache.remove(object('unknown', 'iris')), 0],
      'once of a list, however much of it is its own': [() => cache.replace('Pod', [pod, object('pod-2', 'set')]), 1],
      'of a list that lacks what it owned': [() => cache.replace('Pod', []), 1],
      'of the first list of a kind, even an empty one': [() => cache.replace('Job', []), 1],
      'not of a later list in which nothing is its own': [
        () => {
          cache.replace('Job', []);
          cache.replace('Job', [object('job', 'other')]);
        },
        1,
      ],
    };
    for (const [name, [change, expected]] of Object.entries(changes)) {
      it(name, () => {
        change();
        assert.equal(calls, expected);
      });
    }

    it('until it does not want to hear any more', () => {
      const stop = cache.onChange('iris', () => assert.fail('still told'));
      stop();
      cache.put('Pod', pod);
      assert.equal(calls, 1);
    });

    it('when a kind is not stale any more, whatever it listens to', () => {
      let calls = 0;
      cache.onChange('iris', () => {
        calls += 1;
      });
      cache.setStale('Pod', true);
      assert.deepEqual([cache.staleKinds, calls], [['Pod'], 0]);
      cache.setStale('Pod', false);
      cache.setStale('Pod', false);
      assert.deepEqual([cache.staleKinds, calls], [[], 1]);
    });

    it('of a list only when the cache is whole: no moment shows fewer pods than there ever were', () => {
      const seen: number[] = [];
      cache.onChange('iris', () => seen.push(cache.ownedBy('iris').pods.length));
      cache.replace('Pod', [object('replacement', 'set')]);
      assert.deepEqual(seen, [1]);
    });
  });
});

function object(uid: string, ownerUid?: string): KubernetesObject {
  return { metadata: { name: uid, uid, ...(ownerUid && { ownerReferences: [owner(ownerUid, ownerUid)] }) } };
}

function owner(uid: string, name: string) {
  return { apiVersion: 'v1', kind: 'Any', name, uid };
}

function namesOwnedBy(cache: Cache, uid: string): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(cache.ownedBy(uid)).map(([kind, objects]: [string, KubernetesObject[]]) => [
      kind,
      objects.map(({ metadata }) => metadata.name),
    ]),
  );
}
