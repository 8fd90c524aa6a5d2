import type { KubernetesObject } from '../kubernetes/objects.ts';
import {
  type ComponentSpec,
  SELDON_GROUP,
  SELDON_KIND,
  type SeldonDeployment,
  type SeldonSpec,
} from '../seldon/seldon-deployment.ts';
import { type Access, deniedAccess, whoAmI } from './access-review.ts';
import { anyKind, apiGroup, deleted, seldonDeployment } from './answer-forms.ts';
import { AnyObjects } from './any-objects.ts';
import { Api, type DiscoveredKind, type PlainAnswer } from './api.ts';
import { ApiFailure } from './api-failure.ts';
import { type ApplyOptions, applyObject, FIELD_MANAGER } from './apply-object.ts';
import type { Connection } from './connection.ts';
import { ignoreNotFound } from './ignore-not-found.ts';
import { Informer, type InformerReader } from './informer.ts';
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
import { Namespaces } from './namespaces.ts';
import type { WatchOptions } from './reflector.ts';
import type { TransportOptions } from './transport.ts';

/** Who decides what becomes of the dependents: https://kubernetes.io/docs/concepts/architecture/garbage-collection/ */
export type Propagation = 'Foreground' | 'Background' | 'Orphan';

/** A patch in one of the forms that the API server takes of custom resources. */
export type Patch = { type: 'merge'; patch: Record<string, unknown> } | { type: 'json'; patch: readonly object[] };

export interface Applied {
  deployment: SeldonDeployment;
  /** Whether it did not exist before. */
  created: boolean;
}

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

  get namespaces(): Namespaces {
    return new Namespaces(this.#api);
  }

  /** Of any other kind. */
  get objects(): AnyObjects {
    return new AnyObjects(this.#api);
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

  /** All of a kind, in a namespace or in all of them, or those that its label selector selects. */
  async list<T extends KubernetesObject>(
    kind: Pick<WatchedKind, 'accept' | 'path' | 'labelSelector' | 'form'>,
    namespace?: string,
    query: ListQuery<T> = {},
  ): Promise<T[]> {
    const { accept, labelSelector, form } = kind;
    return await listObjects<T>(this.#api, kind.path(namespace), {
      ...(accept && { accept: ofList(accept) }),
      ...(labelSelector && { labelSelector }),
      form,
      ...query,
    });
  }

  async listDeployments(namespace?: string, query: ListQuery = {}): Promise<SeldonDeployment[]> {
    return await this.list<SeldonDeployment>(seldonDeployments(this.resource), namespace, query);
  }

  async read(namespace: string, name: string, signal?: AbortSignal): Promise<SeldonDeployment | undefined> {
    return await ignoreNotFound(async () => {
      const path = this.#path(namespace, name);
      return (await this.#api.call<SeldonDeployment>({ method: 'GET', path, signal }, seldonDeployment)).body;
    });
  }

  /**
   * Server-side apply. With a uid in its metadata only that very object is changed, and none is made.
   * Scaling goes this way too: predictors is one atomic field, and a patch of a number in it would take all of them
   * away from our own apply, so that the next apply of the same file would conflict with ourselves.
   */
  async apply(deployment: SeldonDeployment, options: ApplyOptions = {}): Promise<Applied> {
    const { apiVersion } = this.resource;
    const named = { ...deployment, apiVersion, kind: SELDON_KIND };
    const { object, created } = await applyObject(this.#api, named, options, seldonDeployment);
    return { deployment: object as SeldonDeployment, created };
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
    const request = {
      method: 'PATCH' as const,
      path: `${this.#path(namespace, name)}/scale`,
      query: { fieldManager, dryRun: dryRun ? 'All' : undefined },
      contentType: 'application/merge-patch+json',
      body: { metadata: { resourceVersion }, spec: { replicas } },
    };
    await this.#api.call(request, anyKind);
  }

  /** Writes another spec in place of the one that was read, unless the object has changed since: that is a 409. */
  async replaceSpec(
    read: SeldonDeployment,
    spec: SeldonSpec,
    { fieldManager = FIELD_MANAGER, dryRun }: Pick<ApplyOptions, 'fieldManager' | 'dryRun'> = {},
  ): Promise<SeldonDeployment> {
    const { name, namespace = '', uid, resourceVersion } = read.metadata;
    const request = {
      method: 'PATCH' as const,
      path: this.#path(namespace, name),
      query: { fieldManager, dryRun: dryRun ? 'All' : undefined },
      contentType: 'application/merge-patch+json',
      body: { metadata: { uid, resourceVersion }, spec },
    };
    return (await this.#api.call<SeldonDeployment>(request, seldonDeployment)).body;
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
    const request = {
      method: 'PATCH' as const,
      path: this.#path(namespace, name),
      query: { fieldManager, dryRun: dryRun ? 'All' : undefined },
      contentType: `application/${type === 'merge' ? 'merge-patch' : 'json-patch'}+json`,
      body: type === 'merge' ? { ...patch, metadata } : [{ op: 'test', path: '/metadata/uid', value: uid }, ...patch],
    };
    return (await this.#api.call<SeldonDeployment>(request, seldonDeployment)).body;
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
      const request = {
        method: 'DELETE' as const,
        path: this.#path(namespace, name),
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          propagationPolicy,
          preconditions: { uid, ...(resourceVersion !== undefined && { resourceVersion }) },
          ...(dryRun && { dryRun: ['All'] }),
        },
      };
      await this.#api.call(request, deleted);
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
  informerFor(namespace: string | undefined, reader: InformerReader, options: WatchOptions): Informer {
    return new Informer(this.#api, namespace, reader, options);
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

  #path(namespace: string, name: string): string {
    const collection = seldonDeployments(this.resource).path(encodeURIComponent(namespace));
    return `${collection}/${encodeURIComponent(name)}`;
  }
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
    (await ignoreNotFound(() => api.discover(`${SELDON_GROUP}/v1`, SELDON_KIND))) ??
    (await ignoreNotFound(() => discoverPreferred(api)));
  return resource && new SeldonCluster(api, resource);
}

/** As nearly every server has it, without having asked. */
export function assumedSeldon(connection: Connection, stop?: AbortSignal, options?: TransportOptions): SeldonCluster {
  return new SeldonCluster(new Api(connection, stop, options), {
    apiVersion: `${SELDON_GROUP}/v1`,
    kind: SELDON_KIND,
    plural: 'seldondeployments',
    namespaced: true,
    scalable: true,
  });
}

async function discoverPreferred(api: Api): Promise<DiscoveredKind | undefined> {
  const request = { method: 'GET' as const, path: `/apis/${SELDON_GROUP}` };
  const { body } = await api.call<{ preferredVersion: { groupVersion: string } }>(request, apiGroup);
  return await api.discover(body.preferredVersion.groupVersion, SELDON_KIND);
}
