import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { filtered, logJson, logPrinter } from '../../src/logs/log-printer.ts';
import { paintNames } from '../../src/output/colours.ts';
import { CapturedOutput } from '../captured-output.ts';

const paint = (_: string, text: string) => text;

const run = {
  namespace: 'n',
  pod: 'p',
  podUid: 'u',
  container: 'c',
  key: 'u/c/0',
  hasBegun: true,
  hasRestarted: false,
};

describe('a line of a log', () => {
  it('has before it whose it is, as kubectl logs --prefix writes it', () => {
    const stdout = new CapturedOutput();
    logPrinter(stdout, { prefix: true, paint })(run, 'one line');
    assert.equal(stdout.text, '[pod/p/c] one line\n');
  });

  it('cannot do anything to the terminal, but keeps its tabs', () => {
    const stdout = new CapturedOutput();
    logPrinter(stdout, { prefix: false, paint })(run, 'a\tb\u001b[2J\r[pod/x/y] forged\u0007');
    assert.equal(stdout.text, 'a\tb^[[2J\\r[pod/x/y] forged\\u0007\n');
  });

  it('has the colour of its pod', () => {
    const stdout = new CapturedOutput();
    const coloured = paintNames(stdout, { color: 'always' });
    for (const pod of ['p', 'q', 'p']) logPrinter(stdout, { prefix: true, paint: coloured })({ ...run, pod }, 'x');
    const [first, other, again] = stdout.text.split('\n');
    assert.match(first?.replaceAll('\u001b', '^') ?? '', /^\^\[\d+m\[pod\/p\/c\]\^\[39m x$/);
    assert.equal(again, first);
    assert.notEqual(other?.slice(0, 5), first?.slice(0, 5));
  });

  it('is an object as JSON, with its time beside it', () => {
    const stdout = new CapturedOutput();
    const print = logJson(stdout);
    print(run, '2026-01-01T00:00:00.123456789Z {"level":"info"}\u001b[2J');
    print(run, 'the rest of a long line');
    const [first, rest] = stdout.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const whose = { type: 'log', namespace: 'n', pod: 'p', container: 'c' };
    assert.deepEqual(first, { ...whose, time: '2026-01-01T00:00:00.123456789Z', line: '{"level":"info"}\u001b[2J' });
    assert.deepEqual(rest, { ...whose, line: 'the rest of a long line' });
    assert.ok(!stdout.text.includes('\u001b'));
  });

  const lines = [
    '2026-01-01T00:00:00Z error: no such file',
    '2026-01-01T00:00:01Z GET /health',
    '2026-01-01T00:00:02Z error 2026',
  ];
  const filters: [name: string, include: RegExp[], exclude: RegExp[], shown: number[]][] = [
    ['by nothing', [], [], [0, 1, 2]],
    ['by what it has to match', [/error/], [], [0, 2]],
    ['by one of several', [/no such/, /health/], [], [0, 1]],
    ['by what it must not match', [], [/health/, /file/], [2]],
    ['by both', [/error/], [/file/], [2]],
    ['not by its time', [/2026/], [], [2]],
  ];
  for (const [name, include, exclude, shown] of filters) {
    it(`is chosen ${name}`, () => {
      const seen: string[] = [];
      const print = filtered((_, line) => void seen.push(line), { include, exclude, timestamps: true });
      for (const line of lines) print(run, line);
      assert.deepEqual(
        seen,
        shown.map((index) => lines[index]),
      );
    });
  }
});
