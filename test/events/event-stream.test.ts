import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Cache } from '../../src/cluster/cache.ts';
import { EventStream } from '../../src/events/event-stream.ts';
import type { KubernetesEvent, KubernetesObject } from '../../src/kubernetes/objects.ts';
import { FakeClock } from '../fake-clock.ts';

describe('the events of a deployment and of all that it owns', () => {
  let cache: Cache;
  let stream: EventStream;
  let reported: string[];

  /** Follows an object; what is reported of it is kept as 'event uid' or 'event uid ×count'. */
  function follow(uid: string, mark = ''): void {
    stream.follow(uid, (event) => reported.push(`${mark}${event.uid}${event.count > 1 ? ` ×${event.count}` : ''}`));
  }

  /** The watches bring an object; the stream looks again as it does in a run. */
  function arrives(kind: string, uid: string, owner?: string): void {
    cache.put(kind, object(uid, owner));
    stream.known(uid);
  }

  beforeEach(() => {
    cache = new Cache(new FakeClock());
    stream = new EventStream(cache, ({ kind, metadata }) => kind === 'SeldonDeployment' && metadata.uid !== 'theirs');
    reported = [];
  });

  it('come from every object of the chain', () => {
    follow('iris');
    arrives('SeldonDeployment', 'iris');
    arrives('Deployment', 'deployment', 'iris');
    arrives('ReplicaSet', 'set', 'deployment');
    arrives('Pod', 'pod', 'set');
    for (const about of ['iris', 'deployment', 'set', 'pod']) stream.see(event(`of-${about}`, about));
    assert.deepEqual(reported, ['of-iris', 'of-deployment', 'of-set', 'of-pod']);
  });

  it('are reported once each, however often they are seen', () => {
    follow('iris');
    stream.see(event('created', 'iris'));
    stream.see(event('created', 'iris'));
    stream.known('iris');
    assert.deepEqual(reported, ['created']);
  });

  it('are reported again with the count when they are repeated', () => {
    follow('iris');
    stream.see(event('back-off', 'iris'));
    stream.see(event('back-off', 'iris', 2));
    stream.see(event('back-off', 'iris', 2));
    stream.see(event('back-off', 'iris', 5));
    assert.deepEqual(reported, ['back-off', 'back-off ×2', 'back-off ×5']);
  });

  it('are told apart from their repetitions, so that each counts once', () => {
    const repeated: boolean[] = [];
    stream.follow('iris', (_, __, isRepeated) => repeated.push(isRepeated));
    stream.see(event('back-off', 'iris', 3));
    stream.see(event('back-off', 'iris', 4));
    stream.see(event('created', 'iris'));
    assert.deepEqual(repeated, [false, true, false]);
  });

  it('are not reported again where they were reported from a list, until they are repeated', () => {
    stream.see(event('back-off', 'iris', 2));
    stream.reported(event('back-off', 'iris', 2));
    follow('iris');
    assert.deepEqual(reported, []);
    stream.see(event('back-off', 'iris', 3));
    assert.deepEqual(reported, ['back-off ×3']);
  });

  it('wait for their object to be known, and come in the order in which they were seen', () => {
    follow('iris');
    stream.see(event('first', 'pod'));
    stream.see(event('second', 'set'));
    stream.see(event('third', 'pod'));
    assert.deepEqual(reported, []);
    arrives('Pod', 'pod', 'set');
    assert.deepEqual(reported, []);
    arrives('ReplicaSet', 'set', 'iris');
    assert.deepEqual(reported, ['first', 'second', 'third']);
  });

  it('come with their newest count when they waited', () => {
    follow('iris');
    stream.see(event('back-off', 'pod'));
    stream.see(event('back-off', 'pod', 4));
    arrives('Pod', 'pod', 'iris');
    assert.deepEqual(reported, ['back-off ×4']);
  });

  it('that were seen before anybody followed the deployment are not lost', () => {
    stream.see(event('created', 'iris'));
    follow('iris');
    assert.deepEqual(reported, ['created']);
  });

  it('still come after the objects are gone', () => {
    follow('iris');
    arrives('Pod', 'pod', 'iris');
    cache.remove(object('pod', 'iris'));
    cache.remove(object('iris'));
    stream.see(event('killing', 'pod'));
    assert.deepEqual(reported, ['killing']);
  });

  it('are kept while one of several deployments is known but not followed yet', () => {
    follow('iris', 'iris: ');
    arrives('SeldonDeployment', 'wine');
    stream.see(event('created', 'wine'));
    follow('wine', 'wine: ');
    assert.deepEqual(reported, ['wine: created']);
  });

  it('leave out those of a deployment that will not be followed', () => {
    arrives('SeldonDeployment', 'theirs');
    stream.see(event('created', 'theirs'));
    follow('theirs');
    assert.deepEqual(reported, []);
  });

  it('leave out those of an earlier object of the same name', () => {
    follow('iris-new');
    arrives('SeldonDeployment', 'iris-new');
    stream.see(event('old', 'iris-old'));
    stream.see(event('new', 'iris-new'));
    assert.deepEqual(reported, ['new']);
  });

  it('leave out those of other people, at once where their owner is known', () => {
    follow('iris');
    arrives('Deployment', 'other');
    arrives('Pod', 'others-pod', 'other');
    stream.see(event('foreign', 'others-pod'));
    // Nothing was kept of it: even if the owner changed hands, it would not come up again.
    cache.put('Deployment', object('other', 'iris'));
    stream.known('other');
    stream.known('others-pod');
    assert.deepEqual(reported, []);
  });

  it('are told apart when several deployments are followed', () => {
    follow('iris', 'iris: ');
    follow('wine', 'wine: ');
    arrives('Pod', 'iris-pod', 'iris');
    arrives('Pod', 'wine-pod', 'wine');
    stream.see(event('one', 'wine-pod'));
    stream.see(event('two', 'iris-pod'));
    assert.deepEqual(reported, ['wine: one', 'iris: two']);
  });

  it('without an object are nobody’s', () => {
    follow('iris');
    stream.see({ metadata: { name: 'stray', uid: 'stray' }, involvedObject: {} });
    assert.deepEqual(reported, []);
  });

  it('that wait are bounded: of more than ten thousand the oldest are let go', () => {
    follow('iris');
    for (let number = 0; number < 10_002; number += 1) stream.see(event(`event-${number}`, 'pod'));
    arrives('Pod', 'pod', 'iris');
    assert.equal(reported.length, 10_000);
    assert.equal(reported[0], 'event-2');
    assert.equal(reported.at(-1), 'event-10001');
  });

  it('are forgotten once the server does not hold them any more', () => {
    follow('iris');
    stream.see(event('created', 'iris'));
    stream.expired('created');
    // It could only come again if it were another one; that it is reported shows that nothing is left of the first.
    stream.see(event('created', 'iris'));
    assert.deepEqual(reported, ['created', 'created']);
  });

  describe('of a pod that came and went while its watch was away', () => {
    const made = (uid: string, set: string, pod: string): KubernetesEvent => ({
      ...event(uid, set),
      reason: 'SuccessfulCreate',
      message: `Created pod: ${pod}`,
    });
    const ofPod = (uid: string, pod: string): KubernetesEvent => ({
      metadata: { name: uid, uid },
      involvedObject: { kind: 'Pod', name: pod, uid: `uid-of-${pod}` },
    });

    beforeEach(() => {
      follow('iris');
      arrives('ReplicaSet', 'set', 'iris');
      arrives('ReplicaSet', 'others-set', 'theirs');
      arrives('SeldonDeployment', 'theirs');
    });

    it('come when its ReplicaSet says that it has made it', () => {
      stream.see(ofPod('scheduled', 'set-x'));
      stream.see(ofPod('pulled', 'set-x'));
      assert.deepEqual(reported, []);
      stream.see(made('created', 'set', 'set-x'));
      stream.see(ofPod('killing', 'set-x'));
      assert.deepEqual(reported, ['created', 'scheduled', 'pulled', 'killing']);
    });

    it('stay out when the ReplicaSet is somebody else’s', () => {
      stream.see(ofPod('scheduled', 'set-x'));
      stream.see(made('created', 'others-set', 'set-x'));
      assert.deepEqual(reported, []);
    });

    it('stay out when nobody says that it was made', () => {
      stream.see(made('created', 'set', 'set-x'));
      stream.see(ofPod('scheduled', 'set-y'));
      assert.deepEqual(reported, ['created']);
    });

    it('stay out when the pod of that name is there and somebody else’s', () => {
      stream.see(made('created', 'set', 'set-x'));
      arrives('Pod', 'uid-of-set-x', 'others-set');
      stream.see(ofPod('scheduled', 'set-x'));
      assert.deepEqual(reported, ['created']);
    });
  });

  it('come all in a burst of ten thousand, each once and in order', () => {
    follow('iris');
    arrives('Pod', 'pod', 'iris');
    const all = Array.from({ length: 10_000 }, (_, number) => `event-${number}`);
    for (const uid of all) stream.see(event(uid, 'pod'));
    assert.deepEqual(reported, all);
  });
});

function object(uid: string, owner?: string): KubernetesObject {
  const ownerReferences = owner ? [{ apiVersion: 'v1', kind: 'Any', name: owner, uid: owner }] : [];
  return { metadata: { name: uid, uid, ownerReferences } };
}

function event(uid: string, about: string, count = 1): KubernetesEvent {
  return { metadata: { name: uid, uid }, involvedObject: { kind: 'Any', name: 'same-name', uid: about }, count };
}
