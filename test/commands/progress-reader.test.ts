import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { progressReader } from '../../src/commands/progress-reader.ts';
import { BadInput } from '../../src/failures.ts';
import { CapturedOutput } from '../captured-output.ts';
import { FakeClock } from '../fake-clock.ts';

function context({ env = {}, ...terminal }: { env?: Record<string, string>; isTTY?: boolean; columns?: number } = {}) {
  return {
    stdin: Readable.from([]),
    stdout: new CapturedOutput(),
    stderr: new CapturedOutput(terminal),
    env,
    clock: new FakeClock(),
    signal: new AbortController().signal,
    userAgent: 'test',
  };
}

const notice = { type: 'notice', time: 0, level: 'warning', message: 'look' } as const;

describe('who tells the user what happens', () => {
  it('is text without -o', async () => {
    const program = context();
    (await progressReader(undefined, program))(notice);
    assert.deepEqual([program.stdout.text, program.stderr.text], ['', 'warning: look\n']);
  });

  it('is JSON, all of it on stdout, with -o json', async () => {
    const program = context();
    (await progressReader('json', program))(notice);
    assert.equal(
      program.stdout.text,
      '{"type":"notice","time":"1970-01-01T00:00:00.000Z","level":"warning","message":"look"}\n',
    );
    assert.equal(program.stderr.text, '');
  });

  for (const [where, terminal] of Object.entries({
    'a build': { env: { CI: 'true' } },
    'a dumb terminal': { env: { TERM: 'dumb' } },
    'one without a size, where ora would never end': { columns: 0 },
  })) {
    it(`writes lines, without a spinner, to the terminal of ${where}`, async () => {
      const program = context({ ...terminal, isTTY: true });
      const read = await progressReader(undefined, program);
      const deployment = { namespace: 'default', name: 'iris' };
      read({ type: 'waiting', time: 0, deployment, step: 'wait-available', message: 'a' });
      assert.equal(program.stderr.text, '');
      await program.clock.advance(1_000);
      assert.equal(program.stderr.text, 'default/iris: waiting for a\n');
    });
  }

  it('is nobody for another format, and the allowed ones are named', async () => {
    for (const format of ['yaml', '', 'JSON']) {
      await assert.rejects(progressReader(format, context()), {
        constructor: BadInput,
        message: `unable to match a printer suitable for the output format "${format}"`,
        hint: 'allowed formats are: json',
      });
    }
  });
});
