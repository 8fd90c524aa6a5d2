import type { Clock } from '../clock.ts';
import type { Deployment, KubernetesObject, Pod } from '../kubernetes/objects.ts';
import { SELDON_GROUP, SELDON_KIND, type SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { type Access, deniedAccess } from './access-review.ts';
import { anyKind, apiGroup, deployment, pod, seldonDeployment, serverVersion } from './answer-forms.ts';
import type { Api } from './api.ts';
import { ApiFailure } from './api-failure.ts';
import { type FormOf, listOf, object, text, trueOrFalse } from './form.ts';
import { listObjects } from './list-objects.ts';
import { METADATA_ONLY, ofList } from './metadata-only.ts';

/** What could be learned; or that the server does not let us, or does not have it, in its words. */
export type Learned<T> = { known: T } | { unknown: string; missing: boolean };

export interface ServerVersion {
  /** v1.36.0 */
  gitVersion: string;
  major: string;
  minor: string;
  [further: string]: string;
}

export interface SeldonResource {
  /** Those served, the preferred one first: v1, v1alpha2 */
  versions: string[];
  scalable: boolean;
}

export interface Webhook {
  name: string;
  /** The kind of its configuration, as kubectl writes it: validatingwebhookconfiguration */
  kind: string;
  configuration: string;
  /** Ignore: where it does not answer, nothing is lost but its check. */
  failurePolicy: string;
  /** Undefined: it is reached by a URL. */
  service: { namespace: string; name: string } | undefined;
  /** How many of the service's endpoints are ready; undefined where that may not be read. */
  readyEndpoints: number | undefined;
}

export interface Autoscaler {
  /** As kubectl names it: horizontalpodautoscaler.autoscaling/x */
  name: string;
  /** The SeldonDeployment that it belongs to. */
  owner: string;
}

/** Of the Deployment and the pods of Seldon's operator: helm-charts/seldon-core-operator at v1.18.2. */
const OPERATOR = 'control-plane=seldon-controller-manager';

/**
 * Reads what has to be right in a cluster before a deployment can be run in it, with or without Seldon Core. Methods
 * that answer Learned throw only Unreachable, and ApiFailure where the server itself is in trouble.
 */
export class ClusterInspection {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  get server(): string {
    return this.#api.server;
  }

  /** Throws ApiFailure or Unreachable. `skewMs`: how far the server's clock is ahead of ours, to about a second. */
  async version(clock: Clock): Promise<{ version: ServerVersion; skewMs: number | undefined }> {
    const sent = clock.now();
    const { body, date } = await this.#api.call<ServerVersion>({ method: 'GET', path: '/version' }, serverVersion);
    const middle = (sent + clock.now()) / 2;
    // The header is cut off to whole seconds: half of one is the best guess.
    const told = date === undefined ? Number.NaN : Date.parse(date) + 500;
    return { version: body, skewMs: Number.isNaN(told) ? undefined : told - middle };
  }

  async seldonResource(): Promise<Learned<SeldonResource>> {
    return await learn(async () => {
      const { body } = await this.#api.call<ApiGroup>({ method: 'GET', path: `/apis/${SELDON_GROUP}` }, apiGroup);
      const { version: preferred, groupVersion } = body.preferredVersion;
      const found = await this.#api.discover(groupVersion, SELDON_KIND);
      if (!found) throw new ApiFailure(404, `${groupVersion} has no ${SELDON_KIND}`);
      const others = body.versions.map(({ version }) => version).filter((version) => version !== preferred);
      return { versions: [preferred, ...others], scalable: found.scalable };
    });
  }

  async operatorPods(): Promise<Learned<Pod[]>> {
    return await learn(() => listObjects<Pod>(this.#api, '/api/v1/pods', { labelSelector: OPERATOR, form: pod }));
  }

  /** The images of the operator's Deployments. */
  async operatorImages(): Promise<Learned<string[]>> {
    return await learn(async () => {
      const found = await listObjects<DeploymentWithTemplate>(this.#api, '/apis/apps/v1/deployments', {
        labelSelector: OPERATOR,
        form: deployment,
      });
      return found.flatMap(({ spec }) => (spec?.template?.spec?.containers ?? []).flatMap(({ image }) => image ?? []));
    });
  }

  async deployments(namespace: string): Promise<Learned<SeldonDeployment[]>> {
    return await learn(async () => {
      const { body } = await this.#api.call<ApiGroup>({ method: 'GET', path: `/apis/${SELDON_GROUP}` }, apiGroup);
      const path = `/apis/${body.preferredVersion.groupVersion}/namespaces/${namespace}/seldondeployments`;
      return await listObjects<SeldonDeployment>(this.#api, path, { form: seldonDeployment });
    });
  }

  /** Those that are asked about SeldonDeployments. */
  async webhooks(): Promise<Learned<Webhook[]>> {
    return await learn(async () => {
      const found = await Promise.all(['validating', 'mutating'].map((type) => this.#webhooksOf(type)));
      return found.flat();
    });
  }

  async #webhooksOf(type: string): Promise<Webhook[]> {
    const kind = `${type}webhookconfiguration`;
    const path = `/apis/admissionregistration.k8s.io/v1/${kind}s`;
    const configurations = await listObjects<WebhookConfiguration>(this.#api, path, { form: webhookConfiguration });
    const asked = configurations.flatMap(({ metadata, webhooks = [] }) =>
      webhooks.filter(isAboutSeldon).map((webhook) => ({ configuration: metadata.name, webhook })),
    );
    return await Promise.all(
      asked.map(async ({ configuration, webhook: { name, failurePolicy = 'Fail', clientConfig } }) => {
        const { service } = clientConfig;
        const ready = service ? await learn(() => this.#readyEndpoints(service)) : undefined;
        const readyEndpoints = ready && 'known' in ready ? ready.known : undefined;
        return { name, kind, configuration, failurePolicy, service, readyEndpoints };
      }),
    );
  }

  async #readyEndpoints({ namespace, name }: { namespace: string; name: string }): Promise<number> {
    const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
    const labelSelector = `kubernetes.io/service-name=${name}`;
    const slices = await listObjects<EndpointSlice>(this.#api, path, { labelSelector, form: endpointSlice });
    const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
    // Nothing said means ready: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#ready
    return endpoints.filter(({ conditions }) => conditions?.ready !== false).length;
  }

  /** Those that belong to SeldonDeployments, whose replicas they decide. */
  async autoscalers(namespace: string): Promise<Learned<Autoscaler[]>> {
    return await learn(async () => {
      const kinds = [
        ['horizontalpodautoscaler', 'autoscaling', 'v2'],
        ['scaledobject', 'keda.sh', 'v1alpha1'],
      ] as const;
      const found = await Promise.all(
        kinds.map(async ([kind, group, version]) => {
          const path = `/apis/${group}/${version}/namespaces/${namespace}/${kind}s`;
          const objects = await learn(() =>
            listObjects<KubernetesObject>(this.#api, path, { accept: ofList(METADATA_ONLY) }),
          );
          if ('unknown' in objects && !objects.missing) throw new ApiFailure(403, objects.unknown);
          const those = 'known' in objects ? objects.known : [];
          return those.flatMap(({ metadata: { name, ownerReferences = [] } }) =>
            ownerReferences
              .filter((owner) => owner.kind === SELDON_KIND)
              .map((owner) => ({ name: `${kind}.${group}/${name}`, owner: owner.name })),
          );
        }),
      );
      return found.flat();
    });
  }

  /** See deniedAccess. */
  async denied(wanted: readonly Access[]): Promise<Access[]> {
    return await deniedAccess(this.#api, wanted);
  }
}

type DeploymentWithTemplate = Deployment & {
  spec?: { template?: { spec?: { containers?: { image?: string }[] } } };
};

interface ApiGroup {
  preferredVersion: { version: string; groupVersion: string };
  versions: { version: string }[];
}

interface WebhookConfiguration extends KubernetesObject {
  webhooks?: WebhookEntry[];
}

interface WebhookEntry {
  name: string;
  failurePolicy?: string;
  clientConfig: { service?: { namespace: string; name: string } };
  rules?: { apiGroups?: string[] }[];
}

const webhook: FormOf<WebhookEntry> = object(
  {
    name: text,
    failurePolicy: text,
    clientConfig: object({ service: object({ namespace: text, name: text }, 'namespace', 'name') }),
    rules: listOf(object({ apiGroups: listOf(text) })),
  },
  'name',
  'clientConfig',
);

const webhookConfiguration: FormOf<WebhookConfiguration> = object(
  { ...anyKind.fields, webhooks: listOf(webhook) },
  'metadata',
);

interface EndpointSlice extends KubernetesObject {
  endpoints?: { conditions?: { ready?: boolean } }[];
}

const endpointSlice: FormOf<EndpointSlice> = object(
  { ...anyKind.fields, endpoints: listOf(object({ conditions: object({ ready: trueOrFalse }) })) },
  'metadata',
);

function isAboutSeldon({ rules = [] }: WebhookEntry): boolean {
  return rules.some(({ apiGroups = [] }) => apiGroups.includes(SELDON_GROUP));
}

async function learn<T>(read: () => Promise<T>): Promise<Learned<T>> {
  try {
    return { known: await read() };
  } catch (error) {
    if (!(error instanceof ApiFailure) || (error.status !== 403 && error.status !== 404)) throw error;
    return { unknown: error.message, missing: error.status === 404 };
  }
}
