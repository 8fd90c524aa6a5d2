import { ownValue } from '../own-values.ts';
import type { FieldSet, ManagedFieldsEntry } from './objects.ts';

/** Who writes fields, as told by the name in which it owns them, and what becomes of a field that is taken from it. */
export interface FieldWriter {
  /** Argo CD */
  name: string;
  /** Completes "Change it": where its value comes from. Undefined: somebody's hand, which does it once. */
  where?: string;
  /** Completes "only until": it does not stay taken. */
  back?: string;
}

/**
 * Programs that come back to what they have written, by the names that they give themselves: of controllers that of the
 * program, if they say nothing else.
 * https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/ (argocd-controller)
 * https://github.com/fluxcd/kustomize-controller, https://github.com/fluxcd/helm-controller (the controllers' names)
 * https://github.com/helm/helm/blob/main/pkg/kube/client.go (the name of the program)
 * https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/manifest (Terraform)
 */
const TOOLS: readonly [managers: RegExp, writer: FieldWriter][] = [
  [
    /^argocd(-|$)/,
    { name: 'Argo CD', where: 'in the Git repository that Argo CD syncs', back: 'Argo CD writes it back' },
  ],
  [
    /^(kustomize-controller|flux)$/,
    { name: 'Flux', where: 'in the Git repository that Flux reconciles', back: 'Flux writes it back' },
  ],
  [/^helm-controller$/, { name: 'Flux', where: 'in its HelmRelease', back: 'Flux writes it back' }],
  [
    /^helm$/i,
    { name: 'Helm', where: 'in the chart or its values', back: 'the next helm upgrade, which writes it back' },
  ],
  [
    /^(terraform(-|$)|HashiCorp$)/i,
    {
      name: 'Terraform',
      where: 'in the Terraform configuration',
      back: 'the next terraform apply, which writes it back',
    },
  ],
  [
    /^pulumi-kubernetes/,
    { name: 'Pulumi', where: 'in the Pulumi program', back: 'the next pulumi up, which writes it back' },
  ],
  [
    /^kubectl-seldon-lifecycle-sync$/,
    { name: 'sync', where: 'in the source of the sync', back: 'the sync writes it back' },
  ],
];

/** Through the scale subresource; those of KEDA work by HorizontalPodAutoscalers, but for the first pod and the last. */
const AUTOSCALERS = /^(kube-controller-manager|keda(-operator)?)$/;

/** https://github.com/kubernetes/kubectl/blob/master/pkg/cmd: each verb that changes something is a manager of its own. */
const BY_HAND = /^kubectl-(edit|patch|label|annotate|scale|set|autoscale|expose|rollout|taint)$/;
const FROM_A_FILE = /^kubectl-(client-side-apply|create|replace)$/;

interface Named {
  manager?: string;
  subresource?: string | undefined;
}

/** Undefined: nobody that is known. */
export function fieldWriter({ manager = '', subresource }: Named): FieldWriter | undefined {
  const tool = TOOLS.find(([managers]) => managers.test(manager))?.[1];
  if (tool) return tool;
  if (subresource === 'scale' && AUTOSCALERS.test(manager))
    return { name: 'an autoscaler', back: 'the autoscaler sets it again' };
  if (BY_HAND.test(manager) || FROM_A_FILE.test(manager)) return { name: manager.replace('-', ' ') };
  // kubectl's own verb scale says no name of its own.
  if (manager === 'kubectl' && subresource === 'scale') return { name: [manager, subresource].join(' ') };
  return undefined;
}

/** Whether it comes back to what it has written. */
export function isTool(entry: ManagedFieldsEntry): boolean {
  return fieldWriter(entry)?.back !== undefined;
}

/** Whether kubectl wrote it from a file that somebody has, as an apply does. */
export function isKubectlFromFile({ manager = '', operation }: ManagedFieldsEntry): boolean {
  return operation === 'Update' && FROM_A_FILE.test(manager);
}

/** Whether somebody wrote it with kubectl, of whatever verb. */
export function isKubectl({ manager = '' }: ManagedFieldsEntry): boolean {
  return manager === 'kubectl' || BY_HAND.test(manager) || FROM_A_FILE.test(manager);
}

/** Of kubectl apply without --server-side: all of the file that it applied last. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export const LAST_APPLIED_FIELD: FieldSet = { 'f:metadata': { 'f:annotations': { [`f:${LAST_APPLIED}`]: {} } } };

/** By this kubectl itself tells whose fields are those of a client-side apply, whatever its --field-manager was. */
export function ownsLastApplied({ operation, subresource, fieldsV1 }: ManagedFieldsEntry): boolean {
  if (operation !== 'Update' || subresource) return false;
  const below = (set: FieldSet | undefined, name: string) => ownValue(set, `f:${name}`);
  return below(below(below(fieldsV1, 'metadata'), 'annotations'), LAST_APPLIED) !== undefined;
}
