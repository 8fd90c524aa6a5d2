import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cutToScreen, Screen } from '../../src/output/screen.ts';
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
    assert.equal(stdout.text, '\u001b[H\u001b[2Jone\u001b[K\n\u001b[J\u001b[Htwo\u001b[K\n\u001b[J');
  });

  it('shows ages as they grow, on a terminal', () => {
    const stdout = new CapturedOutput({ isTTY: true });
    const screen = new Screen(stdout);
    screen.show('one 1s\n', 'one');
    screen.show('one 2s\n', 'one');
    assert.match(stdout.text, /one 2s/);
  });
});

describe('A screen that is too small', () => {
  const table = ['NAME', ...Array.from({ length: 30 }, (_, index) => `pod-${index}`)];
  const below = ['', 'waiting for deployment "iris"', 'Check the image'];
  const cut = (rows: number, isTTY = true) =>
    cutToScreen(table, below, new CapturedOutput({ isTTY, rows, columns: 40 }));

  it('shows the beginning of the table, how much more there is, and why', () => {
    assert.deepEqual(cut(12), [...table.slice(0, 7), '… and 24 more (without --watch, all are shown)', ...below]);
    assert.equal(cut(12).length, 11);
  });

  it('shows some of the table even where nothing else fits', () => {
    assert.deepEqual(cut(7), [...table.slice(0, 5), '… and 26 more (without --watch, all are shown)']);
  });

  it('counts lines that take several rows', () => {
    const long = ['x'.repeat(100)];
    assert.deepEqual(
      cutToScreen(table, long, new CapturedOutput({ isTTY: true, rows: 12, columns: 40 })).at(-1),
      long[0],
    );
  });

  it('shows all of it where it fits, and where it is none', () => {
    assert.deepEqual(cut(35), [...table, ...below]);
    assert.deepEqual(cut(5, false), [...table, ...below]);
  });
});
