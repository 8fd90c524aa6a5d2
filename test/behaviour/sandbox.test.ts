import { after, before, describe } from 'node:test';
import { applyCases } from './apply-cases.ts';
import { companionCases } from './companion-cases.ts';
import { deletionCases } from './deletion-cases.ts';
import { diffCases } from './diff-cases.ts';
import { exitCodeCases } from './exit-code-cases.ts';
import { failingCases } from './failing-cases.ts';
import { interruptionCases } from './interruption-cases.ts';
import { leavingCases } from './leaving-cases.ts';
import { lifecycleCases } from './lifecycle-cases.ts';
import { namingCases } from './naming-cases.ts';
import { predictCases } from './predict-cases.ts';
import { refusalCases } from './refusal-cases.ts';
import { reportCases } from './report-cases.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from './sandbox-server.ts';
import { scaleCases } from './scale-cases.ts';
import { severalCases } from './several-cases.ts';
import { stepCases } from './step-cases.ts';
import { troubleCases } from './trouble-cases.ts';
import { updateCases } from './update-cases.ts';

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
  stepCases(() => server);
  troubleCases(() => server);
  updateCases(() => server);
  namingCases(() => server);
  leavingCases(() => server);
  exitCodeCases(() => server);
  deletionCases(() => server);
  predictCases(() => server);
  diffCases(() => server);
  reportCases(() => server);
});
