import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ending } from '../../src/ending/ending.ts';
import { exitCodes, Interrupted } from '../../src/failures.ts';

const failed = (code: string, errno: number) => Object.assign(new Error(`${code}: x, write`), { code, errno });
const full = failed('ENOSPC', -28);
const gone = failed('EPIPE', -32);

/** An ending, and what it has told. */
function ending(verbosity = 0) {
  const told: string[] = [];
  return { told, one: new Ending({ tell: (line) => told.push(line), verbosity }) };
}

describe('How the program ends', () => {
  for (const [name, happens, ofCommand, exitCode, lines] of [
    ['as the command does, where nothing else happens', () => {}, 5, 5, 0],
    ['with 0', () => {}, 0, 0, 0],
    ['with 1 where a disk is full', (one) => one.outputFailed('standard output', full), 0, 1, 1],
    ['with 1 where only standard error cannot be written', (one) => one.outputFailed('standard error', full), 0, 1, 1],
    [
      'with 1 where differences were found and not written',
      (one) => one.outputFailed('standard output', full),
      7,
      1,
      1,
    ],
    ['as the command does, where that failed too', (one) => one.outputFailed('standard output', full), 5, 5, 1],
    [
      'as if interrupted, without a word, where nobody reads',
      (one) => one.outputFailed('standard output', gone),
      0,
      130,
      0,
    ],
    ['with 1 after a mistake of its own', (one) => one.unexpected(new TypeError('x')), 0, 1, 1],
    ['with 1 where it has not ended', (one) => one.ranDry(), 0, 1, 1],
    ['with 143 where it was told to', (one) => one.interrupt(exitCodes.terminated), 143, 143, 0],
    [
      'telling the first of several',
      (one) => {
        one.outputFailed('standard output', full);
        one.outputFailed('standard error', gone);
        one.unexpected(new Error());
        one.ranDry();
      },
      0,
      1,
      1,
    ],
    [
      'telling a mistake after a signal too',
      (one) => {
        one.interrupt(exitCodes.interrupted);
        one.unexpected(new Error());
      },
      0,
      1,
      1,
    ],
  ] as const satisfies [string, (one: Ending) => unknown, number, number, number][]) {
    it(name, () => {
      const { one, told } = ending();
      happens(one);
      assert.equal(one.exitCode(ofCommand), exitCode);
      assert.equal(told.length, lines, told.join('\n'));
    });
  }

  it('stops the command, which need not tell why', () => {
    const { one, told } = ending();
    one.outputFailed('standard output', full);
    assert.deepEqual(told, ['error: cannot write to standard output: no space left on device']);
    const { reason } = one.signal;
    assert.ok(reason instanceof Interrupted && reason.told);
    assert.equal(reason.exitCode, 1);
  });

  it('knows the second signal from the first, and says what that leaves', () => {
    const { one, told } = ending();
    assert.deepEqual([one.interrupt(exitCodes.interrupted), one.interrupt(exitCodes.interrupted)], [true, false]);
    assert.match(told.join('\n'), /^error: stopped at once, without .* clean-up: .* list shows what is left$/);
  });

  for (const [name, error, says] of [
    [
      'what is undefined',
      new TypeError("Cannot read properties of undefined (reading 's3cr3t')"),
      'TypeError (Cannot read properties of undefined)',
    ],
    [
      'no function',
      new TypeError('object.items.map is not a function'),
      'TypeError (object.items.map is not a function)',
    ],
    ['no iterable', new TypeError('"s3cr3t" is not iterable'), 'TypeError'],
    ['no number', new SyntaxError('Cannot convert s3cr3t to a BigInt'), 'SyntaxError'],
    ['a code', Object.assign(new Error('connect s3cr3t'), { code: 'ECONNRESET' }), 'Error (ECONNRESET)'],
    ['a code that is none', Object.assign(new Error('x'), { code: 's3cr3t' }), 'Error'],
    ['a name that is none', Object.assign(new Error('x'), { name: 'a s3cr3t' }), 'error'],
    ['a string', 's3cr3t', 'error'],
    ['nothing', undefined, 'error'],
  ] as const) {
    it(`says of a mistake what kind it is, without its inputs: ${name}`, () => {
      for (const verbosity of [0, 3, 4, 9]) {
        const { one, told } = ending(verbosity);
        one.unexpected(error);
        assert.ok(told[0]?.startsWith(`error: unexpected ${says}: this is a bug in `), told[0]);
        assert.doesNotMatch(told.join('\n'), /s3cr3t/);
        assert.equal(told.length > 1, verbosity >= 4 && error instanceof Error);
      }
    });
  }

  it('shows no line of a message as a place in the source', () => {
    const { one, told } = ending(4);
    one.unexpected(new Error('one\n    at s3cr3t (and more) (here)\n    at s3cr3t: more'));
    assert.doesNotMatch(told.join('\n'), /s3cr3t/);
  });
});
