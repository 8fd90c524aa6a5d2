import { copyOf } from '../json-copy.ts';
import { ownValue } from '../own-values.ts';
import { podinfoVolume } from './defaulting.ts';
import type { Deployment, PodSpec } from './kubernetes-objects.ts';
import { seldonId } from './object-names.ts';
import type { ComponentSpec, GraphNode, Predictor, SeldonDeployment } from './seldon-deployment.ts';
import type { OperatorSettings } from './settings.ts';

/**
 * Sent as an Int because the operator fills the string half of Go's IntOrString ("10%") and leaves its type at Int:
 * so no pod may be missing during a rollout, and one that cannot be scheduled stops it for ever.
 * Source: Strategy in createDeploymentWithoutEngine, operator/controllers/seldondeployment_controller.go.
 */
export const strategy = { rollingUpdate: { maxUnavailable: 0 } };

export const TERMINATION_GRACE_PERIOD_SECONDS = 20;

/** Present on every Deployment that the operator creates, but not on HPAs and PodDisruptionBudgets. */
export const managedBy = { 'app.kubernetes.io/managed-by': 'seldon-core' };

export const podinfo = {
  name: podinfoVolume.name,
  downwardAPI: {
    defaultMode: 420,
    items: [{ path: 'annotations', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.annotations' } }],
  },
};

/** Of pods that say nothing of it themselves. Source: operator/controllers/security.go. */
export function podSecurity({ defaultUser }: OperatorSettings): { runAsUser?: number } {
  return defaultUser === undefined ? {} : { runAsUser: defaultUser };
}

const metrics = { 'prometheus.io/path': '/prometheus', 'prometheus.io/scrape': 'true' };

/**
 * A Deployment for pods of a model, or of an explainer, which has no metrics, before services and executor add their parts.
 * Source: createDeploymentWithoutEngine in operator/controllers/seldondeployment_controller.go.
 */
export function modelDeployment(
  sdep: SeldonDeployment,
  predictor: Predictor,
  componentSpec: ComponentSpec,
  { name, settings, hasMetrics }: { name: string; settings: OperatorSettings; hasMetrics: boolean },
): Deployment {
  const labels = {
    'seldon-deployment-id': seldonId(sdep),
    app: name,
    fluentd: 'true',
    ...predictor.labels,
    ...componentSpec.metadata?.labels,
  };
  const annotations = {
    ...sdep.spec.annotations,
    ...predictor.annotations,
    ...componentSpec.metadata?.annotations,
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: sdep.metadata.namespace ?? 'default', labels, annotations },
    spec: {
      selector: { matchLabels: { 'seldon-deployment-id': seldonId(sdep) } },
      strategy,
      ...(predictor.progressDeadlineSeconds !== undefined && {
        progressDeadlineSeconds: predictor.progressDeadlineSeconds,
      }),
      template: {
        metadata: {
          labels: { ...labels, ...(predictor.shadow && { 'seldon.io/shadow': 'true' }) },
          annotations: { ...(hasMetrics && metrics), ...annotations },
        },
        spec: podSpec(componentSpec.spec, settings),
      },
    },
  };
}

function podSpec(written: PodSpec = { containers: [] }, settings: OperatorSettings): PodSpec {
  const volumes = written.volumes ?? [];
  return {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: podSecurity(settings),
    terminationGracePeriodSeconds: TERMINATION_GRACE_PERIOD_SECONDS,
    ...copyOf(written),
    volumes: volumes.some((volume) => volume.name === podinfo.name) ? volumes : [...volumes, podinfo],
  };
}

const roleLabels: Record<string, string> = {
  ROUTER: 'seldon.io/router',
  COMBINER: 'seldon.io/combiner',
  MODEL: 'seldon.io/model',
  TRANSFORMER: 'seldon.io/transformer',
  OUTPUT_TRANSFORMER: 'seldon.io/output-transformer',
};

/**
 * What part an object plays in the graph. A container outside the graph, in a predictor with an explainer, is labelled
 * as if it were the explainer. Source: operator/controllers/labels.go.
 */
export function labelsForRole(predictor: Predictor, node: GraphNode | undefined): Record<string, string> {
  const role = node?.type ? ownValue(roleLabels, node.type) : undefined;
  return {
    ...(role && { [role]: 'true' }),
    ...(!node?.type && hasExplainer(predictor) && { 'seldon.io/explainer': 'true' }),
    ...(predictor.shadow && { 'seldon.io/shadow': 'true' }),
    ...managedBy,
  };
}

/** An explainer without a type is none, whatever its image. Source: IsEmptyExplainer in operator/controllers/utils. */
export function hasExplainer(predictor: Predictor): boolean {
  return !!predictor.explainer?.type;
}

/** On the Deployment and its pods, and also in the selector where `inSelector`. */
export function addLabels(deployment: Deployment, labels: Record<string, string>, inSelector = false): void {
  deployment.metadata.labels = { ...deployment.metadata.labels, ...labels };
  const { selector, template } = deployment.spec;
  template.metadata.labels = { ...template.metadata.labels, ...labels };
  if (inSelector) selector.matchLabels = { ...selector.matchLabels, ...labels };
}
