import type { Advice } from '../../advice/advice.ts';
import type { ReportedEvent } from '../../progress/progress.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { advice } from '../diagnosis/advice.ts';
import { advised } from '../diagnosis/advised.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Finding } from '../diagnosis/finding.ts';
import type { Observation } from '../waits/observation.ts';
import { OPERATOR_MISSING_AFTER_MS, operatorMissing } from '../waits/operator-missing.ts';
import { waitAvailable } from '../waits/wait-available.ts';
import { waitDeleted } from '../waits/wait-deleted.ts';
import { type TreeNode, treeOf } from './tree.ts';

/** How a deployment is, and why it is not as it should be: with Advice until the commands in it are written out. */
export interface StatusReport<Words = string> {
  deployment: SeldonDeployment;
  tree: TreeNode;
  /** Undefined: for nothing. */
  waitingFor: string | undefined;
  /** What keeps it from that, and what a person could do. */
  cause: { why: Words; advice: Words | undefined } | undefined;
  /** All that is found wrong, worst first. */
  diagnosis?: readonly Finding[];
  /** Where its users ask, where the cluster shows that. */
  outside?: string | undefined;
  /** Where its pods offer their metrics to Prometheus, as they say themselves. */
  metricsPath?: string | undefined;
}

/** `deployment` is what was last known of it, where it is gone. */
export function statusReport(
  deployment: SeldonDeployment,
  seen: Observation,
  lastWarning: (uid: string) => ReportedEvent | undefined,
): StatusReport<Advice> {
  return { ...conditionOf(deployment, seen, lastWarning), metricsPath: metricsPathOf(seen) };
}

function conditionOf(
  deployment: SeldonDeployment,
  seen: Observation,
  lastWarning: (uid: string) => ReportedEvent | undefined,
): StatusReport<Advice> {
  const tree = treeOf(deployment, seen, lastWarning);
  if (seen.gone)
    return { deployment, tree: { ...tree, status: 'Deleted' }, waitingFor: remaining(seen), cause: undefined };
  if (deployment.metadata.deletionTimestamp) return { deployment, tree, waitingFor: remaining(seen), cause: undefined };
  const { uid = '', generation = 0 } = deployment.metadata;
  const answer = waitAvailable(seen, { uid, generation, deployment });
  if (answer.state === 'done') return { deployment, tree, waitingFor: undefined, cause: undefined };
  // One that was made just now may be touched in a moment.
  const age = seen.now - Date.parse(deployment.metadata.creationTimestamp ?? '');
  const nobody = age < OPERATOR_MISSING_AFTER_MS ? undefined : operatorMissing(seen);
  const findings = nobody ? [noOperator(deployment)] : diagnose(seen);
  const [first] = findings;
  const why = nobody ?? first?.why ?? (answer.state === 'failed' ? answer.why : undefined);
  return {
    deployment,
    tree,
    waitingFor: answer.state === 'waiting' ? answer.for : undefined,
    cause: why === undefined ? undefined : { why, advice: first && advised(first, deployment.metadata) },
    diagnosis: findings,
  };
}

/** A wait may still see one come, so it ends none by itself. */
function noOperator({ metadata: { name, namespace } }: SeldonDeployment): Finding {
  return {
    reason: 'NoOperator',
    key: `${name}: untouched`,
    fails: 'no',
    why: `no Seldon operator has touched seldondeployment "${name}" in namespace "${namespace}"`,
    advice: advice.NoOperator.look(),
  };
}

/** Seldon's operator annotates the pods, so that the orchestrator's and the model's metrics are found. */
function metricsPathOf({ owned: { deployments } }: Observation): string | undefined {
  const annotations = deployments.map(({ spec }) => spec?.template?.metadata?.annotations ?? {});
  return annotations.find((one) => one['prometheus.io/scrape'] === 'true')?.['prometheus.io/path'];
}

function remaining(seen: Observation): string | undefined {
  const answer = waitDeleted(seen);
  return answer.state === 'waiting' ? answer.for : undefined;
}
