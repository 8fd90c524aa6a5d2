import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agentRow, heldLease, leaseName, leaseStep, releasedLease } from '../../src/agent/agent-lease.ts';

const words = { owner: 'one', version: '1.0.0', source: 'https://source.example/desired', deployments: 3 };
const NOW = Date.parse('2026-01-01T00:00:00Z');
const held = heldLease(undefined, { namespace: 'ns', name: 'l' }, 'me', words, NOW);

describe('Whose turn it is', () => {
  const cases = [
    ['mine where there is no Lease', undefined, 'me', 0, 'create'],
    ['mine to renew where I hold it', held, 'me', 0, 'renew'],
    ["another's as long as it is renewed", held, 'other', 10_000, 'wait'],
    ['mine where it was not renewed for its time', held, 'other', 10_001, 'take'],
    ['mine at once where it was given back', releasedLease(held, NOW), 'other', 0, 'take'],
  ] as const;
  for (const [name, lease, identity, unchangedMs, step] of cases) {
    it(`is ${name}`, () => assert.equal(leaseStep(lease, identity, unchangedMs), step));
  }

  it('is counted when it changes hands', () => {
    const taken = heldLease(held, { namespace: 'ns', name: 'l' }, 'other', words, NOW + 20_000);
    assert.equal(taken.spec?.leaseTransitions, 1);
    assert.equal(taken.spec?.acquireTime, '2026-01-01T00:00:20.000000Z');
  });
});

describe('An agent in the list', () => {
  it('runs, has stopped or is lost', () => {
    const { name, deployments, status, version } = agentRow(held, NOW + 5_000);
    assert.deepEqual([name, deployments, status, version], ['one', '3', 'Running', '1.0.0']);
    assert.equal(agentRow(held, NOW + 11_000).status, 'Lost');
    assert.equal(agentRow(releasedLease(held, NOW), NOW).status, 'Stopped');
  });

  it('has a Lease with a name that the server takes, and that no other owner has', () => {
    const owners = [
      'team-a-x',
      'Team_A.x',
      'team_a.x',
      'team-a.x',
      'x',
      'X',
      'x-',
      'o'.repeat(46),
      'o'.repeat(47),
      'o'.repeat(63),
    ];
    const names = owners.map(leaseName);
    for (const name of names) assert.match(name, /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    assert.equal(new Set(names).size, owners.length, names.join(' '));
    assert.deepEqual(names.slice(0, 2), ['seldon-lifecycle-team-a-x', names[1]]);
    assert.match(names[1] ?? '', /^seldon-lifecycle-team-a-x-[0-9a-f]{8}$/);
  });
});
