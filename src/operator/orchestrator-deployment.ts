import { executorContainer } from './executor-container.ts';
import type { Deployment } from './kubernetes-objects.ts';
import { podinfo, podSecurity, strategy, TERMINATION_GRACE_PERIOD_SECONDS } from './model-deployment.ts';
import { predictorKey, serviceOrchestratorName } from './object-names.ts';
import { serviceOrchestratorReplicas } from './replicas.ts';
import type { Predictor, SeldonDeployment } from './seldon-deployment.ts';
import type { OperatorSettings } from './settings.ts';

/**
 * The executor in pods of its own, for spec.annotations seldon.io/engine-separate-pod. Its seldon-deployment-id is the
 * predictor's key, not the id of the SeldonDeployment as everywhere else, and the predictor's progress deadline is not
 * taken over.
 * Source: createEngineDeployment in operator/controllers/seldondeployment_engine.go, called with the predictor's key.
 */
export function orchestratorDeployment(
  sdep: SeldonDeployment,
  predictor: Predictor,
  settings: OperatorSettings,
): Deployment {
  const name = serviceOrchestratorName(sdep, predictor);
  const key = predictorKey(sdep, predictor);
  const selector = { 'seldon-app': key, 'seldon-deployment-id': key };
  const replicas = serviceOrchestratorReplicas(sdep.spec, predictor);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: sdep.metadata.namespace ?? 'default',
      labels: {
        'seldon-deployment-contains-svcorch': 'true',
        ...selector,
        app: name,
        fluentd: 'true',
        ...predictor.labels,
      },
      annotations: { ...sdep.spec.annotations },
    },
    spec: {
      ...(replicas !== undefined && { replicas }),
      selector: { matchLabels: { ...selector } },
      strategy,
      template: {
        metadata: {
          labels: { ...selector, app: name, ...predictor.labels },
          annotations: { 'prometheus.io/path': '/prometheus', 'prometheus.io/scrape': 'true' },
        },
        spec: {
          containers: [executorContainer(sdep, predictor, settings)],
          terminationGracePeriodSeconds: TERMINATION_GRACE_PERIOD_SECONDS,
          dnsPolicy: 'ClusterFirst',
          schedulerName: 'default-scheduler',
          securityContext: podSecurity(settings),
          restartPolicy: 'Always',
          serviceAccountName: settings.executor.serviceAccount,
          serviceAccount: settings.executor.serviceAccount,
          volumes: [podinfo],
        },
      },
    },
  };
}
