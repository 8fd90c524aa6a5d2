import type { KubernetesObject, OwnerReference } from '../kubernetes/objects.ts';
import { predictorService } from './expected-deployments.ts';
import {
  INGRESS_CLASS_ANNOTATION,
  INGRESS_HOST_ANNOTATION,
  INGRESS_TLS_SECRET_ANNOTATION,
} from './model-annotations.ts';
import { mainPredictor, PREDICTION_PORT } from './prediction-endpoint.ts';
import { SELDON_GROUP, SELDON_KIND, type SeldonDeployment } from './seldon-deployment.ts';

export const INGRESS_KIND = 'Ingress';
export const INGRESS_API_VERSION = 'networking.k8s.io/v1';

/** https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/ */
export interface Ingress extends KubernetesObject {
  apiVersion: string;
  kind: string;
  spec: {
    ingressClassName: string;
    rules: object[];
    tls?: object[];
  };
}

/**
 * The Ingress that a deployment is to have, by its annotations; undefined: none. It leads from all paths of the host to the
 * Service of the predictor with the most traffic. The deployment owns it, so that it goes with it: the garbage collector
 * takes it, and a foreground deletion waits for its end.
 */
export function desiredIngress(deployment: SeldonDeployment): Ingress | undefined {
  const { name, namespace } = deployment.metadata;
  const route = ingressSettings(deployment);
  const predictor = mainPredictor(deployment);
  if (!route || !predictor) return undefined;
  const { ingressClass, host, tlsSecret } = route;
  const service = { name: predictorService(deployment, predictor), port: { name: PREDICTION_PORT } };
  return {
    apiVersion: INGRESS_API_VERSION,
    kind: INGRESS_KIND,
    metadata: { name, ...(namespace && { namespace }), ...ownedBy(deployment) },
    spec: {
      ingressClassName: ingressClass,
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service } }] } }],
      ...(tlsSecret !== undefined && { tls: [{ hosts: [host], secretName: tlsSecret }] }),
    },
  };
}

export interface IngressSettings {
  ingressClass: string;
  host: string;
  /** Of the certificate. */
  tlsSecret: string | undefined;
}

/** What the annotations say of an Ingress. */
export function ingressSettings({ metadata: { annotations } }: SeldonDeployment): IngressSettings | undefined {
  const ingressClass = annotations?.[INGRESS_CLASS_ANNOTATION];
  const host = annotations?.[INGRESS_HOST_ANNOTATION];
  if (!ingressClass || !host) return undefined;
  return { ingressClass, host, tlsSecret: annotations?.[INGRESS_TLS_SECRET_ANNOTATION] || undefined };
}

/** One that nobody has made yet, as in a dry run that asks no server, owns nothing. */
function ownedBy({ metadata: { name, uid } }: SeldonDeployment): { ownerReferences?: OwnerReference[] } {
  if (!uid) return {};
  const owner = { apiVersion: `${SELDON_GROUP}/v1`, kind: SELDON_KIND, name, uid, blockOwnerDeletion: true };
  return { ownerReferences: [owner] };
}

/**
 * Whose the Ingress of a deployment's name is: `leftover` is that of an earlier deployment of the name, which the garbage
 * collector takes, or one that is being deleted.
 */
export function holderOfIngress(
  { metadata: { ownerReferences = [], deletionTimestamp } }: KubernetesObject,
  { metadata: { name, uid } }: Pick<SeldonDeployment, 'metadata'>,
): 'deployment' | 'leftover' | 'somebody-else' {
  const isOwn = uid !== undefined && ownerReferences.some((owner) => owner.uid === uid);
  const isOfItsName = ownerReferences.some((owner) => owner.kind === SELDON_KIND && owner.name === name);
  if (!isOwn && !isOfItsName) return 'somebody-else';
  return isOwn && deletionTimestamp === undefined ? 'deployment' : 'leftover';
}
