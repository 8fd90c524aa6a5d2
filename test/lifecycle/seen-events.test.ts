import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reportedEvent } from '../../src/events/reported-event.ts';
import type { KubernetesEvent } from '../../src/kubernetes/objects.ts';
import { SeenEvents } from '../../src/lifecycle/seen-events.ts';

function event(reason: string, lastTimestamp: string, resourceVersion: string, type = 'Warning'): KubernetesEvent {
  const involvedObject = { kind: 'Pod', namespace: 'team', name: 'p', uid: 'p' };
  return { metadata: { name: reason, uid: reason, resourceVersion }, involvedObject, type, reason, lastTimestamp };
}

function lastOf(...events: KubernetesEvent[]): string | undefined {
  const seen = new SeenEvents();
  for (const one of events) seen.see(reportedEvent(one), one);
  return seen.lastWarning('p')?.reason;
}

describe('the last warning of an object', () => {
  const earlier = event('Failed', '2026-01-01T00:00:00Z', '7');
  const later = event('BackOff', '2026-01-01T00:00:09Z', '8');

  it('is the one that happened last, in whatever order they are seen', () => {
    assert.equal(lastOf(earlier, later), 'BackOff');
    assert.equal(lastOf(later, earlier), 'BackOff');
  });

  it('is the one that was written last within a second', () => {
    const same = event('Unhealthy', '2026-01-01T00:00:09Z', '10');
    assert.equal(lastOf(same, later), 'Unhealthy');
    assert.equal(lastOf(later, same), 'Unhealthy');
  });

  it('is forgotten once ten thousand others were warned of since', () => {
    const seen = new SeenEvents();
    const see = (uid: string) => {
      const one = event('BackOff', '2026-01-01T00:00:09Z', '8');
      const ofIt = { ...one, metadata: { ...one.metadata, uid }, involvedObject: { ...one.involvedObject, uid } };
      seen.see(reportedEvent(ofIt), ofIt);
    };
    see('first');
    for (let index = 1; index < 10_000; index += 1) see(`pod-${index}`);
    see('first');
    see('last');
    const left = (uid: string) => [seen.lastWarning(uid)?.reason, seen.of(uid).length];
    assert.deepEqual(left('first'), ['BackOff', 1]);
    assert.deepEqual(left('pod-1'), [undefined, 0]);
    assert.deepEqual(left('last'), ['BackOff', 1]);
  });

  it('is no event that warns of nothing', () => {
    assert.equal(lastOf(earlier, event('Pulled', '2026-01-01T00:00:20Z', '9', 'Normal')), 'Failed');
  });
});
