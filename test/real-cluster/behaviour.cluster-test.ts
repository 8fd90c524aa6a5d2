import { after, before, describe } from 'node:test';
import { applyCases } from '../behaviour/apply-cases.ts';
import { companionCases } from '../behaviour/companion-cases.ts';
import { doctorCases } from '../behaviour/doctor-cases.ts';
import { failingCases } from '../behaviour/failing-cases.ts';
import { interruptionCases } from '../behaviour/interruption-cases.ts';
import { leavingCases } from '../behaviour/leaving-cases.ts';
import { lifecycleCases } from '../behaviour/lifecycle-cases.ts';
import { logsCases } from '../behaviour/logs-cases.ts';
import { namingCases } from '../behaviour/naming-cases.ts';
import { refusalCases } from '../behaviour/refusal-cases.ts';
import { rightsCases } from '../behaviour/rights-cases.ts';
import { scaleCases } from '../behaviour/scale-cases.ts';
import { severalCases } from '../behaviour/several-cases.ts';
import { troubleCases } from '../behaviour/trouble-cases.ts';
import { updateCases } from '../behaviour/update-cases.ts';
import { versionCases } from '../behaviour/version-cases.ts';
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
  troubleCases(() => cluster);
  updateCases(() => cluster);
  namingCases(() => cluster);
  leavingCases(() => cluster);
  rightsCases(() => cluster);
  doctorCases(() => cluster);
  versionCases(() => cluster);
  logsCases(() => cluster);
});
