import type { KubernetesObject } from '../kubernetes/objects.ts';
import { anyKind } from './answer-forms.ts';
import type { Api } from './api.ts';
import type { Form } from './form.ts';

export const FIELD_MANAGER = 'kubectl-seldon-lifecycle';

/** An object that says what it is. */
export type NamedKind = KubernetesObject & { apiVersion: string; kind: string };

export interface ApplyOptions {
  /** In whose name fields are owned; ours, if it is not said. */
  fieldManager?: string;
  /** Takes fields away from other managers. */
  force?: boolean;
  /** The server answers as if, and changes nothing. */
  dryRun?: boolean;
  /** Makes the object, and leaves one of its name that is there already as it is: that is a 409. */
  createOnly?: boolean;
}

/**
 * Of no object that there is. The server compares the resourceVersion of an apply with that of the object, if there is
 * one, and forgets it if there is none; it does both in one transaction, so that of several at once one makes the object.
 * A POST would do so too, but what it makes is not managed by apply: the next apply would be in conflict with it.
 * https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go
 */
const OF_NO_OBJECT = '1';

/** Server-side apply, and whether the object did not exist before. Throws ApiFailure, Unreachable. */
export async function applyObject(
  api: Api,
  object: NamedKind,
  { fieldManager = FIELD_MANAGER, force, dryRun, createOnly }: ApplyOptions,
  form: Form = anyKind,
): Promise<{ object: KubernetesObject; created: boolean }> {
  const request = {
    method: 'PATCH' as const,
    path: await pathOf(api, object),
    // Nothing can be taken from anybody where only what is not there is made: so there is one answer to what is there.
    query: { fieldManager, force: force || createOnly ? 'true' : undefined, dryRun: dryRun ? 'All' : undefined },
    contentType: 'application/apply-patch+yaml',
    body: createOnly ? { ...object, metadata: { ...object.metadata, resourceVersion: OF_NO_OBJECT } } : object,
  };
  const { status, body } = await api.call<KubernetesObject>(request, form);
  // As if it were made, it has none; a server gives back what was sent.
  if (createOnly && dryRun) delete body.metadata.resourceVersion;
  return { object: body, created: status === 201 };
}

/** Where the server keeps an object; its kind is asked for once. */
export async function pathOf(api: Api, { apiVersion, kind, metadata }: NamedKind): Promise<string> {
  const { name, namespace = '' } = metadata;
  return await api.pathOf({ apiVersion, kind, metadata: { name, namespace } });
}
