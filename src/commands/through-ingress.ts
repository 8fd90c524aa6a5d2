import { advice, kubectl } from '../advice/advice.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Context } from '../context.ts';
import { BadInput, ClusterNotReady } from '../failures.ts';
import type { AskElsewhere } from '../predict/predict.ts';
import type { PredictionChoice, PredictionEndpoint } from '../seldon/prediction-endpoint.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { say } from './say.ts';

export const ways = ['api-server', 'ingress'] as const;

/** Throws BadInput for what no user from outside can choose. */
export function refuseThroughIngress(
  through: (typeof ways)[number],
  address: string | undefined,
  { predictor, ask }: PredictionChoice,
): void {
  if (through !== 'ingress') {
    if (address !== undefined) throw new BadInput('--ingress-address needs --through=ingress');
    return;
  }
  if (predictor !== undefined) {
    throw new BadInput(
      'cannot use --predictor with --through=ingress: the traffic weights decide which predictor answers',
    );
  }
  if (ask !== undefined && ask !== 'prediction') {
    throw new BadInput(
      `cannot use --ask=${ask} with --through=ingress: not every ingress routes anything but predictions`,
    );
  }
  if (address !== undefined && !isOrigin(address)) {
    throw new BadInput(`invalid argument for "--ingress-address": expected http://HOST:PORT or https://HOST:PORT`);
  }
}

/** Nothing behind host and port, and no user before them. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, origin, href } = new URL(text);
  return /^https?:$/.test(protocol) && href === `${origin}/`;
}

/**
 * How a deployment is asked as its users ask it: at the address of the Ingress or the gateway that leads to it, or at
 * `address` in place of that. Throws ClusterNotReady where none is known, BadInput for a node of the graph.
 */
export async function askThroughIngress(
  deployment: SeldonDeployment,
  { node }: PredictionEndpoint,
  { cluster, address, program }: { cluster: SeldonCluster; address: string | undefined; program: Context },
): Promise<AskElsewhere> {
  const { findRoute } = await import('../lifecycle/ingress/find-route.ts');
  const { explain } = await import('../lifecycle/errors/api-errors.ts');
  const { originOf, prefixOf } = await import('../seldon/ingress-route.ts');
  const { postToIngress } = await import('../cluster/post-to-ingress.ts');
  const { name, namespace } = deployment.metadata;
  if (node !== undefined) throw new BadInput(`no ingress routes to a single node of the graph: "${node}"`);
  const route = await findRoute(deployment, cluster).catch((error) =>
    explain(error, `find the ingress of seldondeployment "${name}"`),
  );
  if (!route) {
    throw new ClusterNotReady(`seldondeployment "${name}" is not reachable from outside the cluster`, {
      hint: 'It has no Ingress, no VirtualService of Istio and no Mapping of Ambassador, or you have no right to read them. Without --through=ingress, predict uses the API server',
    });
  }
  const origin = address === undefined ? originOf(route) : new URL(address).origin;
  const prefix = prefixOf(route);
  if (origin === undefined || prefix === undefined) {
    throw new ClusterNotReady(`${route.by} routes to seldondeployment "${name}", but its address is unknown`, {
      hint: advice`Set the address, for example --ingress-address=http://localhost:8080 after ${kubectl(['port-forward', '-n', 'istio-system', 'service/istio-ingressgateway', '8080:80'])}`,
    });
  }
  const post = postToIngress({ origin, host: address === undefined ? undefined : route.host, env: program.env });
  say(program, `using ${route.by} in namespace "${namespace}", at ${origin}${prefix}`);
  return async (path, payload, limit) => await post(`${prefix}${path}`, payload, limit);
}
