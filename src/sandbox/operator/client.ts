import type { KubernetesObject } from '../../kubernetes/objects.ts';

/**
 * All that the stand-in operator asks of an API server. There are two behind it: the sandbox's own and a real one;
 * a fake in the tests is a third. The objects that come from there are never changed in place: the sandbox gives those of its
 * store itself, and the fake refuses it.
 */
export interface OperatorClient {
  /**
   * Lists a kind and then watches it, in one namespace or in all, until `signal` aborts; lists again whenever the
   * watch cannot be resumed. Resolves once the signal has aborted.
   */
  listAndWatch(kind: ObjectKind, namespace: string | undefined, watcher: Watcher, signal: AbortSignal): Promise<void>;
  create<T extends KubernetesObject>(kind: ObjectKind, object: T): Promise<T>;
  /** PUT; metadata.resourceVersion in the object makes it conditional. */
  replace<T extends KubernetesObject>(kind: ObjectKind, object: T): Promise<T>;
  /** PUT of the status subresource. */
  replaceStatus<T extends KubernetesObject>(kind: ObjectKind, object: T): Promise<T>;
  /** Strategic merge patch, which only Events get here. */
  patch<T extends KubernetesObject>(kind: ObjectKind, namespace: string, name: string, patch: unknown): Promise<T>;
  delete(kind: ObjectKind, namespace: string, name: string, options?: DeleteOptions): Promise<void>;
}

export interface Watcher {
  /** Everything there is, after the first list and after each list that replaces it. */
  listed(objects: KubernetesObject[]): void;
  changed(object: KubernetesObject): void;
  deleted(object: KubernetesObject): void;
}

export interface DeleteOptions {
  propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  preconditions?: { uid?: string; resourceVersion?: string };
}

export interface ObjectKind {
  apiVersion: string;
  kind: string;
  plural: string;
  namespaced: boolean;
}

export const kinds = {
  seldonDeployment: namespaced('machinelearning.seldon.io/v1', 'SeldonDeployment', 'seldondeployments'),
  deployment: namespaced('apps/v1', 'Deployment', 'deployments'),
  service: namespaced('v1', 'Service', 'services'),
  horizontalPodAutoscaler: namespaced('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  podDisruptionBudget: namespaced('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  event: namespaced('v1', 'Event', 'events'),
  namespace: { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false },
} satisfies Record<string, ObjectKind>;

function namespaced(apiVersion: string, kind: string, plural: string): ObjectKind {
  return { apiVersion, kind, plural, namespaced: true };
}

/** The API server said no: the HTTP status code, the reason and the message of its Status. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.reason = reason;
  }
}

export const isNotFound = (error: unknown) => error instanceof ApiError && error.reason === 'NotFound';
export const isConflict = (error: unknown) => error instanceof ApiError && error.reason === 'Conflict';
