import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { WaitingSpinner } from '../../src/output/waiting-spinner.ts';
import { CapturedOutput } from '../captured-output.ts';
import { FakeClock } from '../fake-clock.ts';

/** A terminal that keeps what is written to it and does not mind where its cursor is sent. */
class Terminal extends CapturedOutput {
  constructor() {
    super({ isTTY: true });
  }

  cursorTo(): void {}
  clearLine(): void {}
  moveCursor(): void {}
}

describe('the spinner', () => {
  let clock: FakeClock;
  let terminal: Terminal;
  let spinner: WaitingSpinner;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setInterval', 'Date'] }); // By these, which are not ours, the wheel turns.
    clock = new FakeClock();
    terminal = new Terminal();
    spinner = new WaitingSpinner(terminal, clock, { coloured: false });
  });
  afterEach(() => {
    spinner.stopAll();
    mock.timers.reset();
  });

  /** What is shown by now, without the wheel that turns. */
  function shown(): string {
    mock.timers.tick(200);
    const frames = stripVTControlCharacters(terminal.text).split(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏\-\\|/] /);
    return (frames.at(-1) ?? '').trim();
  }

  it('says at once what is waited for', () => {
    spinner.say('default/iris', 'pod x to be ready');
    assert.equal(shown(), 'default/iris: waiting for pod x to be ready (0s)');
  });

  it('says for how long, every second', async () => {
    spinner.say('default/iris', 'a');
    await clock.advance(65_000);
    assert.equal(shown(), 'default/iris: waiting for a (65s)');
  });

  it('says the newest wait, and how many others there are', () => {
    spinner.say('default/iris', 'a');
    spinner.say('default/wine', 'b');
    assert.equal(shown(), 'default/wine: waiting for b (0s) (and 1 more)');
    spinner.say('default/iris', 'c');
    assert.equal(shown(), 'default/iris: waiting for c (0s) (and 1 more)');
    spinner.stop('default/iris');
    assert.equal(shown(), 'default/wine: waiting for b (0s)');
  });

  it('writes no colours when told so', () => {
    spinner.say('default/iris', 'a');
    assert.ok(!terminal.text.includes('\u001b[36m'));
  });

  it('leaves no timer when nobody waits any longer', () => {
    spinner.say('default/iris', 'a');
    spinner.say('default/wine', 'b');
    spinner.stop('default/iris');
    assert.equal(clock.pending, 1);
    spinner.stop('default/wine');
    assert.equal(clock.pending, 0);
  });
});
