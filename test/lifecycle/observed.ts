import { parse } from 'yaml';
import type { Answer } from '../../src/lifecycle/waits/answer.ts';
import type { Desired, Observation } from '../../src/lifecycle/waits/observation.ts';

/**
 * A moment in the cluster, from YAML. Only what differs from a healthy model of one replica is written down: every
 * top-level key replaces the one below.
 */
const healthy = {
  deployment: `
    metadata: {name: m, namespace: ns, uid: u-m, generation: 1}
    spec: {predictors: [{name: p, replicas: 1, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}]}
    status: {state: Available, replicas: 1, deploymentStatus: {m-p-0-c: {replicas: 1, availableReplicas: 1}}}`,
  deployments: `
    - metadata: {name: m-p-0-c, uid: u-d, generation: 1, ownerReferences: [{uid: u-m}]}
      spec: {replicas: 1}
      status: {observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1}`,
  replicaSets: `[{kind: ReplicaSet, metadata: {name: m-p-0-c-1, uid: u-r, ownerReferences: [{uid: u-d}]}}]`,
  pods: `
    - kind: Pod
      metadata: {name: m-p-0-c-1-x, uid: u-p, ownerReferences: [{uid: u-r}]}
      status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}`,
  others: '[]',
};

export type Moment = Partial<typeof healthy> & {
  gone?: boolean;
  unsyncedKinds?: string[];
  staleKinds?: string[];
  /** By the uid of the object. */
  events?: string;
  now?: number;
};

export function observed(seen: Moment): Observation {
  const { gone = false, unsyncedKinds = [], staleKinds = [], events = '{}', now = 0, ...moment } = seen;
  const texts = { ...healthy, ...moment };
  return {
    deployment: parse(texts.deployment) ?? undefined,
    gone,
    events: (uid) => parse(events)[uid] ?? [],
    now,
    unsyncedKinds,
    staleKinds,
    owned: {
      deployments: parse(texts.deployments),
      replicaSets: parse(texts.replicaSets),
      pods: parse(texts.pods),
      others: parse(texts.others),
    },
  };
}

/** What was asked for: the healthy model, or the same with other predictors. */
export function asked(predictors?: string, generation = 1): Desired {
  const deployment = parse(healthy.deployment);
  if (predictors) deployment.spec = { predictors: parse(predictors) };
  return { uid: 'u-m', generation, deployment };
}

export function inWords(answer: Answer): string {
  if (answer.state === 'done') return 'done';
  return answer.state === 'waiting' ? `waiting for ${answer.for}` : `failed: ${answer.why}`;
}
