import { type ExpectedDeployment, expectedDeployments, hasExecutor } from './expected-deployments.ts';
import { isAskedFor, type ScaleRequest } from './scale-request.ts';
import type { SeldonDeployment } from './seldon-deployment.ts';

/** What else comes of a change of numbers. */
export interface ScaleEffects {
  /** The Deployments whose pods are replaced. */
  restarts: string[];
  /** What nobody asked for, a sentence each. */
  unasked: string[];
  /** What was asked for and is not there, a sentence each. */
  missing: string[];
}

export function scaleEffects(
  before: SeldonDeployment,
  after: SeldonDeployment,
  changedPaths: readonly string[],
  request: ScaleRequest,
): ScaleEffects {
  const then = expectedDeployments(before);
  const now = expectedDeployments(after);
  return {
    restarts: [...new Set(changedPaths.flatMap((path) => restartedBy(path, after, now)))],
    unasked: now
      .filter((one) => !isAskedFor(one, request))
      .flatMap((one) =>
        moved(
          then.find(({ name }) => name === one.name),
          one,
          after,
        ),
      ),
    missing: missing(now, request),
  };
}

function missing(expected: readonly ExpectedDeployment[], request: ScaleRequest): string[] {
  const has = (role: ExpectedDeployment['role']) =>
    expected.some((one) => one.role === role && isAskedFor(one, request));
  return [
    ...(request.includeSvcOrch && !has('service-orchestrator') ? ['there is no separate service orchestrator'] : []),
    ...(request.includeExplainer && !has('explainer') ? ['there is no explainer'] : []),
  ];
}

/**
 * The executor carries its predictor in its environment, with only replicas and traffic of the predictor left out: a
 * number below that replaces the pods of the Deployment that holds the executor, and of no other. That is the separate
 * service orchestrator, or else the Deployment of the first componentSpec.
 * (createEngineContainer in operator/controllers/seldondeployment_engine.go at Seldon Core v1.18.2,
 * https://github.com/SeldonIO/seldon-core/issues/2008)
 */
function restartedBy(path: string, { spec }: SeldonDeployment, expected: readonly ExpectedDeployment[]): string[] {
  const [, index] = /^spec\.predictors\[(\d+)\]\.(?:componentSpecs\[\d+\]|svcOrchSpec)\./.exec(path) ?? [];
  const predictor = index === undefined ? undefined : spec?.predictors?.[Number(index)];
  if (!predictor || !hasExecutor(predictor)) return [];
  const own = expected.filter((one) => one.predictor === predictor.name);
  const holder = own.find(({ role }) => role === 'service-orchestrator') ?? own.find(({ role }) => role === 'model');
  if (!holder) return [];
  const none = holder.replicas.governedBy === 'field' && holder.replicas.count === 0;
  return none ? [] : [holder.name];
}

function moved(
  before: ExpectedDeployment | undefined,
  after: ExpectedDeployment,
  { spec }: SeldonDeployment,
): string[] {
  const from = countOf(before);
  const to = countOf(after);
  if (from === to) return [];
  const which = `${after.role.replace('-', ' ')} ${after.name}`;
  if (to !== undefined) return [`${which} goes to ${to}`];
  // The operator keeps the count that such a Deployment has: https://github.com/SeldonIO/seldon-core/issues/3241
  const index = spec?.predictors?.findIndex(({ name }) => name === after.predictor);
  return [`${which} stays at ${from}, because spec.predictors[${index}].explainer.replicas is not set`];
}

function countOf(one: ExpectedDeployment | undefined): number | undefined {
  return one?.replicas.governedBy === 'field' ? one.replicas.count : undefined;
}
