import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Blocker } from '../../../src/lifecycle/failing/blocker.ts';
import { causeOf } from '../../../src/lifecycle/failing/cause.ts';
import type { StepDeps } from '../../../src/lifecycle/step.ts';

const blocker = {
  advice: 'Check the log',
  pod: { name: 'iris-1', uid: 'u', container: 'classifier', hasRun: true },
} as unknown as Blocker;

describe('The log of a container that keeps crashing', () => {
  it('is told line by line, and of a line that is endless only what can be read', async () => {
    const endless = `Traceback: ${'0.123456 '.repeat(400_000)}ValueError: shape`;
    const around = {
      cluster: { podLog: async () => ['loading', endless] },
      events: { lastWarning: () => undefined },
    } as unknown as Pick<StepDeps, 'cluster' | 'events'>;
    const { details } = await causeOf(blocker, 'ns', around);
    assert.equal(details[0], 'log of iris-1, container classifier: loading');
    assert.match(
      details[1] ?? '',
      /^log of iris-1, container classifier: Traceback: [0-9. ]+ … \[3598028 letters left out\] … [0-9. ]+ValueError: shape$/,
    );
    assert.ok((details[1]?.length ?? 0) < 2_200);
  });
});
