import {
  type ComponentSpec,
  SELDON_GROUP,
  SELDON_KIND,
  type SeldonDeployment,
  type SeldonSpec,
} from '../seldon/seldon-deployment.ts';
import { type Access, deniedAccess, whoAmI } from './access-review.ts';
import { Api, type DiscoveredKind, type PlainAnswer } from './api.ts';
import { ApiFailure } from './api-failure.ts';
import type { Connection } from './connection.ts';
import {
  deployments,
  horizontalPodAutoscalers,
  podDisruptionBudgets,
  pods,
  replicaSets,
  seldonDeployments,
  services,
  type WatchedKind,
} from './kinds.ts';
import { Leases } from './leases.ts';
import { type ListQuery, listObjects } from './list-objects.ts';
import { type LogQuery, type LogSource, logLines } from './log-lines.ts';
import { ofList } from './metadata-only.ts';
import { namespaceContents } from './namespace-contents.ts';
import { type NamespaceReader, NamespaceWatch } from './namespace-watch.ts';
import type { KubernetesObject } from './objects.ts';
import type { TransportOptions } from './transport.ts';
import type { WatchOptions } from './watch.ts';

export const FIELD_MANAGER = 'kubectl-seldon-lifecycle';

/** Who decides what becomes of the dependents: https://kubernetes.io/docs/concepts/architecture/garbage-collection/ */
export type Propagation = 'Foreground' | 'Background' | 'Orphan';

export interface ApplyOptions {
  /** In whose name fields are owned; ours, if it is not said. */
  fieldManager?: string;
  /** Takes fields away from other managers. */
  force?: boolean;
  /** The server answers as if, and changes nothing. */
  dryRun?: boolean;
}

/** A patch in one of the forms that the API server takes of custom resources. */
export type Patch = { type: 'merge'; patch: Record<string, unknown> } | { type: 'json'; patch: readonly object[] };

export interface Applied {
  deployment: SeldonDeployment;
  /** Whether it did not exist before. */
  created: boolean;
}

/** An object that says what it is. */
export type NamedKind = KubernetesObject & { apiVersion: string; kind: string };

/** A cluster that has Seldon Core: all that this program asks of it. Every method throws ApiFailure or Unreachable. */
export class SeldonCluster {
  readonly resource: DiscoveredKind;
  readonly #api: Api;

  constructor(api: Api, resource: DiscoveredKind) {
    this.#api = api;
    this.resource = resource;
  }

  get server(): string {
    return this.#api.server;
  }

  /** Milliseconds since 1970, by the server's clock, up to a second behind. */
  get serverTime(): number {
    return this.#api.serverTime;
  }

  get leases(): Leases {
    return new Leases(this.#api);
  }

  /** Hands on what the server warns of, each text once, also what it has said so far. */
  onWarning(listener: (text: string) => void): void {
    this.#api.warnings.listen(listener);
  }

  /** See deniedAccess. */
  async denied(wanted: readonly Access[]): Promise<Access[]> {
    return await deniedAccess(this.#api, wanted);
  }

  /** See whoAmI. */
  async whoAmI(): Promise<string | undefined> {
    return await whoAmI(this.#api);
  }

  /** The uid of the namespace, if it was made now; undefined if it was there. */
  async createNamespace(name: string): Promise<string | undefined> {
    try {
      const { body } = await this.#api.call<KubernetesObject>({
        method: 'POST',
        path: '/api/v1/namespaces',
        query: { fieldManager: FIELD_MANAGER },
        body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      });
      return body.metadata.uid;
    } catch (error) {
      if (error instanceof ApiFailure && error.reason === 'AlreadyExists') return undefined;
      throw error;
    }
  }

  async readNamespace(name: string): Promise<KubernetesObject | undefined> {
    try {
      return (await this.#api.call<KubernetesObject>({ method: 'GET', path: `/api/v1/namespaces/${name}` })).body;
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 404) return undefined;
      throw error;
    }
  }

  /** See namespaceContents. */
  async namespaceContents(name: string): Promise<string[]> {
    return await namespaceContents(this.#api, name);
  }

  /** Asks for the end of the namespace with this uid, and does not wait for it. */
  async deleteNamespace(name: string, uid: string): Promise<void> {
    await this.#api.call({
      method: 'DELETE',
      path: `/api/v1/namespaces/${name}`,
      body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } },
    });
  }

  /** All of a kind, in a namespace or in all of them. */
  async list<T extends KubernetesObject>(kind: WatchedKind, namespace?: string, query: ListQuery = {}): Promise<T[]> {
    const { accept } = kind;
    return await listObjects<T>(this.#api, kind.path(namespace), {
      ...(accept && { accept: ofList(accept) }),
      ...query,
    });
  }

  async listDeployments(namespace?: string, query: ListQuery = {}): Promise<SeldonDeployment[]> {
    return await this.list<SeldonDeployment>(seldonDeployments(this.resource), namespace, query);
  }

  async read(namespace: string, name: string, signal?: AbortSignal): Promise<SeldonDeployment | undefined> {
    return await unlessMissing(async () => {
      const path = await this.#path(namespace, name);
      return (await this.#api.call<SeldonDeployment>({ method: 'GET', path, signal })).body;
    });
  }

  /**
   * Server-side apply. With a uid in its metadata only that very object is changed, and none is made.
   * Scaling goes this way too: predictors is one atomic field, and a patch of a number in it would take all of them
   * away from our own apply, so that the next apply of the same file would conflict with ourselves.
   */
  async apply(deployment: SeldonDeployment, options: ApplyOptions = {}): Promise<Applied> {
    const { apiVersion } = this.resource;
    const { object, created } = await this.#apply({ ...deployment, apiVersion, kind: SELDON_KIND }, options);
    return { deployment: object as SeldonDeployment, created };
  }

  /** Server-side apply of any other object; its kind has been found by `discover`. */
  async applyCompanion(
    object: NamedKind,
    options: ApplyOptions = {},
  ): Promise<{ object: KubernetesObject; created: boolean }> {
    return await this.#apply(object, options);
  }

  /** Any other object, as the server holds it; undefined where there is none of its name. */
  async readCompanion(object: NamedKind): Promise<KubernetesObject | undefined> {
    return await unlessMissing(async () => {
      const path = await this.#api.pathOf(withNamespace(object));
      return (await this.#api.call<KubernetesObject>({ method: 'GET', path })).body;
    });
  }

  /** Deletes the object with this uid and no other. Answers the finalizers that keep it for the moment. */
  async deleteCompanion(object: NamedKind, uid: string): Promise<string[]> {
    const { body } = await this.#api.call<Partial<KubernetesObject>>({
      method: 'DELETE',
      path: await this.#api.pathOf(withNamespace(object)),
      body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions: { uid } },
    });
    return body.metadata?.finalizers ?? [];
  }

  /** What the server says of a kind; undefined where it does not have it. */
  async discover(apiVersion: string, kind: string): Promise<DiscoveredKind | undefined> {
    // Or a group or version that it has not.
    return await unlessMissing(() => this.#api.discover(apiVersion, kind));
  }

  async #apply(object: NamedKind, { fieldManager = FIELD_MANAGER, force, dryRun }: ApplyOptions) {
    const { status, body } = await this.#api.call<KubernetesObject>({
      method: 'PATCH',
      path: await this.#api.pathOf(withNamespace(object)),
      query: { fieldManager, force: force ? 'true' : undefined, dryRun: dryRun ? 'All' : undefined },
      contentType: 'application/apply-patch+yaml',
      body: object,
    });
    return { object: body, created: status === 201 };
  }

  /**
   * Sets spec.replicas by the scale subresource, unless the object has changed since it was read: that is a 409. The
   * subresource of a custom resource takes no server-side apply, and does not look at a uid
   * (staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/etcd.go).
   */
  async scale(
    { metadata: { name, namespace = '', resourceVersion } }: SeldonDeployment,
    replicas: number,
    { fieldManager = FIELD_MANAGER, dryRun }: Pick<ApplyOptions, 'fieldManager' | 'dryRun'> = {},
  ): Promise<void> {
    await this.#api.call({
      method: 'PATCH',
      path: `${await this.#path(namespace, name)}/scale`,
      query: { fieldManager, dryRun: dryRun ? 'All' : undefined },
      contentType: 'application/merge-patch+json',
      body: { metadata: { resourceVersion }, spec: { replicas } },
    });
  }

  /** Writes another spec in place of the one that was read, unless the object has changed since: that is a 409. */
  async replaceSpec(
    read: SeldonDeployment,
    spec: SeldonSpec,
    { fieldManager = FIELD_MANAGER, dryRun }: Pick<ApplyOptions, 'fieldManager' | 'dryRun'> = {},
  ): Promise<SeldonDeployment> {
    const { name, namespace = '', uid, resourceVersion } = read.metadata;
    const { body } = await this.#api.call<SeldonDeployment>({
      method: 'PATCH',
      path: await this.#path(namespace, name),
      query: { fieldManager, dryRun: dryRun ? 'All' : undefined },
      contentType: 'application/merge-patch+json',
      body: { metadata: { uid, resourceVersion }, spec },
    });
    return body;
  }

  /** Patches the object with this uid and no other: of another one the server refuses it, with 409 or 422. */
  async patch(
    namespace: string,
    name: string,
    uid: string,
    { type, patch }: Patch,
    { fieldManager = FIELD_MANAGER, dryRun }: Pick<ApplyOptions, 'fieldManager' | 'dryRun'> = {},
  ): Promise<SeldonDeployment> {
    const metadata = type === 'merge' ? { ...(patch.metadata as object | undefined), uid } : undefined;
    const { body } = await this.#api.call<SeldonDeployment>({
      method: 'PATCH',
      path: await this.#path(namespace, name),
      query: { fieldManager, dryRun: dryRun ? 'All' : undefined },
      contentType: `application/${type === 'merge' ? 'merge-patch' : 'json-patch'}+json`,
      body: type === 'merge' ? { ...patch, metadata } : [{ op: 'test', path: '/metadata/uid', value: uid }, ...patch],
    });
    return body;
  }

  /**
   * Deletes the object with this uid and no other; false when it is gone already. With a resourceVersion, only as it was
   * when it was read: that it has changed since is a 409.
   */
  async delete(
    namespace: string,
    name: string,
    uid: string,
    propagationPolicy: Propagation,
    dryRun = false,
    resourceVersion?: string,
  ): Promise<boolean> {
    try {
      // All options stand in the body: with a body the server ignores the query.
      await this.#api.call({
        method: 'DELETE',
        path: await this.#path(namespace, name),
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          propagationPolicy,
          preconditions: { uid, ...(resourceVersion !== undefined && { resourceVersion }) },
          ...(dryRun && { dryRun: ['All'] }),
        },
      });
      return true;
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 404) return false;
      throw error;
    }
  }

  /** See logLines. */
  logLines(source: LogSource, query: LogQuery, signal: AbortSignal): AsyncGenerator<string> {
    return logLines(this.#api, source, query, signal);
  }

  /** The last lines of a container's log: of its run before this one, if `previous`. */
  async podLog(namespace: string, pod: string, container: string, previous: boolean): Promise<string[]> {
    const text = await this.#api.text({
      method: 'GET',
      path: `/api/v1/namespaces/${namespace}/pods/${pod}/log`,
      query: { container, tailLines: '5', ...(previous && { previous: 'true' }) },
      accept: '*/*',
    });
    return text.split('\n').filter((line) => line !== '');
  }

  /**
   * Posts JSON to a service by way of the API server's own proxy, so that nothing else has to lead into the cluster, and
   * answers what the service does, or the API server in its place.
   * https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/
   */
  async postToService(
    { namespace, service, port, path }: { namespace: string; service: string; port: string; path: string },
    json: string,
    { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
  ): Promise<PlainAnswer> {
    return await this.#api.exchange({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/services/${service}:${port}/proxy${path}`,
      text: json,
      timeoutMs,
      signal,
    });
  }

  /** The watches of a namespace, or of all of them, not yet open. */
  watchesOf(namespace: string | undefined, reader: NamespaceReader, options: WatchOptions): NamespaceWatch {
    return new NamespaceWatch(this.#api, namespace, reader, options);
  }

  /** The kinds to watch for deployments with these components: autoscalers only where one is asked for. */
  kindsOwned(components: readonly ComponentSpec[]): WatchedKind[] {
    return [
      seldonDeployments(this.resource),
      deployments,
      replicaSets,
      pods,
      services,
      ...(components.some(({ hpaSpec, kedaSpec }) => hpaSpec || kedaSpec) ? [horizontalPodAutoscalers] : []),
      ...(components.some(({ pdbSpec }) => pdbSpec) ? [podDisruptionBudgets] : []),
    ];
  }

  async #path(namespace: string, name: string): Promise<string> {
    return await this.#api.pathOf({
      apiVersion: this.resource.apiVersion,
      kind: this.resource.kind,
      metadata: { name, namespace },
    });
  }
}

function withNamespace({ apiVersion, kind, metadata: { name, namespace = '' } }: NamedKind) {
  return { apiVersion, kind, metadata: { name, namespace } };
}

/**
 * Finds the SeldonDeployment resource by discovery, in the version that the server prefers; undefined when the server
 * does not have it. `stop`: see Api.
 */
export async function discoverSeldon(
  connection: Connection,
  stop?: AbortSignal,
  options?: TransportOptions,
): Promise<SeldonCluster | undefined> {
  const api = new Api(connection, stop, options);
  // A server that has v1 prefers it to every version that there is.
  const resource =
    (await unlessMissing(() => api.discover(`${SELDON_GROUP}/v1`, SELDON_KIND))) ??
    (await unlessMissing(() => discoverPreferred(api)));
  return resource && new SeldonCluster(api, resource);
}

async function discoverPreferred(api: Api): Promise<DiscoveredKind | undefined> {
  const { body } = await api.call<{ preferredVersion: { groupVersion: string } }>({
    method: 'GET',
    path: `/apis/${SELDON_GROUP}`,
  });
  return await api.discover(body.preferredVersion.groupVersion, SELDON_KIND);
}

async function unlessMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404) return undefined;
    throw error;
  }
}
