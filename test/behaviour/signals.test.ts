import path from 'node:path';
import { after, before, describe } from 'node:test';
import { ownEnvironment } from '../own-environment.ts';
import { runProcess } from './built-file.ts';
import { processCases } from './interruption-cases.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from './sandbox-server.ts';

/** Of scripts/test.ts: each process would compile the whole program anew, which takes longer than the case. */
const { NODE_COMPILE_CACHE } = process.env;
const main = path.resolve(import.meta.dirname, '../../src/main.ts');

describe('As a process, in the sandbox', () => {
  let server: SandboxUnderTest;
  before(async () => {
    const sandbox = await startSandboxUnderTest();
    const run: SandboxUnderTest['run'] = (args, options = {}) => {
      const env = ownEnvironment({
        KUBECONFIG: options.kubeconfig ?? sandbox.kubeconfig,
        ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE: path.resolve(NODE_COMPILE_CACHE) }),
      });
      return runProcess(process.execPath, [main, ...args], env, options);
    };
    server = { ...sandbox, run };
  });
  after(() => server.stop());

  processCases(() => server);
});
