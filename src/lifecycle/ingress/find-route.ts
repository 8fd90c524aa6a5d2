import { gateway as gatewayForm, gatewayService, mapping, virtualService } from '../../cluster/ingress-forms.ts';
import { type Learned, learn } from '../../cluster/inspection.ts';
import { resourceKinds } from '../../cluster/resource-kinds.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { SELDON_ID } from '../../cluster/seldon-id.ts';
import { concurrencyLimiter } from '../../concurrency-limiter.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { hashedWhenLong, predictorService } from '../../seldon/expected-deployments.ts';
import { ingressSettings } from '../../seldon/ingress.ts';
import {
  ambassadorRoute,
  annotatedRoute,
  type Gateway,
  type GatewayService,
  gatewayOf,
  type IngressRoute,
  istioRoute,
  type Mapping,
  routeUrl,
  type VirtualService,
} from '../../seldon/ingress-route.ts';
import { mainPredictor } from '../../seldon/prediction-endpoint.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { hostUrl } from '../../seldon/url.ts';

/** What the operator says of a deployment to which Istio or Ambassador leads: seldon_deployment_status.go. */
const ROUTED = ['istioVirtualServicesReady', 'AmbassadorMappingsReady'];

/**
 * The URLs that users have of those that the operator says Istio or Ambassador leads to, by uid. Nothing is asked of others,
 * and what cannot be read is left out.
 */
export async function outsideUrls(
  deployments: readonly SeldonDeployment[],
  cluster: Cluster,
): Promise<Map<string, string>> {
  const inTurn = concurrencyLimiter(AT_A_TIME);
  const found = await Promise.all(
    deployments.filter(isRouted).map((deployment) =>
      inTurn(async () => {
        const route = known(await learn(() => findRoute(deployment, cluster)));
        const url = route && routeUrl(route, deployment);
        return url === undefined ? [] : [[deployment.metadata.uid ?? '', url] as const];
      }),
    ),
  );
  return new Map(found.flat());
}

function isRouted(deployment: SeldonDeployment): boolean {
  if (hostUrl(deployment) !== undefined) return false;
  // "No VirtualServices defined", "No Ambassador Mappaings defined": True as well.
  return (deployment.status?.conditions ?? []).some(
    ({ type, reason = '' }) => ROUTED.includes(type) && !reason.startsWith('No '),
  );
}

const AT_A_TIME = 20;

type Cluster = Pick<SeldonCluster, 'objects' | 'list'>;

/**
 * How users reach a deployment: by its own Ingress, by Istio or by Ambassador; undefined where none of these leads to it, or
 * shows that it does. Throws ApiFailure or Unreachable.
 */
export async function findRoute(deployment: SeldonDeployment, cluster: Cluster): Promise<IngressRoute | undefined> {
  const { name } = deployment.metadata;
  const own = ingressSettings(deployment);
  if (own) {
    const scheme = own.tlsSecret === undefined ? 'http' : 'https';
    const by = `ingress.networking.k8s.io/${name}`;
    return { by, scheme, host: own.host, port: undefined, addresses: [], prefix: '' };
  }
  return (await byIstio(deployment, cluster)) ?? (await byAmbassador(deployment, cluster));
}

async function byIstio(
  { metadata: { name, namespace = '' } }: SeldonDeployment,
  cluster: Cluster,
): Promise<IngressRoute | undefined> {
  const place = { ...resourceKinds.virtualService, metadata: { name: hashedWhenLong(name), namespace } };
  const found = known(await learn(() => cluster.objects.read<VirtualService>(place, { form: virtualService })));
  if (!found) return undefined;
  const where = gatewayOf(found);
  const gateway =
    where &&
    known(
      await learn(() =>
        cluster.objects.read<Gateway>({ ...resourceKinds.gateway, metadata: where }, { form: gatewayForm }),
      ),
    );
  const selector = Object.entries(gateway?.spec?.selector ?? {}).map(([label, value]) => `${label}=${value}`);
  const services = where && selector.length > 0 ? await servicesOf(cluster, where.namespace, selector.join(',')) : [];
  return istioRoute(found, gateway, services);
}

/** As the Service of Ambassador is labelled by its own manifests and its chart. */
const AMBASSADOR = 'app.kubernetes.io/component=ambassador-service';
/** In which an older Ambassador finds its Mappings. */
const CONFIG_ANNOTATION = 'getambassador.io/config';

async function byAmbassador(deployment: SeldonDeployment, cluster: Cluster): Promise<IngressRoute | undefined> {
  const { name, namespace = '' } = deployment.metadata;
  const labelSelector = `${SELDON_ID}=${hashedWhenLong(name)}`;
  const kind = { ...resourceKinds.mapping, form: mapping, labelSelector };
  const mappings = known(await learn(() => cluster.list<Mapping>(kind, namespace))) ?? [];
  if (mappings.length > 0) return ambassadorRoute(mappings, await servicesOf(cluster, undefined, AMBASSADOR));
  const predictor = mainPredictor(deployment);
  if (!predictor) return undefined;
  const service = predictorService(deployment, predictor);
  const place = { ...resourceKinds.service, metadata: { name: service, namespace } };
  const found = known(await learn(() => cluster.objects.read<KubernetesObject>(place)));
  if (found?.metadata.annotations?.[CONFIG_ANNOTATION] === undefined) return undefined;
  return annotatedRoute(deployment, service, await servicesOf(cluster, undefined, AMBASSADOR));
}

async function servicesOf(cluster: Cluster, namespace: string | undefined, labelSelector: string) {
  const kind = { ...resourceKinds.service, form: gatewayService, labelSelector };
  return known(await learn(() => cluster.list<GatewayService>(kind, namespace))) ?? [];
}

function known<T>(learned: Learned<T>): T | undefined {
  return 'known' in learned ? learned.known : undefined;
}
