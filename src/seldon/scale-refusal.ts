import { type Advice, advice, kubectl } from '../advice/advice.ts';
import { type ExpectedDeployment, expectedDeployments } from './expected-deployments.ts';
import { isAskedFor, type ScaleRequest } from './scale-request.ts';
import type { SeldonDeployment } from './seldon-deployment.ts';

export interface ScaleRefusal {
  answer: 'refused';
  /** Completes "cannot scale it: ". */
  reason: string;
  /** The way out, in words. */
  hint: Advice | undefined;
}

/** Why a request cannot have an effect, as far as the spec alone tells; undefined when it can. */
export function scaleRefusal(deployment: SeldonDeployment, request: ScaleRequest): ScaleRefusal | undefined {
  return contradiction(request) ?? unknownPredictor(deployment, request) ?? autoscaled(deployment, request);
}

function contradiction({ through, predictor, includeSvcOrch, includeExplainer }: ScaleRequest) {
  if (through !== 'subresource') return undefined;
  const flags = [
    ...(predictor === undefined ? [] : ['--predictor']),
    ...(includeSvcOrch ? ['--include-svc-orch'] : []),
    ...(includeExplainer ? ['--include-explainer'] : []),
  ];
  if (flags.length === 0) return undefined;
  return refused(
    `${flags.join(', ')} cannot be used with --scale-through=subresource, which only sets spec.replicas`,
    'Use --scale-through=spec',
  );
}

function unknownPredictor({ spec }: SeldonDeployment, { predictor }: ScaleRequest) {
  const names = (spec?.predictors ?? []).map(({ name }) => name);
  if (predictor === undefined || names.includes(predictor)) return undefined;
  return refused(`there is no predictor "${predictor}"`, `It has: ${names.join(', ') || 'no predictors'}`);
}

function autoscaled(deployment: SeldonDeployment, request: ScaleRequest) {
  const asked = expectedDeployments(deployment).filter((one) => isAskedFor(one, request));
  const path = asked.map(autoscalerOf).find((found) => found !== undefined);
  if (path === undefined) return undefined;
  const keda = path.endsWith('kedaSpec');
  const limits = keda ? `${path}.minReplicaCount` : `${path}.minReplicas and maxReplicas`;
  const others = (deployment.spec?.predictors ?? []).length > 1 ? ', or name another predictor with --predictor' : '';
  return refused(
    `${path} is set: ${keda ? 'KEDA' : 'a HorizontalPodAutoscaler'} sets the number of replicas, so any other number has no effect`,
    isLive(deployment)
      ? advice`Change ${limits} of the deployment, or remove ${path} from it${others}${advice`: ${editing(deployment)}`}`
      : `Change ${limits} in the file, or remove ${path} from it for this run${others}`,
  );
}

/** Only the API server gives a uid; files have none when they are applied. */
function isLive({ metadata }: SeldonDeployment): boolean {
  return metadata.uid !== undefined;
}

function editing({ metadata: { name, namespace } }: SeldonDeployment) {
  return kubectl(['edit', `seldondeployment/${name}`], { namespace });
}

function autoscalerOf({ replicas }: ExpectedDeployment): string | undefined {
  return replicas.governedBy === 'autoscaler' ? replicas.path : undefined;
}

function refused(reason: string, hint: Advice): ScaleRefusal {
  return { answer: 'refused', reason, hint };
}
