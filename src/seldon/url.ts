import { ingressSettings } from './ingress.ts';
import { ISTIO_HOST_ANNOTATION } from './model-annotations.ts';
import { predictionPath } from './prediction-endpoint.ts';
import type { SeldonDeployment } from './seldon-deployment.ts';

/** Where a deployment takes predictions: from outside where it has a host, otherwise where the operator says it is in the cluster. */
export function urlOf(deployment: SeldonDeployment): string | undefined {
  return hostUrl(deployment) ?? (deployment.status?.address?.url || undefined);
}

/** From outside, by the host of its Ingress or of Seldon's Istio routing; undefined where it has none. */
export function hostUrl(deployment: SeldonDeployment): string | undefined {
  const { namespace, name, annotations } = deployment.metadata;
  const path = predictionPath(deployment) ?? '/';
  const ingress = ingressSettings(deployment);
  if (ingress) return `${ingress.tlsSecret === undefined ? 'http' : 'https'}://${ingress.host}${path}`;
  const host = annotations?.[ISTIO_HOST_ANNOTATION];
  // The prefix is the operator's, which takes it away again: createIstioResources in seldondeployment_controller.go.
  return host && host !== ANY_HOST ? `http://${host}/seldon/${namespace}/${name}${path}` : undefined;
}

const ANY_HOST = '*';
