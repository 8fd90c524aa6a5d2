import { exitCodes, Failure } from '../../failures.ts';
import { type ChangingPlan, planScale, type ReplicasChange } from '../../seldon/scale-plan.ts';
import { replicasInWords, type ScaleRequest } from '../../seldon/scale-request.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { applyResult } from '../apply/apply-result.ts';
import { type DryRun, dryRunSuffix } from '../dry-run.ts';
import { explain } from '../errors/api-errors.ts';
import { type RetryOptions, retryWrite } from '../retry/retry-write.ts';
import type { StepDeps } from '../step.ts';
import type { Said } from '../step-progress.ts';
import type { Desired } from '../waits/observation.ts';
import { type ScaleTarget, type Sent, sendScale } from './send-scale.ts';

export interface Scaled {
  desired: Desired;
  /** Whether pods are replaced because of it. */
  restarts: boolean;
  /** What we have applied, where that is still all there is; see StepState. */
  applied: SeldonDeployment | undefined;
}

/**
 * Scales a deployment, and says what changed, and what else comes of it. `dryRun`: 'client' sends nothing; 'server' is
 * said, and asked for by `deps.applying`. Throws Failure.
 */
export async function scale(
  { desired, applied }: ScaleTarget,
  request: ScaleRequest,
  deps: Pick<StepDeps, 'cluster' | 'applying' | 'clock' | 'signal'>,
  { dryRun, retry }: { dryRun: DryRun; retry: RetryOptions },
): Promise<{ result: Scaled } & Said> {
  const { deployment } = desired;
  const { name } = deployment.metadata;
  const basis = applied ?? deployment;
  const plan = planned(basis, request);
  if (plan.changes.length === 0) {
    const remark = [already(request), ...plan.missing].join('; ');
    return { result: { desired, restarts: false, applied }, ...said(remark, dryRun), did: 'unchanged' as const };
  }
  if (dryRun === 'client') {
    const wanted = { ...desired, deployment: { ...deployment, spec: plan.spec } };
    return {
      result: { desired: wanted, restarts: false, applied: applied && { ...applied, spec: plan.spec } },
      ...said(effectsInWords(plan, undefined), dryRun),
    };
  }
  deps.signal.throwIfAborted();
  const tried = `scale seldondeployment "${name}"`;
  // To set a number again does no harm, and either way of sending it looks at what is there.
  const again = async (unsure: boolean): Promise<Sent> => {
    const { plan: other, ...answer } = await sendScale({ desired, applied }, request, plan, { ...deps, retry });
    // There is nothing to change any more, because the try that nobody answered has changed it.
    const byUs = unsure && other?.changes.length === 0;
    return { ...answer, ...(other && !byUs && { plan: other }) };
  };
  const sent = await retryWrite(tried, again, retry).catch((error) => explain(error, tried));
  const effects = sent.plan ?? plan;
  const isAll = request.through === 'spec' && sent.plan === undefined && sent.remark === undefined;
  const result: Scaled = {
    desired: sent.desired,
    restarts: effects.restarts.length > 0,
    applied: isAll && applied ? { ...applied, spec: plan.spec } : undefined,
  };
  const did = applyResult({ created: false, deployment: sent.desired.deployment }, deployment);
  return { result, ...said(effectsInWords(effects, sent.remark), dryRun), did };
}

/** Throws when it cannot be done, which a run has found out before it changed anything. */
export function planned(deployment: SeldonDeployment, request: ScaleRequest): ChangingPlan {
  const plan = planScale(deployment, request);
  if (plan.answer === 'change') return plan;
  const { name } = deployment.metadata;
  throw new Failure(
    exitCodes.badInput,
    `cannot scale seldondeployment "${name}" to ${replicasInWords(request.replicas)}: ${plan.reason}`,
    { hint: plan.hint },
  );
}

function said(remark: string, dryRun: DryRun = 'none') {
  const word = `scaled${dryRunSuffix(dryRun)}`;
  return { message: `${word} (${remark})`, word, remark };
}

function effectsInWords(plan: ChangingPlan, remark: string | undefined): string {
  const restarts = plan.restarts.length > 0 ? [`the pods of ${plan.restarts.join(' and ')} restart`] : [];
  const changes = plan.changes.map(changeInWords).join(', ');
  return [changes, ...restarts, ...plan.unasked, ...plan.missing, ...(remark ? [remark] : [])].join('; ');
}

function changeInWords({ path, from, to }: ReplicasChange): string {
  return `${path}: ${from ?? 'unset'} -> ${to}`;
}

function already({ replicas, through }: ScaleRequest): string {
  return through === 'subresource' ? `spec.replicas is already ${replicas}` : `already at ${replicasInWords(replicas)}`;
}
