import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { logPrinter } from '../../src/logs/log-printer.ts';
import { CapturedOutput } from '../captured-output.ts';

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
    logPrinter(stdout, { prefix: true })(run, 'one line');
    assert.equal(stdout.text, '[pod/p/c] one line\n');
  });

  it('cannot do anything to the terminal, but keeps its tabs', () => {
    const stdout = new CapturedOutput();
    logPrinter(stdout, { prefix: false })(run, 'a\tb\u001b[2J\r[pod/x/y] forged\u0007');
    assert.equal(stdout.text, 'a\tb^[[2J\\r[pod/x/y] forged\\u0007\n');
  });
});
