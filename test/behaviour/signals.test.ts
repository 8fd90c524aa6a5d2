import path from 'node:path';
import { after, before, describe } from 'node:test';
import { ownEnvironment } from '../own-environment.ts';
import { runProcess } from './built-file.ts';
import { processCases } from './interruption-cases.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from './sandbox-server.ts';

const main = path.resolve(import.meta.dirname, '../../src/main.ts');

describe('As a process, in the sandbox', () => {
  let server: SandboxUnderTest;
  before(async () => {
    const sandbox = await startSandboxUnderTest();
    const run: SandboxUnderTest['run'] = (args, options = {}) => {
      const env = ownEnvironment({ KUBECONFIG: options.kubeconfig ?? sandbox.kubeconfig });
      return runProcess(process.execPath, [main, ...args], env, options);
    };
    server = { ...sandbox, run };
  });
  after(() => server.stop());

  processCases(() => server);
});
