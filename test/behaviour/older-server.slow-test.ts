import { after, before, describe } from 'node:test';
import { lifecycleCases } from './lifecycle-cases.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from './sandbox-server.ts';

describe('In a sandbox like a server before streaming lists', { concurrency: 4 }, () => {
  let server: SandboxUnderTest;
  before(async () => {
    server = await startSandboxUnderTest({ streamingLists: false });
  });
  after(() => server.stop());

  lifecycleCases(() => server);
});
