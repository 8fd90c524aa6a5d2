import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import { systemClock } from '../../src/clock.ts';
import { Api } from '../../src/cluster/api.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { runInProcess } from './in-process.ts';
import { interruptionCases } from './interruption-cases.ts';
import { lifecycleCases } from './lifecycle-cases.ts';
import { refusalCases } from './refusal-cases.ts';
import { scaleCases } from './scale-cases.ts';
import type { ServerUnderTest } from './server-under-test.ts';

describe('In the sandbox', { concurrency: 4 }, () => {
  let sandbox: Sandbox;
  let server: ServerUnderTest;
  const directory = mkdtempSync(path.join(tmpdir(), 'sandbox-'));

  before(async () => {
    sandbox = await startSandbox({ clock: systemClock });
    const kubeconfig = path.join(directory, 'config');
    writeFileSync(kubeconfig, sandbox.kubeconfig);
    server = {
      name: 'sandbox',
      kubeconfig,
      api: new Api(kubeconfigFromText(sandbox.kubeconfig, 'test').kubeConfig),
      run: (args, options) => runInProcess(kubeconfig, args, options),
    };
  });
  after(async () => {
    await sandbox.stop();
    rmSync(directory, { recursive: true });
  });

  lifecycleCases(() => server);
  scaleCases(() => server);
  refusalCases(() => server);
  interruptionCases(() => server);
});
