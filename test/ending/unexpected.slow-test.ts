import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { issues, version } from '../../src/version.ts';
import { folderWithBuiltFile } from '../shipping/built.ts';
import { errorsIn, type ProgramUnderTest, startProgramUnderTest } from './program-under-test.ts';

/** Carries out code of a test's own in the middle of a run: when its model has been scaled. */
const later = (code: string) => `
  const { write } = process.stdout;
  process.stdout.write = function (text, ...rest) {
    if (/scaled/.test(text)) setTimeout(() => { ${code} }, 50);
    return write.call(this, text, ...rest);
  };`;

const held = ['run', '-f', 'planned.yaml', '--sandbox', '--hold=1m', '--cleanup=always'];

describe('A mistake of the program’s own', { concurrency: 2 }, () => {
  let built: Awaited<ReturnType<typeof folderWithBuiltFile>>;
  let program: ProgramUnderTest;
  before(async () => {
    built = await folderWithBuiltFile();
    program = await startProgramUnderTest(built.file);
  });
  after(async () => {
    await program.stop();
    rmSync(built.folder, { recursive: true });
  });

  for (const [how, code, what] of [
    ['an error that nobody catches', 'null.secret', 'TypeError (Cannot read properties of null)'],
    ['an error that quotes what it was given', 'JSON.parse("s3cr3t")', 'SyntaxError'],
    ['a rejection that nobody catches', 'Promise.reject(new RangeError("s3cr3t"))', 'RangeError'],
    ['an error of the system', 'process.chdir("/s3cr3t")', 'Error (ENOENT)'],
    ['something thrown that is no error', 'throw "s3cr3t"', 'error'],
  ] as const) {
    it(`is told in one line, and cleaned up after: ${how}`, async () => {
      const ended = await program.run(held, { preload: later(code) });
      assert.equal(ended.exitCode, 1, ended.stderr);
      assert.deepEqual(errorsIn(ended), [
        `error: unexpected ${what}: this is a bug in kubectl-seldon-lifecycle ${version}; run it again with -v=4 to see where, and report it: ${issues}`,
      ]);
      assert.doesNotMatch(ended.stderr, /s3cr3t|^ {4}at /m);
      assert.match(ended.stdout, /"planned" deleted/);
    });
  }

  it('is shown with its stack from -v=4 on, and still without what it was given', async () => {
    const ended = await program.run([...held, '-v=4'], { preload: later('JSON.parse(["s3cr", "3t"].join(""))') });
    assert.equal(ended.exitCode, 1);
    assert.match(
      ended.stderr,
      /^error: unexpected SyntaxError: .*; report it with the lines below: .*\n {4}at JSON\.parse/m,
    );
    assert.doesNotMatch(ended.stderr, /s3cr3t/);
  });

  it('is not taken for an end: where nothing is left to wait for, it says so and ends with 1', async () => {
    const preload = `
      const { Readable } = await import('node:stream');
      Object.defineProperty(process, 'stdin', { value: new Readable({ read() {} }) });`;
    const ended = await program.run(['apply', '-f', '-'], { preload });
    assert.equal(ended.exitCode, 1);
    assert.match(ended.stderr, /^error: unexpected end: [^\n]*; report it with the output of -v=6: [^\n]*\n$/);
  });
});
