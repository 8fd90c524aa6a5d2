import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ServerClock } from '../../src/cluster/server-clock.ts';
import { FakeClock } from '../fake-clock.ts';

const HOUR = 3_600_000;
const inHeader = (time: number) => new Date(time).toUTCString();

describe('The clock of the server', () => {
  it('is our own where the server has said nothing, or nothing that is a time', () => {
    const clock = new FakeClock();
    const server = new ServerClock(clock);
    for (const date of [undefined, '', 'yesterday']) server.see(date);
    assert.equal(server.now(), clock.now());
  });

  for (const ahead of [-9 * HOUR, -1_500, 0, 700, 5 * HOUR]) {
    it(`is found to a second by one answer, and better by many, where it is ${ahead} ms ahead`, async () => {
      const clock = new FakeClock();
      const server = new ServerClock(clock);
      const late = () => clock.now() + ahead - server.now();
      server.see(inHeader(clock.now() + ahead));
      assert.ok(late() >= 0 && late() < 1_000, `${late()}`);
      for (let answer = 1; answer <= 20; answer += 1) {
        await clock.advance(330);
        server.see(inHeader(clock.now() + ahead));
      }
      assert.ok(late() >= 0 && late() < 200, `${late()}`);
    });
  }

  it('is not put back by an answer that comes late', async () => {
    const clock = new FakeClock();
    const server = new ServerClock(clock);
    const sent = inHeader(clock.now() + HOUR);
    server.see(sent);
    await clock.advance(3_000);
    server.see(sent);
    assert.ok(server.now() > clock.now() + HOUR - 1_000);
  });

  it('is found anew where either of the two is set', async () => {
    const clock = new FakeClock();
    const server = new ServerClock(clock);
    for (const ahead of [HOUR, -HOUR, 2 * HOUR, 0]) {
      server.see(inHeader(clock.now() + ahead));
      const late = clock.now() + ahead - server.now();
      assert.ok(late >= 0 && late < 1_000, `${late}`);
    }
  });
});
