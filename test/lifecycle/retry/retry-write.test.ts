import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiFailure, Unreachable } from '../../../src/cluster/api-failure.ts';
import { retryWrite } from '../../../src/lifecycle/retry/retry-write.ts';
import { FakeClock } from '../../fake-clock.ts';

const reset = new Unreachable('https://server', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
const refused = new Unreachable('https://server', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
const busy = new ApiFailure(429, '', '3');
const forbidden = new ApiFailure(403, '');

/** A write that fails with each of these, and is then carried out; with the times of its tries, in milliseconds. */
function writing(failures: unknown[], withinMs = 60_000) {
  const clock = new FakeClock();
  const stop = new AbortController();
  const start = clock.now();
  const tries: string[] = [];
  const told: string[] = [];
  const end = retryWrite(
    'apply it',
    async (unsure) => {
      tries.push(`${clock.now() - start}${unsure ? ' unsure' : ''}`);
      if (failures.length > 0) throw failures.shift();
      return 'done';
    },
    { clock, signal: stop.signal, withinMs, tell: (level, message) => told.push(`${level}: ${message}`) },
  );
  end.catch(() => {});
  return { clock, stop, tries, told, end };
}

describe('A write', () => {
  it('that succeeds is sent once, and nothing is said', async () => {
    const { tries, told, end } = writing([]);
    assert.equal(await end, 'done');
    assert.deepEqual(tries, ['0']);
    assert.deepEqual(told, []);
  });

  it('is sent again after longer and longer pauses, and told once at the beginning and once at the end', async () => {
    const { clock, tries, told, end } = writing([refused, reset, refused, refused, refused, refused, refused, refused]);
    await clock.advance(60_000);
    assert.equal(await end, 'done');
    assert.deepEqual(tries, [
      '0',
      '250',
      '750 unsure',
      '1750 unsure',
      '3750 unsure',
      '7750 unsure',
      '15750 unsure',
      '23750 unsure',
      '31750 unsure',
    ]);
    assert.equal(told.length, 2);
    assert.match(told[0] ?? '', /^warning: cannot apply it: .*refused.*; trying again$/);
    assert.equal(told[1], 'info: could apply it after 9 tries and 31.7s');
  });

  it('waits as long as the server asks', async () => {
    const { clock, tries, end } = writing([busy]);
    await clock.advance(3_000);
    assert.equal(await end, 'done');
    assert.deepEqual(tries, ['0', '3000']);
  });

  it('is not sent again where that would not help', async () => {
    const { tries, end } = writing([forbidden]);
    await assert.rejects(end, forbidden);
    assert.deepEqual(tries, ['0']);
  });

  it('is not sent again after the time for it', async () => {
    const { clock, tries, end } = writing([refused, reset, refused], 1_000);
    await clock.advance(60_000);
    await assert.rejects(end, refused);
    assert.deepEqual(tries, ['0', '250', '750 unsure']);
  });

  it('is not sent again once the program is to end', async () => {
    const { clock, stop, tries, end } = writing([reset]);
    await clock.advance(100);
    const reason = new Error('stop');
    stop.abort(reason);
    await assert.rejects(end, reason);
    assert.deepEqual(tries, ['0']);
  });
});
