import type { Clock } from '../clock.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { RecordedState } from '../seldon/revision.ts';
import {
  type ComponentSpec,
  SELDON_GROUP,
  SELDON_KIND,
  type SeldonDeployment,
  type SeldonSpec,
} from '../seldon/seldon-deployment.ts';
import { anyKind, apiGroup, seldonDeployment } from './answer-forms.ts';
import { Api, type PlainAnswer } from './api.ts';
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
import { type ListQuery, listObjects } from './list-objects.ts';
import { type LogQuery, type LogSource, logLines, logPath } from './log-lines.ts';
import { ofList } from './metadata-only.ts';
import {
  type ApplyOptions,
  FIELD_MANAGER,
  type ObjectPlace,
  Objects,
  type Patch,
  type Propagation,
} from './objects.ts';
import { type KindSchema, kindSchema } from './openapi.ts';
import type { WatchOptions } from './reflector.ts';
import { type DiscoveredKind, resourceKinds, resourcePath } from './resource-kinds.ts';
import type { TransportOptions } from './transport.ts';

export interface Applied {
  deployment: SeldonDeployment;
  /** Whether it did not exist before. */
  created: boolean;
}

type Writing = Pick<ApplyOptions, 'fieldManager' | 'dryRun'>;

/** A cluster that has Seldon Core: all that this program asks of it. Every method throws ApiFailure or Unreachable. */
export class SeldonCluster {
  readonly resource: DiscoveredKind;
  /** Of any kind. */
  readonly objects: Objects;
  readonly api: Api;
  #schema: Promise<KindSchema | undefined> | undefined;
  #versions: Promise<readonly string[]> | undefined;

  constructor(api: Api, resource: DiscoveredKind) {
    this.api = api;
    this.resource = resource;
    this.objects = new Objects(api);
  }

  get server(): string {
    return this.api.server;
  }

  /** Milliseconds since 1970, by the server's clock, up to a second behind. */
  get serverClock(): Pick<Clock, 'now'> {
    return this.api.serverClock;
  }

  /** Hands on what the server warns of, each text once, also what it has said so far. */
  onWarning(listener: (text: string) => void): void {
    this.api.warnings.listen(listener);
  }

  /** These are not to be told of what the server says: a plan sends them. */
  keepSecret(values: Iterable<string>): void {
    for (const value of values) this.api.secrets.add(value);
  }

  /** All of a kind, in a namespace or in all of them, or those that its label selector selects. */
  async list<T extends KubernetesObject>(
    kind: Omit<WatchedKind, 'keep'>,
    namespace?: string,
    query: ListQuery<T> = {},
  ): Promise<T[]> {
    const { accept, labelSelector, form } = kind;
    return await listObjects<T>(this.api, kind, namespace, {
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
    return await this.objects.read(this.#place(namespace, name), { form: seldonDeployment, signal });
  }

  /**
   * Server-side apply. With a uid in its metadata only that very object is changed, and none is made.
   * Scaling goes this way too: predictors is one atomic field, and a patch of a number in it would take all of them
   * away from our own apply, so that the next apply of the same file would conflict with ourselves.
   */
  async apply(deployment: SeldonDeployment, options: ApplyOptions = {}): Promise<Applied> {
    const { apiVersion } = this.resource;
    const named = { ...deployment, apiVersion, kind: SELDON_KIND };
    const { object, created } = await this.objects.apply(named, { ...options, form: seldonDeployment });
    return { deployment: object, created };
  }

  /**
   * Sets spec.replicas by the scale subresource, unless the object has changed since it was read: that is a 409. The
   * subresource of a custom resource takes no server-side apply, and does not look at a uid
   * (staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/etcd.go).
   */
  async scale(
    { metadata: { name, namespace, resourceVersion } }: SeldonDeployment,
    replicas: number,
    { fieldManager = FIELD_MANAGER, dryRun }: Writing = {},
  ): Promise<void> {
    const request = {
      method: 'PATCH' as const,
      path: `${resourcePath(this.resource, namespace, name)}/scale`,
      query: { fieldManager, dryRun: dryRun ? 'All' : undefined },
      contentType: 'application/merge-patch+json',
      body: { metadata: { resourceVersion }, spec: { replicas } },
    };
    await this.api.call(request, anyKind);
  }

  /** Writes another spec in place of the one that was read, unless the object has changed since: that is a 409. */
  async replaceSpec(read: SeldonDeployment, spec: SeldonSpec, options: Writing = {}): Promise<SeldonDeployment> {
    const { name, namespace, uid, resourceVersion } = read.metadata;
    const patch = { metadata: { uid, resourceVersion }, spec };
    const form = { ...options, form: seldonDeployment };
    return await this.objects.patch(this.#place(namespace, name), { type: 'merge', patch }, form);
  }

  /**
   * Writes spec, labels and annotations in place of those that were read, unless the object has changed since: that is a
   * 409. What they do not have goes, whoever owns it, as no server-side apply could do it.
   */
  async replaceState(
    read: SeldonDeployment,
    { labels = {}, annotations = {}, spec = {} }: RecordedState,
    options: Writing = {},
  ): Promise<SeldonDeployment> {
    const { name, namespace, uid, resourceVersion } = read.metadata;
    const patch = [
      { op: 'test', path: '/metadata/uid', value: uid },
      { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
      { op: 'add', path: '/metadata/labels', value: labels },
      { op: 'add', path: '/metadata/annotations', value: annotations },
      { op: 'add', path: '/spec', value: spec },
    ];
    return await this.objects.patch(
      this.#place(namespace, name),
      { type: 'json', patch },
      { ...options, form: seldonDeployment },
    );
  }

  /** Patches the object with this uid and no other: of another one the server refuses it, with 409 or 422. */
  async patch(
    namespace: string,
    name: string,
    uid: string,
    { type, patch }: Patch,
    options: Writing = {},
  ): Promise<SeldonDeployment> {
    const guarded: Patch =
      type === 'merge'
        ? { type, patch: { ...patch, metadata: { ...(patch.metadata as object | undefined), uid } } }
        : { type, patch: [{ op: 'test', path: '/metadata/uid', value: uid }, ...patch] };
    return await this.objects.patch(this.#place(namespace, name), guarded, { ...options, form: seldonDeployment });
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
    const options = { propagationPolicy, dryRun, resourceVersion };
    const finalizers = await ignoreNotFound(() => this.objects.delete(this.#place(namespace, name), uid, options));
    return finalizers !== undefined;
  }

  /** See logLines. */
  logLines(source: LogSource, query: LogQuery, signal: AbortSignal): AsyncGenerator<string> {
    return logLines(this.api, source, query, signal);
  }

  /** The last lines of a container's log: of its run before this one, if `previous`. */
  async podLog(
    namespace: string,
    pod: string,
    container: string,
    { previous, tailLines }: { previous: boolean; tailLines: number },
  ): Promise<string[]> {
    const text = await this.api.text({
      method: 'GET',
      path: logPath(namespace, pod),
      query: { container, tailLines: String(tailLines), ...(previous && { previous: 'true' }) },
      accept: '*/*',
      evenAfterStop: true,
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
    const answer = await this.api.exchange({
      method: 'POST',
      path: `${resourcePath(resourceKinds.service, namespace)}/${service}:${port}/proxy${path}`,
      text: json,
      timeoutMs,
      signal,
    });
    // A prediction is what was asked for; an error may quote what was sent.
    return answer.status < 400 ? answer : { ...answer, text: this.api.secrets.masked(answer.text) };
  }

  /** The watches of a namespace, or of all of them, not yet open. */
  informerFor(namespace: string | undefined, reader: InformerReader, options: WatchOptions): Informer {
    return new Informer(this.api, namespace, reader, options);
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

  /** What the server publishes of SeldonDeployments, asked once: see kindSchema. */
  async schema(): Promise<KindSchema | undefined> {
    this.#schema ??= kindSchema(this.api, this.resource);
    return await this.#schema;
  }

  /** The versions of the group that the server has: v1, v1alpha2. Asked once. */
  async servedVersions(): Promise<readonly string[]> {
    this.#versions ??= versionsOfSeldon(this.api);
    return await this.#versions;
  }

  #place(namespace: string | undefined, name: string): ObjectPlace {
    const { apiVersion, kind } = this.resource;
    return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
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
  return new SeldonCluster(new Api(connection, stop, options), { ...resourceKinds.seldonDeployment, scalable: true });
}

async function discoverPreferred(api: Api): Promise<DiscoveredKind | undefined> {
  const { preferredVersion } = await groupOfSeldon(api);
  return await api.discover(preferredVersion.groupVersion, SELDON_KIND);
}

async function versionsOfSeldon(api: Api): Promise<string[]> {
  const { versions } = await groupOfSeldon(api);
  return versions.map(({ groupVersion }) => groupVersion.slice(groupVersion.indexOf('/') + 1));
}

interface Group {
  preferredVersion: { groupVersion: string };
  versions: readonly { groupVersion: string }[];
}

async function groupOfSeldon(api: Api): Promise<Group> {
  return (await api.call<Group>({ method: 'GET', path: `/apis/${SELDON_GROUP}` }, apiGroup)).body;
}
