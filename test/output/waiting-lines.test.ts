import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { WaitingLines } from '../../src/output/waiting-lines.ts';
import { CapturedOutput } from '../captured-output.ts';
import { FakeClock } from '../fake-clock.ts';

describe('the lines of a wait', () => {
  let clock: FakeClock;
  let stderr: CapturedOutput;
  let lines: WaitingLines;

  beforeEach(() => {
    clock = new FakeClock();
    stderr = new CapturedOutput();
    lines = new WaitingLines(stderr, clock);
  });

  it('come again every 5 seconds during a deletion', async () => {
    lines.say('default/iris', 'service/hold to be gone', 'wait-deleted');
    await clock.advance(15_999);
    assert.equal(
      stderr.text,
      `default/iris: waiting for service/hold to be gone
default/iris: waiting for service/hold to be gone (for 6s)
default/iris: waiting for service/hold to be gone (for 11s)
`,
    );
  });

  it('come again every 30 seconds during any other step', async () => {
    lines.say('default/iris', 'pod x to be ready', 'wait-available');
    await clock.advance(31_000);
    assert.equal(
      stderr.text,
      'default/iris: waiting for pod x to be ready\ndefault/iris: waiting for pod x to be ready (for 31s)\n',
    );
  });
});
