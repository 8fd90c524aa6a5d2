import { after, before, describe } from 'node:test';
import { behaviourCases } from './behaviour-cases.ts';
import { startPorterWith } from './porter.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from './sandbox-server.ts';

/** A part of the behaviour, in a sandbox with a thread of its own, and what `more` adds to it. */
export function partInSandbox(part: number, more: (server: () => SandboxUnderTest) => void = () => {}): void {
  describe('In the sandbox', { concurrency: 9 }, () => {
    let server: SandboxUnderTest;
    before(async () => {
      server = await startSandboxUnderTest({ ownThread: true });
    });
    after(() => server.stop());

    behaviourCases(
      () => server,
      (namespace, rules) => startPorterWith(server, namespace, rules),
      part,
    );
    more(() => server);
  });
}
