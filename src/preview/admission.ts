import { isDeepStrictEqual } from 'node:util';
import { ApiFailure } from '../cluster/api-failure.ts';
import type { Objects } from '../cluster/objects.ts';
import { Failure } from '../failures.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { explained } from '../lifecycle/errors/api-errors.ts';
import type { Deployment, PodSpec } from '../operator/kubernetes-objects.ts';
import type { MadeObject, MadeReplicas } from '../operator/made-objects.ts';

/** Whether the server would take an object and, of a Deployment, its pods; `why` in the server's words. */
export type Admission =
  | { admitted: 'yes' }
  /** `invalid`: no other cluster would take it either. */
  | { admitted: 'no'; refused: 'it' | 'its pods'; why: string; invalid: boolean }
  | { admitted: 'unknown'; why: string };

export interface Asking {
  objects: Pick<Objects, 'read' | 'create' | 'replace'>;
  /** ServiceAccounts that the files make, as namespace/name: the server does not know them yet. */
  madeAccounts: ReadonlySet<string>;
}

export type PodTemplate = Deployment['spec']['template'];

type Live = KubernetesObject & { spec?: Record<string, unknown> };

/**
 * Lets the server say, by dry runs, what it would answer the operator: to the object and, of a Deployment, to one of its
 * pods, since a Deployment is admitted where its pods are not. `before`: the template of its pods as the operator makes it
 * by the same rules of the SeldonDeployment that is there, where it is: an operator of another version writes some of it
 * otherwise, which a comparison with what is there would take for a change. Nothing is changed. Throws Failure where the server cannot
 * be asked at all.
 */
export async function admissionOf(made: MadeObject, asking: Asking, before?: PodTemplate): Promise<Admission> {
  const { object, pods } = made;
  const found = await attempt(() => asking.objects.read<Live>(object));
  if ('refusal' in found) return found.refusal;
  const live = found.answer;
  const sent = await attempt(() => send(object, live, asking.objects));
  if ('refusal' in sent) return sent.refusal;
  if (!pods || !needsPods(pods, live, sent.answer, before)) return { admitted: 'yes' };
  const pod = await attempt(() => asking.objects.create(podOf(pods.of, asking.madeAccounts), { dryRun: true }));
  if (!('refusal' in pod)) return { admitted: 'yes' };
  return pod.refusal.admitted === 'no' ? { ...pod.refusal, refused: 'its pods' } : pod.refusal;
}

/** As the operator sends it: made, or written over what is there. */
async function send(object: MadeObject['object'], live: Live | undefined, objects: Asking['objects']): Promise<Live> {
  if (!live) return await objects.create<Live>(object, { dryRun: true });
  const { spec: wanted } = object as Live;
  // A selector cannot be changed: the operator deletes the Deployment and makes it anew, which no dry run can try.
  if (!isDeepStrictEqual(live.spec?.selector, wanted?.selector)) return live;
  const { labels, annotations } = object.metadata;
  const metadata = { ...live.metadata, ...(labels && { labels }), ...(annotations && { annotations }) };
  const kept = object.kind === 'Service' ? live.spec : { replicas: live.spec?.replicas };
  const spec = object.kind === 'Service' || object.kind === 'Deployment' ? { ...kept, ...wanted } : wanted;
  return await objects.replace<Live>({ ...object, metadata, spec } as typeof object, { dryRun: true });
}

/** An update that leaves the template and the number alone makes no pod. */
function needsPods(
  { of, replicas }: NonNullable<MadeObject['pods']>,
  live: Live | undefined,
  sent: Live,
  before: PodTemplate | undefined,
): boolean {
  if (mostOf(replicas) === 0) return false;
  if (!live) return true;
  const grows = Number(sent.spec?.replicas ?? 1) > Number(live.spec?.replicas ?? 1);
  const [old, now] = before ? [before, of.spec.template] : [live.spec?.template, sent.spec?.template];
  return grows || !isDeepStrictEqual(old, now);
}

function mostOf(replicas: MadeReplicas): number {
  if (replicas.by === 'autoscaler') return replicas.most;
  return replicas.by === 'field' ? replicas.count : 1;
}

/** As the ReplicaSet would make it, but with another name. */
function podOf({ metadata, spec: { template } }: Deployment, madeAccounts: ReadonlySet<string>) {
  const { name, namespace = '' } = metadata;
  const { serviceAccountName = '' } = template.spec;
  const { serviceAccountName: _, serviceAccount: __, ...withoutAccount } = template.spec;
  const isMadeFirst = madeAccounts.has(`${namespace}/${serviceAccountName}`);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name: `${name}-preview`, namespace },
    spec: (isMadeFirst ? withoutAccount : template.spec) as PodSpec,
  };
}

/** Throws Failure for what is no answer. */
async function attempt<T>(ask: () => Promise<T>): Promise<{ answer: T } | { refusal: Admission }> {
  try {
    return { answer: await ask() };
  } catch (error) {
    const refusal = error instanceof ApiFailure ? refusalOf(error) : undefined;
    if (refusal) return { refusal };
    throw explained(error, 'check what the server would admit');
  }
}

function refusalOf(error: ApiFailure): Admission | undefined {
  const { status, message } = error;
  if (NOT_ALLOWED.test(message) || message.includes('does not support dry run')) {
    return { admitted: 'unknown', why: message };
  }
  // A kind that is not served, a namespace that is not there yet, a name that somebody has just taken.
  if (status === 404 || status === 409) return { admitted: 'unknown', why: message };
  if (![400, 403, 413, 422].includes(status)) return undefined;
  const failure = explained(error, '');
  const why = message.replace(/^pods "[^"]*" is forbidden: /, '');
  return { admitted: 'no', refused: 'it', why, invalid: failure instanceof Failure && failure.exitCode === 2 };
}

/** That we may not ask is no refusal of the object: it is the operator that makes it. */
const NOT_ALLOWED = /is forbidden: User "[^"]*" cannot /;
