import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Screen } from '../../src/output/screen.ts';
import { CapturedOutput } from '../captured-output.ts';

describe('Something that changes', () => {
  it('is shown anew below itself, where nobody looks', () => {
    const stdout = new CapturedOutput();
    const screen = new Screen(stdout);
    screen.show('one 1s\n', 'one');
    screen.show('one 2s\n', 'one');
    screen.show('two 3s\n', 'two');
    assert.equal(stdout.text, 'one 1s\n\ntwo 3s\n');
  });

  it('takes the place of what was there, on a terminal', () => {
    const stdout = Object.assign(new CapturedOutput(), { isTTY: true });
    const screen = new Screen(stdout);
    screen.show('one\n');
    screen.show('two\n');
    assert.equal(stdout.text, '\u001b[H\u001b[2Jone\n\u001b[H\u001b[2Jtwo\n');
  });
});
