import { agentCases } from './agent-cases.ts';
import { applyCases } from './apply-cases.ts';
import { containerCases } from './container-cases.ts';
import { createCases } from './create-cases.ts';
import { deletionCases } from './deletion-cases.ts';
import { deploymentIdCases } from './deployment-id-cases.ts';
import { destinationCases } from './destination-cases.ts';
import { diffCases } from './diff-cases.ts';
import { doctorCases } from './doctor-cases.ts';
import { eventsCases } from './events-cases.ts';
import { exitCodeCases } from './exit-code-cases.ts';
import { failingCases } from './failing-cases.ts';
import { fileCases } from './file-cases.ts';
import { historyCases } from './history-cases.ts';
import { ingressCases } from './ingress-cases.ts';
import { interruptionCases } from './interruption-cases.ts';
import { leavingCases } from './leaving-cases.ts';
import { lifecycleCases } from './lifecycle-cases.ts';
import { listCases } from './list-cases.ts';
import { logsCases } from './logs-cases.ts';
import { namespaceCases } from './namespace-cases.ts';
import { namingCases } from './naming-cases.ts';
import { otherResourceCases } from './other-resource-cases.ts';
import { planCases } from './plan-cases.ts';
import { predictCases } from './predict-cases.ts';
import { previewCases } from './preview-cases.ts';
import { printedCommandCases } from './printed-command-cases.ts';
import { refusalCases } from './refusal-cases.ts';
import { reportCases } from './report-cases.ts';
import { restartCases } from './restart-cases.ts';
import { rightsCases } from './rights-cases.ts';
import { type AccountWith, roleCases } from './role-cases.ts';
import { scaleCases } from './scale-cases.ts';
import { schemaCases } from './schema-cases.ts';
import type { ServerUnderTest } from './server-under-test.ts';
import { severalCases } from './several-cases.ts';
import { staleCases } from './stale-cases.ts';
import { statusCases } from './status-cases.ts';
import { stepCases } from './step-cases.ts';
import { syncCases } from './sync-cases.ts';
import { syncEndingCases } from './sync-ending-cases.ts';
import { syncHealthCases } from './sync-health-cases.ts';
import { syncIngressCases } from './sync-ingress-cases.ts';
import { syncLimitsCases } from './sync-limits-cases.ts';
import { syncPoisonCases } from './sync-poison-cases.ts';
import { syncReportCases } from './sync-report-cases.ts';
import { syncSourceCases } from './sync-source-cases.ts';
import { throughIngressCases } from './through-ingress-cases.ts';
import { topCases } from './top-cases.ts';
import { trafficCases } from './traffic-cases.ts';
import { troubleCases } from './trouble-cases.ts';
import { untilCases } from './until-cases.ts';
import { updateCases } from './update-cases.ts';
import { verbosityCases } from './verbosity-cases.ts';
import { versionCases } from './version-cases.ts';
import { whyCases } from './why-cases.ts';

type Server = () => ServerUnderTest;

/**
 * What the program does, in groups of cases, each of which runs in the sandbox and on a real control plane. Those with the
 * longest waits stand first: nothing else would be left to do while the last of them end.
 */
export const groups: readonly ((server: Server, accountWith: AccountWith) => void)[] = [
  troubleCases,
  updateCases,
  whyCases,
  leavingCases,
  failingCases,
  historyCases,
  planCases,
  deletionCases,
  lifecycleCases,
  applyCases,
  scaleCases,
  restartCases,
  trafficCases,
  untilCases,
  refusalCases,
  interruptionCases,
  fileCases,
  otherResourceCases,
  ingressCases,
  severalCases,
  stepCases,
  syncCases,
  syncEndingCases,
  syncSourceCases,
  syncPoisonCases,
  syncLimitsCases,
  syncIngressCases,
  syncReportCases,
  syncHealthCases,
  agentCases,
  containerCases,
  namespaceCases,
  namingCases,
  eventsCases,
  staleCases,
  statusCases,
  topCases,
  listCases,
  rightsCases,
  roleCases,
  doctorCases,
  verbosityCases,
  versionCases,
  createCases,
  deploymentIdCases,
  logsCases,
  exitCodeCases,
  diffCases,
  predictCases,
  previewCases,
  throughIngressCases,
  reportCases,
  printedCommandCases,
  destinationCases,
  schemaCases,
];

/** So many processes run them in the sandbox, so that two are busy to the end. */
export const PARTS = 2;

/** Registers the cases of `server`, or one part of them. `accountWith`: how somebody with certain rights is made there. */
export function behaviourCases(server: Server, accountWith: AccountWith, part?: number): void {
  for (const [index, group] of groups.entries())
    if (part === undefined || index % PARTS === part) group(server, accountWith);
}
