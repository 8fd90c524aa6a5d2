import { ApiFailure, type StatusDetails } from './api-failure.ts';
import type { KubernetesObject } from './objects.ts';
import type { ResourceType } from './resource-type.ts';
import type { Store } from './store.ts';
import type { WriteContext } from './write-context.ts';

/** Throws what the webhook of a kind, if there is one, answers; not asked for subresources. */
export function askWebhook(store: Store, type: ResourceType, object: KubernetesObject, context: WriteContext): void {
  const { webhook } = type;
  if (!webhook || context.subresource) return;
  const namespaces = store.typeOf('', 'namespaces');
  const namespace = namespaces && store.find(namespaces, undefined, object.metadata.namespace ?? '');
  const labels = { ...namespace?.metadata.labels, ...object.metadata.labels };
  if (webhook.passesBy.some((label) => Object.hasOwn(labels, label))) return;
  const refusal = webhook.refusalOf(object);
  if (!refusal) return;
  const message = `admission webhook "${webhook.name}" denied the request: ${refusal.message}`;
  throw new ApiFailure(422, 'Invalid', message, refusal.details as StatusDetails);
}
