import { diagnose } from '../../lifecycle/diagnosis/diagnose.ts';
import type { Reason } from '../../lifecycle/diagnosis/finding.ts';
import { desiredOf } from '../../lifecycle/step.ts';
import type { Answer } from '../../lifecycle/waits/answer.ts';
import type { Observation } from '../../lifecycle/waits/observation.ts';
import { waitAvailable } from '../../lifecycle/waits/wait-available.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { urlOf } from '../../seldon/url.ts';

export type Phase = 'Configuring' | 'Ready' | 'Failed' | 'Conflict' | 'Deleted';

/** How a deployment is, as the source is told. */
export interface PhaseReport {
  id: string;
  namespace: string;
  name: string;
  phase: Phase;
  availableReplicas: number;
  desiredReplicas: number;
  message: string;
  /** Why it is not available, in the stable word of the diagnosis, where something is found wrong. */
  reason?: Reason;
  url: string;
}

/** What kept it from being applied. */
export interface Trouble {
  phase: 'Failed' | 'Conflict' | 'Configuring';
  message: string;
}

export interface Subject {
  id: string;
  namespace: string;
  name: string;
  /** The spec that the source wants. */
  wanted: SeldonDeployment;
}

/** Whether it is available, by the rule of `wait`; `judge` says when that cannot come true any more. */
export function phaseOf(
  { id, namespace, name, wanted }: Subject,
  seen: Observation | undefined,
  trouble: Trouble | undefined,
  judge: (answer: Answer, seen: Observation) => Answer,
): PhaseReport {
  const deployments = seen?.owned.deployments ?? [];
  const about = {
    id,
    namespace,
    name,
    availableReplicas: sum(deployments.map(({ status }) => status?.availableReplicas ?? 0)),
    desiredReplicas:
      deployments.length > 0 ? sum(deployments.map(({ spec }) => spec?.replicas ?? 1)) : wantedReplicas(wanted),
    url: (seen?.deployment && urlOf(seen.deployment)) ?? '',
  };
  if (trouble) return { ...about, ...trouble };
  const deployment = seen?.deployment;
  if (!seen || !deployment)
    return { ...about, phase: 'Configuring', message: 'waiting for the deployment to be created' };
  if (deployment.metadata.deletionTimestamp) {
    return {
      ...about,
      phase: 'Configuring',
      message: 'the deployment is being deleted, and is created again afterwards',
    };
  }
  const answer = judge(waitAvailable(seen, desiredOf(deployment)), seen);
  const reason = answer.state === 'done' ? undefined : diagnose(seen)[0]?.reason;
  const why = reason && { reason };
  switch (answer.state) {
    case 'done':
      return { ...about, phase: 'Ready', message: '' };
    case 'failed':
      return { ...about, phase: 'Failed', message: answer.why, ...why };
    case 'waiting':
      return { ...about, phase: 'Configuring', message: `waiting for ${answer.for}`, ...why };
  }
}

/** Whether only the doubt about what has happened meanwhile keeps it from being Ready. */
export function isReadyButStale(seen: Observation): boolean {
  const { deployment, staleKinds } = seen;
  if (!deployment || staleKinds.length === 0) return false;
  return waitAvailable({ ...seen, staleKinds: [] }, desiredOf(deployment)).state === 'done';
}

function wantedReplicas({ spec }: SeldonDeployment): number {
  return sum((spec?.predictors ?? []).map(({ replicas }) => replicas ?? spec?.replicas ?? 1));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
