import { createHash } from 'node:crypto';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { expectedDeployments } from './expected-deployments.ts';
import type { PredictiveUnit, SeldonDeployment, SeldonSpec } from './seldon-deployment.ts';

/** What a revision keeps of a deployment: what somebody wants of it. */
export interface RecordedState {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  spec?: SeldonSpec;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/controller-revision-v1/ */
export interface ControllerRevision extends KubernetesObject {
  revision?: number;
  data?: RecordedState;
}

/**
 * Labels and annotations by which tools keep account of what is theirs. They are no part of a revision: to put back an old
 * one would take the deployment away from its tool.
 */
const OF_TOOLS =
  /^(seldon-lifecycle\.io\/(owner|id|revision|applied)$|kubectl\.kubernetes\.io\/|([^/]*\.)?(argoproj\.io|fluxcd\.io|helm\.sh|pulumi\.com)\/|app\.kubernetes\.io\/(managed-by|instance)$)/;

export function recordedState({ metadata, spec = {} }: SeldonDeployment): RecordedState {
  const [labels, annotations] = [withoutTools(metadata.labels), withoutTools(metadata.annotations)];
  return {
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
    spec,
  };
}

/**
 * The same for two states that differ in nothing but their numbers of replicas: as with a Deployment, to scale makes no
 * new revision.
 */
export function stateHash(state: RecordedState, uid: string): string {
  const { labels = {}, annotations = {}, spec = {} } = state;
  const unscaled = withReplicas(spec, () => undefined);
  const text = JSON.stringify(sorted({ uid, labels, annotations, spec: unscaled }));
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}

/**
 * A deployment as it is after it has gone back to an earlier state. Its numbers of replicas stay as they are, as in kubectl
 * rollout undo, so that nobody's scaling is lost; of one that is still as `ours` has left it, the earlier number comes back.
 */
export function rolledBack(
  live: SeldonDeployment,
  { labels = {}, annotations = {}, spec = {} }: RecordedState,
  ours?: SeldonDeployment,
): RecordedState {
  const now = numberHolders(live.spec ?? {});
  const left = ours && numberHolders(ours.spec ?? {});
  return {
    labels: { ...ofTools(live.metadata.labels), ...labels },
    annotations: { ...ofTools(live.metadata.annotations), ...annotations },
    spec: withReplicas(spec, (place, earlier) => {
      const holder = now.get(place);
      if (!holder) return earlier;
      return left && left.get(place)?.replicas === holder.replicas ? earlier : holder.replicas;
    }),
  };
}

/** The images of its containers, and where models are stored that Seldon's own servers load; each once. */
export function imagesIn({ spec = {} }: RecordedState): string[] {
  const found = (spec.predictors ?? []).flatMap(({ graph, componentSpecs = [], explainer }) => [
    ...componentSpecs.flatMap((component) => component.spec?.containers ?? []).map(({ image }) => image),
    ...(graph ? modelUris(graph) : []),
    explainer?.containerSpec?.image,
  ]);
  return [...new Set(found.filter((image) => image !== undefined && image !== ''))] as string[];
}

/** As many as each of the models' Deployments is to have: 2, or 2,1; auto where an autoscaler decides. */
export function replicasIn({ spec }: RecordedState): string {
  const deployment = { metadata: { name: '' }, ...(spec && { spec }) };
  const models = expectedDeployments(deployment).filter(({ role }) => role === 'model');
  const counts = models.map(({ replicas }) => {
    if (replicas.governedBy === 'autoscaler') return 'auto';
    return replicas.governedBy === 'field' ? String(replicas.count) : '1';
  });
  return counts.join(',');
}

function modelUris({ modelUri, children = [] }: PredictiveUnit): string[] {
  return [...(modelUri ? [modelUri] : []), ...children.flatMap(modelUris)];
}

interface NumberHolder {
  replicas?: number;
}

/** Everything in a spec that says a number of replicas, by a place that stays where predictors change theirs. */
function numberHolders(spec: SeldonSpec): Map<string, NumberHolder> {
  const holders = new Map<string, NumberHolder>([['', spec]]);
  for (const predictor of spec.predictors ?? []) {
    const { name, svcOrchSpec, explainer, componentSpecs = [] } = predictor;
    holders.set(name, predictor);
    if (svcOrchSpec) holders.set(`${name}/svcOrchSpec`, svcOrchSpec);
    if (explainer) holders.set(`${name}/explainer`, explainer);
    for (const [index, component] of componentSpecs.entries()) holders.set(`${name}/${index}`, component);
  }
  return holders;
}

function withReplicas(
  spec: SeldonSpec,
  numberAt: (place: string, own: number | undefined) => number | undefined,
): SeldonSpec {
  const copy = structuredClone(spec);
  for (const [place, holder] of numberHolders(copy)) {
    const replicas = numberAt(place, holder.replicas);
    if (replicas === undefined) delete holder.replicas;
    else holder.replicas = replicas;
  }
  return copy;
}

function withoutTools(texts: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([key]) => !OF_TOOLS.test(key)));
}

function ofTools(texts: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([key]) => OF_TOOLS.test(key)));
}

/** The server keeps no order of keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
