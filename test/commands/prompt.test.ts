import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { promptOn } from '../../src/commands/prompt.ts';
import type { Context } from '../../src/context.ts';

/** A terminal on which a test types. */
function terminal() {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const prompt = promptOn({ stdin, stderr: { write: () => true, isTTY: true } } as unknown as Context);
  assert.ok(prompt);
  const answers: string[] = [];
  const ask = () => prompt.onAnswer((answer) => answers.push(answer));
  return { stdin, prompt, answers, ask };
}

/** As long as a stream may need to hand over what was written to it. */
async function read(): Promise<void> {
  for (let turns = 0; turns < 10; turns += 1) await setImmediate();
}

describe('A question on a terminal', () => {
  it('is answered by Enter, once, whatever stands before it', async () => {
    const { stdin, answers, ask } = terminal();
    ask();
    stdin.write('wait, not yet');
    await read();
    assert.deepEqual(answers, []);
    stdin.write(' now\n');
    await read();
    assert.deepEqual(answers, ['enter']);
  });

  for (const typed of [['\n'], ['y\n', '\n', 'yes\n'], ['delete it\n\n\n']]) {
    it(`is not answered by what was typed before it: ${JSON.stringify(typed)}`, async () => {
      const { stdin, prompt, answers, ask } = terminal();
      for (const line of typed) stdin.write(line);
      await prompt.discardTyped();
      ask();
      await read();
      assert.deepEqual(answers, []);
      stdin.write('\n');
      await read();
      assert.deepEqual(answers, ['enter']);
    });
  }

  it('is not answered by lines that a terminal hands over one after another', async () => {
    const { stdin, prompt, answers, ask } = terminal();
    const lines = ['\n', '\n', '\n', '\n'];
    // As a terminal in its usual mode: a line at a time, the next when it is read again.
    stdin.on('data', () => {
      const line = lines.shift();
      if (line !== undefined) globalThis.setImmediate(() => stdin.write(line));
    });
    stdin.pause();
    stdin.write('\n');
    await prompt.discardTyped();
    ask();
    await read();
    assert.deepEqual([lines.length, answers], [0, []]);
  });

  it('is not answered by the end of the input, which is told, also where that came before it', async () => {
    const { stdin, prompt, answers, ask } = terminal();
    ask();
    stdin.end();
    await read();
    assert.deepEqual(answers, ['ended']);
    await prompt.discardTyped();
    ask();
    await read();
    assert.deepEqual(answers, ['ended', 'ended']);
  });

  it('is told of the end that a terminal has which is gone', async () => {
    const { stdin, answers, ask } = terminal();
    ask();
    stdin.destroy(Object.assign(new Error('read EIO'), { code: 'EIO' }));
    await read();
    assert.deepEqual(answers, ['ended']);
  });

  it('is answered for all who ask by then, and for nobody who does not ask any more', async () => {
    const { stdin, prompt, answers, ask } = terminal();
    ask();
    const stop = prompt.onAnswer(() => answers.push('never'));
    stop();
    await prompt.discardTyped();
    ask();
    stdin.write('\n');
    await read();
    assert.deepEqual(answers, ['enter', 'enter']);
    assert.equal(stdin.listenerCount('data'), 0);
  });
});
