import { isIP } from 'node:net';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { predictionPath } from './prediction-endpoint.ts';
import type { SeldonDeployment } from './seldon-deployment.ts';

/** How users reach a deployment from outside the cluster. */
export interface IngressRoute {
  /** The object that leads there, as kubectl names it. */
  by: string;
  scheme: 'http' | 'https';
  /** The name that is routed; undefined: any, so that the gateway is asked by its address. */
  host: string | undefined;
  /** Undefined: that of the scheme. */
  port: number | undefined;
  /** Of the gateway, as far as they are known. */
  addresses: readonly string[];
  /** Before the path of a prediction: '', or /seldon/models/iris, which the gateway takes away. */
  prefix: string;
}

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/ */
export interface VirtualService extends KubernetesObject {
  spec?: { hosts?: string[]; gateways?: string[]; http?: { match?: { uri?: { prefix?: string } }[] }[] };
}

/** https://istio.io/latest/docs/reference/config/networking/gateway/ */
export interface Gateway extends KubernetesObject {
  spec?: { selector?: Record<string, string>; servers?: GatewayServer[] };
}

export interface GatewayServer {
  port?: { number?: number; protocol?: string };
  tls?: { httpsRedirect?: boolean };
}

/** https://www.getambassador.io/docs/emissary/latest/topics/using/intro-mappings */
export interface Mapping extends KubernetesObject {
  spec?: { prefix?: string; host?: string; hostname?: string; grpc?: boolean; shadow?: boolean };
}

/** As far as it says where a gateway is reached. */
export interface GatewayService extends KubernetesObject {
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

/** The Gateway that a VirtualService names first, as namespace and name; undefined where it names none but the mesh. */
export function gatewayOf({ metadata, spec }: VirtualService): { namespace: string; name: string } | undefined {
  const named = spec?.gateways?.find((gateway) => gateway !== 'mesh');
  if (named === undefined) return undefined;
  const [first = '', second] = named.split('/');
  return second === undefined
    ? { namespace: metadata.namespace ?? '', name: first }
    : { namespace: first, name: second };
}

/** Source: createIstioResources in operator/controllers/seldondeployment_controller.go. */
export function istioRoute(
  { metadata, spec }: VirtualService,
  gateway: Gateway | undefined,
  services: readonly GatewayService[],
): IngressRoute {
  const servers = gateway?.spec?.servers ?? [];
  const isTls = ({ port }: GatewayServer) => /^(https|tls)$/i.test(port?.protocol ?? '');
  const plain = servers.find((server) => !isTls(server) && server.tls?.httpsRedirect !== true);
  const server = plain ?? servers.find(isTls);
  return {
    by: `virtualservice.networking.istio.io/${metadata.name}`,
    scheme: server && isTls(server) ? 'https' : 'http',
    host: spec?.hosts?.find((host) => !host.includes('*')),
    port: server?.port?.number,
    addresses: addressesOf(services),
    prefix: withoutSlash(spec?.http?.flatMap(({ match = [] }) => match).find(({ uri }) => uri?.prefix)?.uri?.prefix),
  };
}

/** Of its Mappings that for HTTP; undefined where there is none. Source: operator/controllers/ambassador/v2.go. */
export function ambassadorRoute(
  mappings: readonly Mapping[],
  services: readonly GatewayService[],
): IngressRoute | undefined {
  const served = mappings.filter(({ spec }) => spec?.prefix !== undefined && !spec.grpc && !spec.shadow);
  // One without its namespace leads elsewhere once two namespaces have a deployment of the name.
  const [mapping] = served.sort((a, b) => (b.spec?.prefix?.length ?? 0) - (a.spec?.prefix?.length ?? 0));
  if (!mapping) return undefined;
  const { prefix, host, hostname } = mapping.spec ?? {};
  const name = host ?? hostname;
  return {
    by: `mapping.getambassador.io/${mapping.metadata.name}`,
    scheme: 'http',
    host: name?.includes('*') ? undefined : name,
    port: undefined,
    addresses: addressesOf(services),
    prefix: withoutSlash(prefix),
  };
}

/** That of an older Ambassador, which is configured by an annotation of the predictor's Service. */
export function annotatedRoute(
  { metadata: { name, namespace } }: SeldonDeployment,
  service: string,
  services: readonly GatewayService[],
): IngressRoute {
  const prefix = `/seldon/${namespace}/${name}`;
  return {
    by: `service/${service}`,
    scheme: 'http',
    host: undefined,
    port: undefined,
    addresses: addressesOf(services),
    prefix,
  };
}

function addressesOf(services: readonly GatewayService[]): string[] {
  const entries = services.flatMap(({ status }) => status?.loadBalancer?.ingress ?? []);
  return entries.flatMap(({ hostname, ip }) => hostname ?? ip ?? []).filter(isAddress);
}

/** What an object says may be anything: only a name or an address becomes a part of a URL. */
function isAddress(text: string): boolean {
  return isIP(text) !== 0 || HOST.test(text);
}

const HOST = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/i;
const PREFIX = /^(\/(?!\.{1,2}(\/|$))[\w.~-]+)*$/;

function withoutSlash(prefix = ''): string {
  return prefix.replace(/\/+$/, '');
}

/** Where users ask, without a path: http://models.example.com; undefined where nothing says so, or nothing that can be asked. */
export function originOf({ scheme, host, port, addresses }: IngressRoute): string | undefined {
  const name = host ?? addresses[0];
  if (name === undefined || !isAddress(name)) return undefined;
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) return undefined;
  const isUsual = port === undefined || port === (scheme === 'https' ? 443 : 80);
  return `${scheme}://${isIP(name) === 6 ? `[${name}]` : name}${isUsual ? '' : `:${port}`}`;
}

/** Undefined for a prefix that leads elsewhere than below the gateway. */
export function prefixOf({ prefix }: IngressRoute): string | undefined {
  return PREFIX.test(prefix) ? prefix : undefined;
}

/** The URL that users have of a deployment's predictions; undefined where it is not known. */
export function routeUrl(route: IngressRoute, deployment: SeldonDeployment): string | undefined {
  const [origin, prefix] = [originOf(route), prefixOf(route)];
  if (origin === undefined || prefix === undefined) return undefined;
  return `${origin}${prefix}${predictionPath(deployment) ?? '/'}`;
}
