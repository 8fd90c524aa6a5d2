import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BadInput, exitCodes, Failure } from '../../src/failures.ts';
import type { Phase, PhaseReport } from '../../src/sync/report/phase.ts';
import { StatusReporter } from '../../src/sync/report/status-reporter.ts';
import { authenticationFailed } from '../../src/sync/source/refused.ts';
import type { SourceAnswer, SourceRequest } from '../../src/sync/source/source-connection.ts';
import { FakeClock } from '../fake-clock.ts';

const about = (id: string, phase: Phase): PhaseReport => ({
  id,
  namespace: 'ns',
  name: id,
  phase,
  availableReplicas: 0,
  desiredReplicas: 1,
  message: '',
  url: '',
});

/** A reporter whose reports are answered in turn; the last answer again and again. */
function reporter(...answers: (number | Error)[]) {
  const clock = new FakeClock();
  const begin = clock.now();
  const sent: { atMs: number; items: string }[] = [];
  const bodies: string[] = [];
  const troubles: string[] = [];
  const refusals: unknown[] = [];
  const stop = new AbortController();
  const to = new StatusReporter({
    url: new URL('https://source.example/status?x=1'),
    connection: {
      request: async ({ method, body = '' }: SourceRequest) => {
        assert.equal(method, 'PUT');
        bodies.push(body);
        const { owner, revision, items } = JSON.parse(body);
        assert.deepEqual([owner, revision], ['one', 'r1']);
        sent.push({
          atMs: clock.now() - begin,
          items: items.map(({ id, phase }: PhaseReport) => `${id} ${phase}`).join(', '),
        });
        const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 200;
        if (answer instanceof Error) throw answer;
        return { status: answer } as SourceAnswer;
      },
    },
    owner: 'one',
    clock,
    signal: stop.signal,
    random: () => 0,
    revision: () => 'r1',
    trouble: (problem) => troubles.push(problem),
    refused: (failure) => refusals.push(failure),
  });
  return { to, clock, sent, bodies, troubles, refusals, stop };
}

describe('The source is told', () => {
  it('what changed within 1.5 s at a time, and everything of it', async () => {
    const { to, clock, sent } = reporter();
    to.update(about('a', 'Configuring'));
    await clock.advance(1_000);
    to.update(about('b', 'Configuring'));
    await clock.advance(2_000);
    to.update(about('b', 'Ready'));
    await clock.advance(60_000);
    assert.deepEqual(sent, [
      { atMs: 1_500, items: 'a Configuring, b Configuring' },
      { atMs: 4_500, items: 'a Configuring, b Ready' },
    ]);
    assert.equal(to.sent, 2);
  });

  it('once that something is gone', async () => {
    const { to, clock, sent } = reporter();
    to.update(about('a', 'Deleted'));
    to.update(about('b', 'Ready'));
    await clock.advance(2_000);
    to.update(about('b', 'Failed'));
    await clock.advance(2_000);
    assert.deepEqual(
      sent.map(({ items }) => items),
      ['a Deleted, b Ready', 'b Failed'],
    );
  });

  it('again where it did not take it, after 1 s doubled to 30 s, with what is true by then', async () => {
    const { to, clock, sent, troubles } = reporter(503, new TypeError('connect ECONNREFUSED'), 500, 500, 500, 500, 200);
    to.update(about('a', 'Configuring'));
    await clock.advance(10_000);
    to.update(about('a', 'Ready'));
    await clock.advance(300_000);
    const between = sent.map(({ atMs }, index) => atMs - (sent[index - 1]?.atMs ?? 0));
    assert.deepEqual(between, [1_500, 1_500, 2_000, 4_000, 8_000, 16_000, 30_000]);
    assert.equal(sent.at(-1)?.items, 'a Ready');
    assert.deepEqual(troubles, ['cannot report to https://source.example/status: it answered 503']);
  });

  it('of the end of a deletion, even where that was not taken at first', async () => {
    const { to, clock, sent } = reporter(503, 200);
    to.update(about('a', 'Deleted'));
    await clock.advance(60_000);
    assert.deepEqual(
      sent.map(({ items }) => items),
      ['a Deleted', 'a Deleted'],
    );
  });

  it('nothing more where it refuses the token', async () => {
    const { to, clock, sent, refusals } = reporter(authenticationFailed(401, 'https://source.example/status'));
    to.update(about('a', 'Ready'));
    await clock.advance(60_000);
    assert.equal(sent.length, 1);
    assert.deepEqual(
      refusals.map((failure) => failure instanceof Failure && failure.exitCode),
      [exitCodes.sourceRefused],
    );
  });

  it('later where the token cannot be read just now', async () => {
    const { to, clock, sent, refusals } = reporter(new BadInput('cannot read the token'), 200);
    to.update(about('a', 'Ready'));
    await clock.advance(60_000);
    assert.deepEqual([sent.length, refusals.length, to.sent], [2, 0, 1]);
  });

  it('of what is gone, that of the last 10,000, where nobody takes it for long', async () => {
    const { to, clock, sent } = reporter(503, 200);
    for (let index = 0; index <= 10_000; index += 1) {
      to.update(about(`r${index}`, 'Ready'));
      to.update(about(`r${index}`, 'Deleted'));
    }
    to.update(about('still', 'Ready'));
    await clock.advance(60_000);
    const told = sent.at(-1)?.items.split(', ') ?? [];
    assert.deepEqual([told.length, told[0], told.at(-1)], [10_001, 'r1 Deleted', 'still Ready']);
  });

  it('what the cluster says, as far as anybody reads it, and without doing anything to a terminal', async () => {
    const { to, clock, bodies } = reporter();
    to.update({ ...about('a', 'Failed'), message: `\u009b31m\u202e${'x'.repeat(1_000_000)}` });
    await clock.advance(1_500);
    const [body = ''] = bodies;
    assert.ok(body.length < 5_000);
    assert.doesNotMatch(body, /\p{C}/u);
    assert.match(JSON.parse(body).items[0].message, /^\u009b31m\u202exxx/);
  });

  it('nothing after the end', async () => {
    const { to, clock, sent, stop } = reporter();
    stop.abort();
    to.update(about('a', 'Ready'));
    await clock.advance(60_000);
    assert.deepEqual(sent, []);
  });
});
