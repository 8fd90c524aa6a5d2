import { ownValue, setOwnValue } from '../own-values.ts';
import { type ExpectedDeployment, expectedDeployments } from './expected-deployments.ts';
import { type ScaleEffects, scaleEffects } from './scale-effects.ts';
import { type ScaleRefusal, scaleRefusal } from './scale-refusal.ts';
import { isAskedFor, type ScaleRequest } from './scale-request.ts';
import type { SeldonDeployment, SeldonSpec } from './seldon-deployment.ts';

/** One field that has to change so that Deployments get another number of replicas. */
export interface ReplicasChange {
  /** For people: spec.predictors[0].replicas */
  path: string;
  from: number | undefined;
  to: number;
}

export type ScalePlan =
  | ({
      answer: 'change';
      /** The same spec with the changes made. */
      spec: SeldonSpec;
      changes: ReplicasChange[];
    } & ScaleEffects)
  | ScaleRefusal;

/** One that changes something, or nothing any more. */
export type ChangingPlan = Extract<ScalePlan, { answer: 'change' }>;

/**
 * The changes that give every Deployment that is asked for its number: to the field that governs each, because a less
 * specific one has no effect. Where that field is unset, or shared with a predictor that is to stay as it is, the least
 * specific one that is not shared: the fields above componentSpecs restart no pods.
 */
export function planScale(deployment: SeldonDeployment, request: ScaleRequest): ScalePlan {
  const refusal = scaleRefusal(deployment, request);
  if (refusal) return refusal;
  const spec = structuredClone(deployment.spec ?? {});
  const after = { ...deployment, spec };
  const paths = new Set<string>();
  const set = (path: string) => {
    paths.add(path);
    setReplicasAt(spec, path, request.replicas);
  };
  if (request.through === 'subresource') set('spec.replicas');
  else for (const name of askedFor(deployment, request)) setFieldsOf(name, after, request, set);

  const changes = [...paths].flatMap((path) => {
    const from = replicasAt(deployment.spec ?? {}, path);
    return from === request.replicas ? [] : [{ path, from, to: request.replicas }];
  });
  const changed = changes.map(({ path }) => path);
  return { answer: 'change', spec, changes, ...scaleEffects(deployment, after, changed, request) };
}

/** Models first: what follows them need not be set by itself. */
function askedFor(deployment: SeldonDeployment, request: ScaleRequest): string[] {
  const asked = expectedDeployments(deployment).filter((one) => isAskedFor(one, request));
  const isModel = ({ role }: ExpectedDeployment) => role === 'model';
  return [...asked.filter(isModel), ...asked.filter((one) => !isModel(one))].map(({ name }) => name);
}

/** Sets what the Deployment of this name needs on top of what is set already. */
function setFieldsOf(
  name: string,
  deployment: SeldonDeployment,
  request: ScaleRequest,
  set: (path: string) => void,
): void {
  const found = () => expectedDeployments(deployment).find((one) => one.name === name);
  const before = found();
  if (!before || isRight(before, request)) return;
  const index = deployment.spec?.predictors?.findIndex((predictor) => predictor.name === before.predictor);
  const predictorPath = `spec.predictors[${index}]`;
  set(fieldOf(before, predictorPath, deployment, request));
  const after = found();
  // A predictor with 0 replicas holds its explainer at 0, even where its componentSpecs have numbers of their own.
  if (after && !isRight(after, request)) set(`${predictorPath}.replicas`);
}

function fieldOf(
  { role, replicas }: ExpectedDeployment,
  predictorPath: string,
  deployment: SeldonDeployment,
  request: ScaleRequest,
): string {
  if (role === 'service-orchestrator') return `${predictorPath}.svcOrchSpec.replicas`;
  if (role === 'explainer') return `${predictorPath}.explainer.replicas`;
  if (replicas.governedBy === 'field' && replicas.path !== 'spec.replicas') return replicas.path;
  return movesOtherPredictors(deployment, request) ? `${predictorPath}.replicas` : 'spec.replicas';
}

/** Whether spec.replicas would move what belongs to a predictor that is not asked for. */
function movesOtherPredictors(deployment: SeldonDeployment, { predictor, replicas }: ScaleRequest): boolean {
  if (predictor === undefined) return false;
  const others = (spec: SeldonSpec | undefined) =>
    JSON.stringify(
      expectedDeployments({ ...deployment, spec: spec ?? {} }).filter((one) => one.predictor !== predictor),
    );
  return others(deployment.spec) !== others({ ...deployment.spec, replicas });
}

function isRight({ replicas }: ExpectedDeployment, request: ScaleRequest): boolean {
  return replicas.governedBy === 'field' && replicas.count === request.replicas;
}

/** The number at a path as people write it, spec.predictors[0].replicas; undefined when it is not set. */
function replicasAt(spec: SeldonSpec, path: string): number | undefined {
  let place: unknown = spec;
  for (const key of keysOf(path)) place = ownValue(place as Record<string, unknown> | undefined, key);
  return (place as number | null | undefined) ?? undefined;
}

/** Sets the number at such a path in place, and makes the objects on the way to it. */
function setReplicasAt(spec: SeldonSpec, path: string, count: number): void {
  const keys = keysOf(path);
  const last = keys.pop() ?? '';
  let place = spec as Record<string, unknown>;
  for (const key of keys) {
    const there = ownValue(place, key) ?? {};
    setOwnValue(place, key, there);
    place = there as Record<string, unknown>;
  }
  setOwnValue(place, last, count);
}

function keysOf(path: string): string[] {
  return path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .slice(1);
}
