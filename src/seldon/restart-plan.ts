import { ownValue } from '../own-values.ts';
import { type ExpectedDeployment, expectedDeployments, hasExecutor, RESTARTED_AT } from './expected-deployments.ts';
import type { Predictor, SeldonDeployment, SeldonSpec } from './seldon-deployment.ts';

/** The pods of which are to be made anew: all, those of one predictor, or of one component. */
export interface RestartRequest {
  /** By its name; undefined: all of them. */
  predictor?: string | undefined;
  /** The name of a componentSpec, or of a container of it. */
  component?: string | undefined;
}

export interface RestartPlan {
  spec: SeldonSpec;
  /**
   * Whether spec.annotations alone is changed: it is no part of the predictors, so that the next apply of a file leaves it as
   * it is. What stands below spec.predictors goes with the next apply, and the pods restart once more.
   */
  whole: boolean;
  /** The fields that are set, for people: spec.predictors[0].annotations */
  paths: string[];
  /** The Deployments whose pods are replaced, by their names. */
  restarts: string[];
}

/**
 * Where the annotation has to stand so that the operator copies it into the pod templates that are meant: into those of
 * models and explainers it copies the annotations of the whole, then of the predictor, then of the componentSpec, the later
 * ones before the earlier (createDeploymentWithoutEngine in operator/controllers/seldondeployment_controller.go at Seldon
 * Core v1.18.2). A separate service orchestrator has none of them; but its environment holds the predictor with its annotations
 * (see executorContainer), so that it restarts by those of the predictor. Undefined: there is no such component.
 */
export function planRestart(
  deployment: SeldonDeployment,
  request: RestartRequest,
  restartedAt: string,
): RestartPlan | undefined {
  const spec = structuredClone(deployment.spec ?? {});
  const expected = expectedDeployments(deployment);
  const isSeparate = expected.some(({ role }) => role === 'service-orchestrator');
  const { predictor, component } = request;
  if (predictor === undefined && component === undefined && !isSeparate && !isSetBelow(spec)) {
    spec.annotations = { ...spec.annotations, [RESTARTED_AT]: restartedAt };
    return { spec, whole: true, paths: ['spec.annotations'], restarts: expected.map(({ name }) => name) };
  }
  const paths: string[] = [];
  const restarts = new Set<string>();
  for (const [index, one] of (spec.predictors ?? []).entries()) {
    if (predictor !== undefined && one.name !== predictor) continue;
    const ofIt = expected.filter((other) => other.predictor === one.name);
    const path = `spec.predictors[${index}]`;
    const which = component === undefined ? undefined : componentOf(one, component, ofIt);
    if (component !== undefined && which === undefined) continue;
    if (which === undefined || which === 'the only one') {
      one.annotations = { ...one.annotations, [RESTARTED_AT]: restartedAt };
      paths.push(`${path}.annotations`);
      for (const [nth, { metadata }] of (one.componentSpecs ?? []).entries()) {
        if (!metadata || ownValue(metadata.annotations, RESTARTED_AT) === undefined) continue;
        metadata.annotations = { ...metadata.annotations, [RESTARTED_AT]: restartedAt };
        paths.push(`${path}.componentSpecs[${nth}].metadata.annotations`);
      }
      for (const { name } of ofIt) restarts.add(name);
      continue;
    }
    const found = one.componentSpecs?.[which];
    if (!found) continue;
    const annotations = { ...found.metadata?.annotations, [RESTARTED_AT]: restartedAt };
    found.metadata = { ...found.metadata, annotations };
    paths.push(`${path}.componentSpecs[${which}].metadata.annotations`);
    for (const name of restartedWith(one, found.spec?.containers ?? [], ofIt)) restarts.add(name);
  }
  return paths.length === 0 ? undefined : { spec, whole: false, paths, restarts: [...restarts] };
}

/** The names that a component can be called by, each once. */
export function componentNames({ predictors = [] }: SeldonSpec): string[] {
  const names = predictors.flatMap(({ componentSpecs = [], graph }) => [
    ...componentSpecs.flatMap(({ metadata, spec }) => [
      ...(metadata?.name ? [metadata.name] : []),
      ...(spec?.containers ?? []).map(({ name }) => name),
    ]),
    ...(componentSpecs.length === 0 && graph ? [graph.name] : []),
  ]);
  return [...new Set(names)];
}

/** One that an earlier restart of a part has left, which would hide that of the whole. */
function isSetBelow({ predictors = [] }: SeldonSpec): boolean {
  return predictors.some(({ annotations, componentSpecs = [] }) =>
    [annotations, ...componentSpecs.map(({ metadata }) => metadata?.annotations)].some(
      (one) => ownValue(one, RESTARTED_AT) !== undefined,
    ),
  );
}

/**
 * Which componentSpec it is. A server of Seldon's is in none of the stored ones: where its Deployment is the only one of the
 * predictor, the predictor stands for it.
 */
function componentOf(
  { componentSpecs = [] }: Predictor,
  name: string,
  expected: readonly ExpectedDeployment[],
): number | 'the only one' | undefined {
  const found = componentSpecs.findIndex(
    ({ metadata, spec }) => metadata?.name === name || spec?.containers?.some((one) => one.name === name),
  );
  if (found >= 0) return found;
  const models = expected.filter(({ role }) => role === 'model');
  return models.length === 1 && models[0]?.containers?.includes(name) ? 'the only one' : undefined;
}

/** Its own Deployment, and the one that holds the executor, whose environment has all componentSpecs in it. */
function restartedWith(
  predictor: Predictor,
  containers: readonly { name: string }[],
  expected: readonly ExpectedDeployment[],
): string[] {
  const own = expected.filter(
    ({ role, containers: all = [] }) => role === 'model' && containers.some(({ name }) => all.includes(name)),
  );
  const orchestrator = expected.find(({ role }) => role === 'service-orchestrator');
  const withExecutor = hasExecutor(predictor)
    ? (orchestrator ?? expected.find(({ role }) => role === 'model'))
    : undefined;
  return [...new Set([...own, ...(withExecutor ? [withExecutor] : [])].map(({ name }) => name))];
}
