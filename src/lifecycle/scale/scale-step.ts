import { exitCodes, Failure } from '../../failures.ts';
import { planScale, type ReplicasChange, type ScalePlan } from '../../seldon/scale-plan.ts';
import type { ScaleRequest } from '../../seldon/scale-request.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { applyResult } from '../apply/apply-result.ts';
import { type DryRun, dryRunSuffix } from '../dry-run.ts';
import { explain } from '../errors/api-errors.ts';
import { type Repeating, untilDone } from '../repeating/until-done.ts';
import type { Said } from '../steps.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Asked } from '../waits/observation.ts';
import { type Sent, sendScale, sendScaleTo } from './send-scale.ts';

export interface Scaled {
  asked: Asked;
  /** Whether pods are replaced because of it. */
  restarts: boolean;
  /** What was sent, where that is all that there is; see Standing. */
  sent?: SeldonDeployment;
}

/** Scales a deployment that we applied, and says what changed, and what else comes of it. */
export async function scale(
  manifest: SeldonDeployment,
  created: Asked,
  request: ScaleRequest,
  around: Surroundings,
  repeating: Repeating,
): Promise<{ result: Scaled } & Said> {
  const { name } = manifest.metadata;
  const plan = planned(manifest, request);
  if (plan.changes.length === 0) {
    const remark = [already(request), ...plan.missing].join('; ');
    return { result: { asked: created, restarts: false, sent: manifest }, ...said(remark), did: 'unchanged' as const };
  }
  around.signal.throwIfAborted();
  const send = () => sendScale(manifest, created, request, plan.spec, around);
  const sent = await sendUntilDone(name, send, repeating);
  const effects = sent.plan ?? plan;
  const isAll = request.through === 'spec' && sent.plan === undefined && sent.remark === undefined;
  const result: Scaled = {
    asked: sent.asked,
    restarts: effects.restarts.length > 0,
    ...(isAll && { sent: { ...manifest, spec: plan.spec } }),
  };
  const did = applyResult({ created: false, deployment: sent.asked.deployment }, created.deployment);
  return { result, ...said(inWords(effects, sent.remark)), did };
}

/** Scales a deployment as it is in the cluster, whoever applied it. */
export async function scaleLive(
  live: SeldonDeployment,
  request: ScaleRequest,
  around: Surroundings,
  dryRun: DryRun = 'none',
  repeating?: Repeating,
): Promise<{ result: Scaled } & Said> {
  const { name, uid = '', generation = 0 } = live.metadata;
  const plan = planned(live, request);
  if (plan.changes.length === 0) {
    const remark = [already(request), ...plan.missing].join('; ');
    const asked = { uid, generation, deployment: live };
    return { result: { asked, restarts: false }, ...said(remark, dryRun), did: 'unchanged' as const };
  }
  if (dryRun === 'client') {
    const asked = { uid, generation, deployment: { ...live, spec: plan.spec } };
    return { result: { asked, restarts: false }, ...said(inWords(plan, undefined), dryRun) };
  }
  around.signal.throwIfAborted();
  const send = () => sendScaleTo(live, request, plan, around);
  const sent = await sendUntilDone(name, send, repeating);
  const effects = sent.plan ?? plan;
  const result: Scaled = { asked: sent.asked, restarts: effects.restarts.length > 0 };
  const did = applyResult({ created: false, deployment: sent.asked.deployment }, live);
  return { result, ...said(inWords(effects, sent.remark), dryRun), did };
}

/** To set a number again does no harm, and either way of sending it looks at what is there. */
async function sendUntilDone(name: string, send: () => Promise<Sent>, repeating: Repeating | undefined) {
  const tried = `scale seldondeployment "${name}"`;
  const sendAgain = async (unsure: boolean): Promise<Sent> => {
    const { plan, ...sent } = await send();
    // There is nothing to change any more, because the try that nobody answered has changed it.
    const byUs = unsure && plan?.changes.length === 0;
    return { ...sent, ...(plan && !byUs && { plan }) };
  };
  const sent = repeating ? untilDone(tried, sendAgain, repeating) : send();
  return await sent.catch((error) => explain(error, tried));
}

/** Throws when it cannot be done, which a run has found out before it changed anything. */
export function planned(deployment: SeldonDeployment, request: ScaleRequest): Extract<ScalePlan, { changes: unknown }> {
  const plan = planScale(deployment, request);
  if (plan.answer === 'change') return plan;
  const { name } = deployment.metadata;
  throw new Failure(
    exitCodes.badInput,
    `cannot scale seldondeployment "${name}" to ${inReplicas(request.replicas)}: ${plan.reason}`,
    { hint: plan.hint },
  );
}

function said(remark: string, dryRun: DryRun = 'none') {
  const word = `scaled${dryRunSuffix(dryRun)}`;
  return { message: `${word} (${remark})`, word, remark };
}

function inWords(plan: Extract<ScalePlan, { changes: unknown }>, remark: string | undefined): string {
  const restarts = plan.restarts.length > 0 ? [`the pods of ${plan.restarts.join(' and ')} restart`] : [];
  const changes = plan.changes.map(changeInWords).join(', ');
  return [changes, ...restarts, ...plan.unasked, ...plan.missing, ...(remark ? [remark] : [])].join('; ');
}

function changeInWords({ path, from, to }: ReplicasChange): string {
  return `${path}: ${from ?? 'unset'} -> ${to}`;
}

function already({ replicas, through }: ScaleRequest): string {
  return through === 'subresource' ? `spec.replicas is ${replicas} already` : `already at ${inReplicas(replicas)}`;
}

export function inReplicas(count: number): string {
  return count === 1 ? '1 replica' : `${count} replicas`;
}
