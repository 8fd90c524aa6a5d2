import { anyKind } from './answer-forms.ts';
import type { Api } from './api.ts';
import type { Form } from './form.ts';
import type { KubernetesObject } from './objects.ts';

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
}

/** Server-side apply, and whether the object did not exist before. Throws ApiFailure, Unreachable. */
export async function applyObject(
  api: Api,
  object: NamedKind,
  { fieldManager = FIELD_MANAGER, force, dryRun }: ApplyOptions,
  form: Form = anyKind,
): Promise<{ object: KubernetesObject; created: boolean }> {
  const request = {
    method: 'PATCH' as const,
    path: await pathOf(api, object),
    query: { fieldManager, force: force ? 'true' : undefined, dryRun: dryRun ? 'All' : undefined },
    contentType: 'application/apply-patch+yaml',
    body: object,
  };
  const { status, body } = await api.call<KubernetesObject>(request, form);
  return { object: body, created: status === 201 };
}

/** Where the server keeps an object; its kind is asked for once. */
export async function pathOf(api: Api, { apiVersion, kind, metadata }: NamedKind): Promise<string> {
  const { name, namespace = '' } = metadata;
  return await api.pathOf({ apiVersion, kind, metadata: { name, namespace } });
}
