import { after, before, describe } from 'node:test';
import { otherToolsMatrix } from './other-tools-matrix.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from './sandbox-server.ts';

describe('What other tools have made, in the sandbox', { concurrency: 4 }, () => {
  let server: SandboxUnderTest;
  before(async () => {
    server = await startSandboxUnderTest();
  });
  after(() => server.stop());

  otherToolsMatrix(() => server);
});
