import { copyOf } from '../json-copy.ts';
import type { Container } from './kubernetes-objects.ts';
import { containerServiceName } from './object-names.ts';
import { isPrepackaged, serverImage } from './prepackaged-servers.ts';
import type { GraphNode, Predictor, SeldonDeployment } from './seldon-deployment.ts';
import { chartSettings, type OperatorSettings } from './settings.ts';

const FIRST_HTTP_PORT = 9000;
const FIRST_GRPC_PORT = 9500;
const FIRST_METRICS_PORT = 6000;

export const podinfoVolume = { name: 'seldon-podinfo', mountPath: '/etc/podinfo' };

/**
 * A copy with all that the operator fills in before it looks at a SeldonDeployment. It does so in memory on each
 * reconcile and never writes it back, so the stored spec lacks, for example, the containers of prepackaged servers.
 * Source: Default in operator/apis/machinelearning.seldon.io/v1/defaults.go.
 */
export function withDefaults(stored: SeldonDeployment, settings: OperatorSettings = chartSettings): SeldonDeployment {
  const sdep = copyOf(stored);
  const ports = new Ports();
  for (const predictor of sdep.spec.predictors) {
    predictor.labels = { version: predictor.name, ...predictor.labels };
    for (const node of graphNodes(predictor.graph)) setType(node);
    predictor.componentSpecs?.forEach((componentSpec, index) => {
      for (const container of componentSpec.spec?.containers ?? []) {
        const numbers = ports.of(container.name);
        const node = findNode(predictor.graph, container.name);
        if (node) connect(sdep, predictor, node, container, index === 0, numbers, ports);
      }
    });
    for (const node of graphNodes(predictor.graph)) {
      if (isPrepackaged(node)) addServer(sdep, predictor, node, ports, settings);
    }
  }
  return sdep;
}

export function* graphNodes(node: GraphNode): Generator<GraphNode> {
  yield node;
  for (const child of node.children ?? []) yield* graphNodes(child);
}

export function findNode(root: GraphNode, name: string): GraphNode | undefined {
  for (const node of graphNodes(root)) if (node.name === name) return node;
  return undefined;
}

export function findContainer(predictor: Predictor, name: string): Container | undefined {
  for (const componentSpec of predictor.componentSpecs ?? []) {
    const found = componentSpec.spec?.containers?.find((container) => container.name === name);
    if (found) return found;
  }
  return undefined;
}

/** Source: HasSeparateEnginePod in operator/apis/machinelearning.seldon.io/v1/seldondeployment_types.go. */
export function hasSeparateOrchestrator({ spec }: SeldonDeployment): boolean {
  return isTrue(spec.annotations?.['seldon.io/engine-separate-pod']);
}

export const isTrue = (annotation: string | undefined) => annotation?.toLowerCase() === 'true';

function setType(node: GraphNode): void {
  if (!node.type && !node.methods && !node.implementation) node.type = 'MODEL';
  node.implementation ||= 'UNKNOWN_IMPLEMENTATION';
  if (isPrepackaged(node)) node.type = 'MODEL';
}

function addServer(
  sdep: SeldonDeployment,
  predictor: Predictor,
  node: GraphNode,
  ports: Ports,
  settings: OperatorSettings,
): void {
  const existing = findContainer(predictor, node.name);
  const container = existing ?? { name: node.name };
  const index = (predictor.componentSpecs ?? []).findIndex(({ spec }) =>
    spec?.containers?.some(({ name }) => name === node.name),
  );
  connect(sdep, predictor, node, container, index <= 0, ports.of(node.name), ports);
  if (sdep.spec.protocol !== 'tensorflow' && !container.image) {
    const image = serverImage(settings, node.implementation ?? '', sdep.spec.protocol);
    if (image) container.image = image;
  }
  if (existing) return;
  predictor.componentSpecs ??= [];
  const first = predictor.componentSpecs[0];
  if (!first) predictor.componentSpecs.push({ spec: { containers: [container] } });
  else if (first.spec) first.spec.containers = [...(first.spec.containers ?? []), container];
  else first.spec = { containers: [container] };
}

/** Tells the graph node where its container listens. The first componentSpec is where the executor goes: localhost. */
function connect(
  sdep: SeldonDeployment,
  predictor: Predictor,
  node: GraphNode,
  container: Container,
  isFirst: boolean,
  numbers: { http: number; grpc: number },
  ports: Ports,
): void {
  const portOf = (name: string) => container.ports?.find((port) => port.name === name)?.containerPort;
  container.volumeMounts ??= [];
  if (!container.volumeMounts.some((mount) => mount.name === podinfoVolume.name)) {
    container.volumeMounts.push({ ...podinfoVolume });
  }
  if (portOf('metrics') === undefined) {
    container.ports = [
      ...(container.ports ?? []),
      { name: 'metrics', containerPort: ports.nextMetrics++, protocol: 'TCP' },
    ];
  }
  node.endpoint ??= {};
  const http = portOf('http') ?? numbers.http;
  const grpc = portOf('grpc') ?? numbers.grpc;
  node.endpoint.service_host =
    isFirst && !hasSeparateOrchestrator(sdep)
      ? 'localhost'
      : `${containerServiceName(sdep, predictor, container.name)}.${sdep.metadata.namespace}.svc.cluster.local.`;
  node.endpoint.service_port = node.endpoint.type === 'GRPC' || sdep.spec.transport === 'grpc' ? grpc : http;
  node.endpoint.httpPort = http;
  node.endpoint.grpcPort = grpc;
}

/** Port numbers go by container name over all predictors, so that equal names share them. */
class Ports {
  nextMetrics = FIRST_METRICS_PORT;
  readonly #numbers = new Map<string, { http: number; grpc: number }>();

  of(container: string): { http: number; grpc: number } {
    const next = this.#numbers.size;
    const found = this.#numbers.get(container) ?? { http: FIRST_HTTP_PORT + next, grpc: FIRST_GRPC_PORT + next };
    this.#numbers.set(container, found);
    return found;
  }
}
