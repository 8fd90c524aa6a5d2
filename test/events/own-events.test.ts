import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Cache } from '../../src/cluster/cache.ts';
import { inOrder, isOwnEvent } from '../../src/events/own-events.ts';
import type { KubernetesEvent } from '../../src/kubernetes/objects.ts';
import { FakeClock } from '../fake-clock.ts';

function event(name: string, about: { kind?: string; name?: string; uid: string }, more: object = {}): KubernetesEvent {
  const involvedObject = { kind: 'Pod', namespace: 'team', name: about.uid, ...about };
  return { metadata: { name, namespace: 'team', uid: name }, involvedObject, type: 'Normal', ...more };
}

function cache(): Cache {
  const drawn = new Cache(new FakeClock());
  const owned = (uid: string, owner: string) => ({
    metadata: { name: uid, uid, ownerReferences: [{ apiVersion: 'v1', kind: 'x', name: owner, uid: owner }] },
  });
  drawn.put('SeldonDeployment', { metadata: { name: 'iris', uid: 'iris' } });
  drawn.put('Deployment', owned('iris-0', 'iris'));
  drawn.put('ReplicaSet', owned('iris-0-a', 'iris-0'));
  drawn.put('Pod', owned('iris-0-a-1', 'iris-0-a'));
  drawn.put('Pod', { metadata: { name: 'other', uid: 'other' } });
  return drawn;
}

const names = (events: readonly KubernetesEvent[]) => events.map(({ metadata }) => metadata.name);
const own = (events: readonly KubernetesEvent[]) =>
  names(events.filter(isOwnEvent(new Set(['iris']), cache(), events)));

describe('the Events of a deployment', () => {
  it('are those of the object and of everything that it owns', () => {
    const events = [event('of-it', { uid: 'iris' }), event('of-pod', { uid: 'iris-0-a-1' })];
    assert.deepEqual(own([...events, event('of-other', { uid: 'other' })]), ['of-it', 'of-pod']);
  });

  it('are not those of an earlier object of the same name', () => {
    assert.deepEqual(own([event('earlier', { kind: 'Deployment', name: 'iris-0', uid: 'gone' })]), []);
  });

  it('are those of a pod that is gone too, if its owner says that it made it', () => {
    const pod = event('of-pod', { name: 'iris-0-a-x7', uid: 'gone' });
    const made = event('made', { kind: 'ReplicaSet', uid: 'iris-0-a' }, { message: 'Created pod: iris-0-a-x7' });
    assert.deepEqual(own([pod, made]), ['of-pod', 'made']);
    assert.deepEqual(own([pod]), []);
  });

  it('are not those of an earlier ReplicaSet, whose name comes again', () => {
    const scaled = { message: 'Scaled up replica set iris-0-a from 0 to 1' };
    const made = { message: 'Created pod: iris-0-a-old' };
    const events = [
      event('of-old-pod', { name: 'iris-0-a-old', uid: 'gone-pod' }),
      event('of-old', { kind: 'ReplicaSet', name: 'iris-0-a', uid: 'gone' }, made),
      event('of-deployment', { kind: 'Deployment', uid: 'iris-0' }, scaled),
    ];
    assert.deepEqual(own(events), ['of-deployment']);
  });

  it('are not those of an object that is there and belongs to somebody else, whatever a message says', () => {
    const events = [
      event('made', { kind: 'ReplicaSet', uid: 'iris-0-a' }, { message: 'Created pod: other' }),
      event('of-other', { uid: 'other' }),
    ];
    assert.deepEqual(own(events), ['made']);
  });
});

describe('the order of Events', () => {
  it('is that in which they last happened', () => {
    const at = (time: string) => ({ lastTimestamp: `2026-01-01T00:00:${time}Z` });
    const events = [
      event('late', { uid: 'a' }, at('09')),
      event('series', { uid: 'a' }, { series: { count: 2, lastObservedTime: '2026-01-01T00:00:07.5Z' } }),
      event('new-api', { uid: 'a' }, { lastTimestamp: null, eventTime: '2026-01-01T00:00:08.250000Z' }),
      event('early', { uid: 'a' }, at('01')),
    ];
    assert.deepEqual(names(inOrder(events)), ['early', 'series', 'new-api', 'late']);
  });

  it('is that of their writing within a second', () => {
    const events = ['12', '9', '101'].map((resourceVersion) => ({
      ...event(resourceVersion, { uid: 'a' }, { lastTimestamp: '2026-01-01T00:00:00Z' }),
      metadata: { name: resourceVersion, resourceVersion },
    }));
    assert.deepEqual(names(inOrder(events)), ['9', '12', '101']);
  });
});
