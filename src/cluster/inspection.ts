import type { Clock } from '../clock.ts';
import type { Deployment, KubernetesObject, Pod } from '../kubernetes/objects.ts';
import { SELDON_GROUP, SELDON_KIND, type SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { anyKind, apiGroup, deployment, pod, seldonDeployment, serverVersion } from './answer-forms.ts';
import type { Api } from './api.ts';
import { ApiFailure, isWithheld } from './api-failure.ts';
import { type FormOf, listOf, object, text, trueOrFalse } from './form.ts';
import { listObjects } from './list-objects.ts';
import { METADATA_ONLY, ofList } from './metadata-only.ts';
import { groupOf, type ResourceKind, resourceKinds } from './resource-kinds.ts';

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
export const OPERATOR = 'control-plane=seldon-controller-manager';

/**
 * Reads what has to be right in a cluster before a deployment can be run in it, with or without Seldon Core. Methods
 * that answer Learned throw only Unreachable, and ApiFailure where the server itself is in trouble.
 */
export class ClusterInspection {
  readonly api: Api;

  constructor(api: Api) {
    this.api = api;
  }

  get server(): string {
    return this.api.server;
  }

  /** Throws ApiFailure or Unreachable. `skewMs`: how far the server's clock is ahead of ours, to about a second. */
  async version(clock: Clock): Promise<{ version: ServerVersion; skewMs: number | undefined }> {
    const sent = clock.now();
    const { body, date } = await this.api.call<ServerVersion>({ method: 'GET', path: '/version' }, serverVersion);
    const middle = (sent + clock.now()) / 2;
    // The header is cut off to whole seconds: half of one is the best guess.
    const told = date === undefined ? Number.NaN : Date.parse(date) + 500;
    return { version: body, skewMs: Number.isNaN(told) ? undefined : told - middle };
  }

  async seldonResource(): Promise<Learned<SeldonResource>> {
    return await learn(async () => {
      const { body } = await this.api.call<ApiGroup>({ method: 'GET', path: `/apis/${SELDON_GROUP}` }, apiGroup);
      const { version: preferred, groupVersion } = body.preferredVersion;
      const found = await this.api.discover(groupVersion, SELDON_KIND);
      if (!found) throw new ApiFailure(404, `${groupVersion} has no ${SELDON_KIND}`);
      const others = body.versions.map(({ version }) => version).filter((version) => version !== preferred);
      return { versions: [preferred, ...others], scalable: found.scalable };
    });
  }

  /** Where the operator's Deployments are: seldon-system too, its usual place, whatever may be read. */
  async operatorNamespaces(): Promise<string[]> {
    const found = await learn(() =>
      listObjects(this.api, resourceKinds.deployment, undefined, {
        labelSelector: OPERATOR,
        accept: ofList(METADATA_ONLY),
      }),
    );
    const namespaces = 'known' in found ? found.known.flatMap(({ metadata }) => metadata.namespace ?? []) : [];
    return [...new Set(['seldon-system', ...namespaces])];
  }

  async operatorPods(): Promise<Learned<Pod[]>> {
    return await learn(() =>
      listObjects<Pod>(this.api, resourceKinds.pod, undefined, { labelSelector: OPERATOR, form: pod }),
    );
  }

  /** The images of the operator's Deployments. */
  async operatorImages(): Promise<Learned<string[]>> {
    return await learn(async () => {
      const found = await listObjects<DeploymentWithTemplate>(this.api, resourceKinds.deployment, undefined, {
        labelSelector: OPERATOR,
        form: deployment,
      });
      return found.flatMap(({ spec }) => (spec?.template?.spec?.containers ?? []).flatMap(({ image }) => image ?? []));
    });
  }

  async deployments(namespace: string): Promise<Learned<SeldonDeployment[]>> {
    return await learn(async () => {
      const { body } = await this.api.call<ApiGroup>({ method: 'GET', path: `/apis/${SELDON_GROUP}` }, apiGroup);
      const kind = { ...resourceKinds.seldonDeployment, apiVersion: body.preferredVersion.groupVersion };
      return await listObjects<SeldonDeployment>(this.api, kind, namespace, { form: seldonDeployment });
    });
  }

  /** Those that are asked about SeldonDeployments. */
  async webhooks(): Promise<Learned<Webhook[]>> {
    return await learn(async () => {
      const { validatingWebhookConfiguration, mutatingWebhookConfiguration } = resourceKinds;
      const kinds = [validatingWebhookConfiguration, mutatingWebhookConfiguration];
      const found = await Promise.all(kinds.map((kind) => this.#webhooksOf(kind)));
      return found.flat();
    });
  }

  async #webhooksOf(resource: ResourceKind): Promise<Webhook[]> {
    const kind = resource.kind.toLowerCase();
    const query = { form: webhookConfiguration };
    const configurations = await listObjects<WebhookConfiguration>(this.api, resource, undefined, query);
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
    const query = { labelSelector: `kubernetes.io/service-name=${name}`, form: endpointSlice };
    const slices = await listObjects<EndpointSlice>(this.api, resourceKinds.endpointSlice, namespace, query);
    const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
    // Nothing said means ready: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#ready
    return endpoints.filter(({ conditions }) => conditions?.ready !== false).length;
  }

  /** Those that belong to SeldonDeployments, whose replicas they decide. */
  async autoscalers(namespace: string): Promise<Learned<Autoscaler[]>> {
    return await learn(async () => {
      const kinds = [resourceKinds.horizontalPodAutoscaler, resourceKinds.scaledObject];
      const found = await Promise.all(
        kinds.map(async (kind) => {
          const query = { accept: ofList(METADATA_ONLY) };
          const objects = await learn(() => listObjects<KubernetesObject>(this.api, kind, namespace, query));
          if ('unknown' in objects && !objects.missing) throw new ApiFailure(403, objects.unknown);
          const those = 'known' in objects ? objects.known : [];
          return those.flatMap(({ metadata: { name, ownerReferences = [] } }) =>
            ownerReferences
              .filter((owner) => owner.kind === SELDON_KIND)
              .map((owner) => ({
                name: `${kind.kind.toLowerCase()}.${groupOf(kind.apiVersion)}/${name}`,
                owner: owner.name,
              })),
          );
        }),
      );
      return found.flat();
    });
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

export async function learn<T>(read: () => Promise<T>): Promise<Learned<T>> {
  try {
    return { known: await read() };
  } catch (error) {
    if (!isWithheld(error)) throw error;
    return { unknown: error.message, missing: error.status === 404 };
  }
}
