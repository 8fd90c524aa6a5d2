import { after, before, describe } from 'node:test';
import { applyCases } from './apply-cases.ts';
import { companionCases } from './companion-cases.ts';
import { doctorCases } from './doctor-cases.ts';
import { failingCases } from './failing-cases.ts';
import { interruptionCases } from './interruption-cases.ts';
import { leavingCases } from './leaving-cases.ts';
import { lifecycleCases } from './lifecycle-cases.ts';
import { logsCases } from './logs-cases.ts';
import { namingCases } from './naming-cases.ts';
import { refusalCases } from './refusal-cases.ts';
import { rightsCases } from './rights-cases.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from './sandbox-server.ts';
import { scaleCases } from './scale-cases.ts';
import { severalCases } from './several-cases.ts';
import { troubleCases } from './trouble-cases.ts';
import { updateCases } from './update-cases.ts';
import { versionCases } from './version-cases.ts';

describe('In the sandbox', { concurrency: 4 }, () => {
  let server: SandboxUnderTest;
  before(async () => {
    server = await startSandboxUnderTest();
  });
  after(() => server.stop());

  lifecycleCases(() => server);
  applyCases(() => server);
  scaleCases(() => server);
  refusalCases(() => server);
  interruptionCases(() => server);
  failingCases(() => server);
  companionCases(() => server);
  severalCases(() => server);
  troubleCases(() => server);
  updateCases(() => server);
  namingCases(() => server);
  leavingCases(() => server);
  rightsCases(() => server);
  doctorCases(() => server);
  versionCases(() => server);
  logsCases(() => server);
});
