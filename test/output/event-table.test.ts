import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Columns } from '../../src/output/columns.ts';
import { eventHeader, eventRow } from '../../src/output/event-table.ts';
import type { ReportedEvent } from '../../src/progress/progress.ts';

const MINUTE = 60_000;
const now = Date.parse('2026-01-01T12:00:00Z');

function event(differences: Partial<ReportedEvent> = {}): ReportedEvent {
  return {
    uid: 'event-1',
    type: 'Normal',
    reason: 'ScalingReplicaSet',
    message: 'Scaled up replica set bar-002 from 0 to 1',
    count: 1,
    firstTime: now - 20 * MINUTE,
    lastTime: now - 20 * MINUTE,
    source: 'deployment-controller',
    object: { kind: 'Deployment', namespace: 'foo', name: 'bar', uid: 'bar-1' },
    ...differences,
  };
}

const lastSeen: [name: string, event: ReportedEvent, expected: string][] = [
  ['an event seen once shows its age', event(), '20m'],
  [
    'a repeated one shows when it was last seen, how often, and over how long',
    event({ count: 3, firstTime: now - 30 * MINUTE }),
    '20m (x3 over 30m)',
  ],
  ['an event seen once shows when it was first seen', event({ firstTime: now - 30 * MINUTE }), '30m'],
  ['an unknown time is said to be so', event({ firstTime: undefined, lastTime: undefined }), '<unknown>'],
  [
    'unknown times of a repeated one too',
    event({ count: 2, firstTime: undefined, lastTime: undefined }),
    '<unknown> (x2 over <unknown>)',
  ],
  ['a clock a second ahead of ours is not an invalid one', event({ firstTime: now + 1_000 }), '0s'],
];

describe('a row of events', () => {
  for (const [name, reported, expected] of lastSeen) {
    it(name, () => assert.equal(eventRow(reported, now)[0], expected));
  }

  it('escapes all that came from the cluster', () => {
    const object = { kind: 'Po\rd', namespace: 'foo', name: 'b\u001bar', uid: 'bar-1' };
    const row = eventRow(event({ type: 'Nor\tmal', reason: 'Sca\nling', message: 'one\ntwo', object }), now);
    assert.deepEqual(row, ['20m', 'Nor\\tmal', 'Sca\\nling', 'Po\\rd/b^[ar', 'one\\ntwo']);
  });

  // The rows of kubectl's own test (pkg/cmd/events/events_test.go), without the namespace.
  it('makes the table that kubectl prints', () => {
    const widest = ['20m (x3 over 30m)', 'Warning', 'ScalingReplicaSet', 'Deployment/bar'];
    const columns = new Columns(widest.map(({ length }) => length));
    const rows = [
      event({ count: 3, firstTime: now - 30 * MINUTE }),
      event({ type: 'Warning', count: 3, firstTime: now - 28 * MINUTE, lastTime: now - 18 * MINUTE }),
    ];
    const lines = [eventHeader, ...rows.map((row) => eventRow(row, now))].map((cells) => columns.line(cells));
    assert.equal(
      lines.join('\n'),
      `\
LAST SEEN           TYPE      REASON              OBJECT           MESSAGE
20m (x3 over 30m)   Normal    ScalingReplicaSet   Deployment/bar   Scaled up replica set bar-002 from 0 to 1
18m (x3 over 28m)   Warning   ScalingReplicaSet   Deployment/bar   Scaled up replica set bar-002 from 0 to 1`,
    );
  });
});
