import { after, before, describe } from 'node:test';
import { type SandboxUnderTest, startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import { answerFaults } from './faults.ts';
import { faultMatrix } from './matrix.ts';

describe('In the sandbox', () => {
  let server: SandboxUnderTest;
  before(async () => {
    server = await startSandboxUnderTest();
  });
  after(() => server.stop());

  faultMatrix(() => server, { cases: answerFaults, concurrency: 14 });
});
