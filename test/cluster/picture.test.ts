import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { KubernetesObject } from '../../src/cluster/objects.ts';
import { Picture } from '../../src/cluster/picture.ts';

const iris = object('iris');
const deployment = object('deployment', 'iris');
const replicaSet = object('set', 'deployment');
const pod = object('pod', 'set');
const service = object('service', 'iris');

describe('the picture of a namespace', () => {
  let picture: Picture;

  beforeEach(() => {
    picture = new Picture();
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
      for (const [kind, one] of objects) picture.put(kind, one);
      assert.deepEqual(namesOwnedBy(picture, 'iris'), {
        deployments: ['deployment'],
        replicaSets: ['set'],
        pods: ['pod'],
        others: ['service'],
      });
      assert.deepEqual(picture.ancestry('pod'), ['pod', 'set', 'deployment', 'iris']);
    });
  }

  it('goes by uid, not by name: what belongs to an earlier object of the same name is not owned', () => {
    picture.put('Pod', { metadata: { name: 'pod', uid: 'pod', ownerReferences: [owner('iris-old', 'iris')] } });
    assert.deepEqual(picture.ownedBy('iris').pods, []);
    assert.deepEqual(picture.ownedBy('iris-old').pods.length, 1);
  });

  it('knows the kind of each object, which lists and metadata-only answers leave out', () => {
    picture.replace('Service', [service]);
    assert.equal(picture.get('service')?.kind, 'Service');
  });

  it('keeps the newest of an object', () => {
    picture.put('Pod', pod);
    picture.put('Pod', { metadata: { ...pod.metadata, resourceVersion: '2' } });
    assert.equal(picture.get('pod')?.metadata.resourceVersion, '2');
    assert.equal(picture.ownedBy('set').pods.length, 1);
  });

  it('follows an object to a new owner', () => {
    picture.put('Pod', pod);
    picture.put('Pod', object('pod', 'other-set'));
    assert.deepEqual(picture.ownedBy('set').pods, []);
    assert.deepEqual(picture.ownedBy('other-set').pods.length, 1);
  });

  it('does not run in circles when owners do', () => {
    picture.put('A', object('a', 'b'));
    picture.put('B', object('b', 'a'));
    assert.deepEqual(picture.ancestry('a'), ['a', 'b']);
    assert.deepEqual(picture.ownedBy('a').others.length, 1);
  });

  it('remembers owners after the objects are gone, for their last events', () => {
    for (const [kind, one] of chain) picture.put(kind, one);
    for (const [, one] of chain) picture.remove(one);
    assert.deepEqual(namesOwnedBy(picture, 'iris'), { deployments: [], replicaSets: [], pods: [], others: [] });
    assert.deepEqual(picture.ancestry('pod'), ['pod', 'set', 'deployment', 'iris']);
  });

  it('shows what is below an object that is gone', () => {
    for (const [kind, one] of chain) picture.put(kind, one);
    picture.remove(deployment);
    picture.put('ReplicaSet', replicaSet);
    assert.deepEqual(namesOwnedBy(picture, 'deployment'), {
      deployments: [],
      replicaSets: ['set'],
      pods: ['pod'],
      others: [],
    });
  });

  it('finds pods whose owners went before them, and forgets the owners with the last of them', () => {
    for (const [kind, one] of chain) picture.put(kind, one);
    for (const one of [iris, deployment, replicaSet]) picture.remove(one);
    assert.deepEqual(namesOwnedBy(picture, 'iris').pods, ['pod']);
    picture.remove(pod);
    picture.put('ReplicaSet', object('set'));
    assert.deepEqual(namesOwnedBy(picture, 'iris'), {
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
        for (const [kind, one] of objects) picture.replace(kind, [one]);
        assert.deepEqual(picture.get('other-pod'), { ...object('other-pod', 'other-set'), kind: 'Pod' });
        assert.deepEqual(picture.get('other'), { ...object('other'), kind: 'Deployment' });
      });
    }

    it('keeps all of it as long as it may be ours: an owner is not known yet, or not any more', () => {
      picture.put('Pod', foreignPod);
      assert.deepEqual(picture.get('other-pod'), { ...foreignPod, kind: 'Pod' });
      for (const [kind, one] of chain) picture.put(kind, one);
      picture.remove(iris);
      picture.put('Pod', { ...pod, ...much });
      assert.deepEqual(picture.get('pod'), { ...pod, ...much, kind: 'Pod' });
    });
  });

  it('remembers the owners of the last ten thousand that are gone, and of those through which something is found', () => {
    picture.put('SeldonDeployment', iris);
    picture.put('Deployment', deployment);
    picture.put('ReplicaSet', replicaSet);
    picture.put('Pod', pod);
    picture.remove(replicaSet);
    for (let index = 0; index < 10_001; index += 1) {
      const other = object(`pod-${index}`, 'deployment');
      picture.put('Pod', other);
      picture.remove(other);
    }
    assert.deepEqual(picture.ancestry('pod-0'), ['pod-0']);
    assert.deepEqual(picture.ancestry('pod-10000'), ['pod-10000', 'deployment', 'iris']);
    assert.deepEqual(picture.ancestry('pod'), ['pod', 'set', 'deployment', 'iris']);
  });

  it('finds what is made for an owner that is gone, as controllers do that have not seen it go', () => {
    picture.onChange('iris', () => {});
    for (const [kind, one] of chain.slice(0, 2)) picture.put(kind, one);
    picture.remove(iris);
    picture.remove(deployment);
    picture.put('Pod', pod);
    picture.put('ReplicaSet', replicaSet);
    assert.deepEqual(namesOwnedBy(picture, 'iris').pods, ['pod']);
    picture.remove(replicaSet);
    picture.remove(pod);
    assert.deepEqual(namesOwnedBy(picture, 'iris').pods, []);
  });

  it('forgets what a list of its kind no longer has, and nothing of other kinds', () => {
    picture.put('Pod', pod);
    picture.put('Pod', object('pod-2', 'set'));
    picture.put('Service', service);
    picture.replace('Pod', [object('pod-2', 'set'), object('pod-3', 'set')]);
    assert.deepEqual(
      picture.ownedBy('set').pods.map(({ metadata }) => metadata.name),
      ['pod-2', 'pod-3'],
    );
    assert.ok(picture.get('service'));
  });

  it('knows that an object which is listened to is gone only after it was there', () => {
    picture.onChange('iris', () => {});
    assert.equal(picture.isGone('iris'), false);
    picture.remove(iris);
    assert.equal(picture.isGone('iris'), false);
    picture.put('SeldonDeployment', iris);
    picture.replace('SeldonDeployment', []);
    assert.equal(picture.isGone('iris'), true);
  });

  it('misses each expected kind until its first list, or until it has to do without', () => {
    for (const kind of ['Pod', 'Service', 'Deployment']) picture.expect(kind);
    picture.put('Pod', pod);
    assert.deepEqual(picture.missingKinds, ['Pod', 'Service', 'Deployment']);
    picture.replace('Pod', []);
    picture.doWithout('Service');
    assert.deepEqual(picture.missingKinds, ['Deployment']);
  });

  describe('tells whoever listens to an object', () => {
    let calls: number;

    beforeEach(() => {
      calls = 0;
      for (const [kind, one] of chain) picture.put(kind, one);
      picture.replace('Pod', [pod]);
      picture.onChange('iris', () => {
        calls += 1;
      });
    });

    const changes: Record<string, [change: () => void, calls: number]> = {
      'of its own change': [() => picture.put('SeldonDeployment', iris), 1],
      'of a change to what it owns, however far down': [() => picture.put('Pod', pod), 1],
      'of what it owns that is gone': [() => picture.remove(pod), 1],
      'not of what others own': [() => picture.put('Pod', object('foreign', 'other')), 0],
      'not of the removal of what was not known': [() => picture.remove(object('unknown', 'iris')), 0],
      'once of a list, however much of it is its own': [() => picture.replace('Pod', [pod, object('pod-2', 'set')]), 1],
      'of a list that lacks what it owned': [() => picture.replace('Pod', []), 1],
      'of the first list of a kind, even an empty one': [() => picture.replace('Job', []), 1],
      'not of a later list in which nothing is its own': [
        () => {
          picture.replace('Job', []);
          picture.replace('Job', [object('job', 'other')]);
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
      const stop = picture.onChange('iris', () => assert.fail('still told'));
      stop();
      picture.put('Pod', pod);
      assert.equal(calls, 1);
    });

    it('when a kind is not behind any more, whatever it listens to', () => {
      let calls = 0;
      picture.onChange('iris', () => {
        calls += 1;
      });
      picture.setBehind('Pod', true);
      assert.deepEqual([picture.behindKinds, calls], [['Pod'], 0]);
      picture.setBehind('Pod', false);
      picture.setBehind('Pod', false);
      assert.deepEqual([picture.behindKinds, calls], [[], 1]);
    });

    it('of a list only when the picture is whole: no moment shows fewer pods than there ever were', () => {
      const seen: number[] = [];
      picture.onChange('iris', () => seen.push(picture.ownedBy('iris').pods.length));
      picture.replace('Pod', [object('replacement', 'set')]);
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

function namesOwnedBy(picture: Picture, uid: string): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(picture.ownedBy(uid)).map(([kind, objects]: [string, KubernetesObject[]]) => [
      kind,
      objects.map(({ metadata }) => metadata.name),
    ]),
  );
}
