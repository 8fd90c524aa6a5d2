import { after, before, describe } from 'node:test';
import { applyCases } from '../behaviour/apply-cases.ts';
import { companionCases } from '../behaviour/companion-cases.ts';
import { deletionCases } from '../behaviour/deletion-cases.ts';
import { diffCases } from '../behaviour/diff-cases.ts';
import { exitCodeCases } from '../behaviour/exit-code-cases.ts';
import { failingCases } from '../behaviour/failing-cases.ts';
import { interruptionCases, secondSignalCases } from '../behaviour/interruption-cases.ts';
import { leavingCases } from '../behaviour/leaving-cases.ts';
import { lifecycleCases } from '../behaviour/lifecycle-cases.ts';
import { namingCases } from '../behaviour/naming-cases.ts';
import { predictCases } from '../behaviour/predict-cases.ts';
import { refusalCases } from '../behaviour/refusal-cases.ts';
import { reportCases } from '../behaviour/report-cases.ts';
import { scaleCases } from '../behaviour/scale-cases.ts';
import { severalCases } from '../behaviour/several-cases.ts';
import { stepCases } from '../behaviour/step-cases.ts';
import { troubleCases } from '../behaviour/trouble-cases.ts';
import { updateCases } from '../behaviour/update-cases.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

describe('On a real control plane', { concurrency: 2 }, () => {
  let cluster: RealCluster;
  before(async () => {
    cluster = await startRealCluster('behaviour');
  });
  after(() => cluster.stop());

  lifecycleCases(() => cluster);
  applyCases(() => cluster);
  scaleCases(() => cluster);
  refusalCases(() => cluster);
  interruptionCases(() => cluster);
  failingCases(() => cluster);
  companionCases(() => cluster);
  severalCases(() => cluster);
  stepCases(() => cluster);
  troubleCases(() => cluster);
  updateCases(() => cluster);
  namingCases(() => cluster);
  leavingCases(() => cluster);
  exitCodeCases(() => cluster);
  deletionCases(() => cluster);
  predictCases(() => cluster);
  diffCases(() => cluster);
  reportCases(() => cluster);
  secondSignalCases(() => cluster);
});
