import { copyOf } from '../../json-copy.ts';
import { ownValue, setOwnValue } from '../../own-values.ts';
import { isJsonObject, type JsonObject, type KubernetesObject } from './objects.ts';

/*
 * What the API server fills in when it reads built-in kinds; controllers that compare what they want with what they
 * find depend on it. https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/v1/defaults.go
 * and pkg/apis/apps/v1/defaults.go
 */

function fill(target: JsonObject, defaults: JsonObject): void {
  for (const [field, value] of Object.entries(defaults)) {
    if ((ownValue(target, field) ?? null) === null) setOwnValue(target, field, copyOf(value));
  }
}

function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function section(parent: JsonObject, field: string): JsonObject {
  const there = ownValue(parent, field);
  if (isJsonObject(there)) return there;
  const made = {};
  setOwnValue(parent, field, made);
  return made;
}

/**
 * What is written as stringData is read as data.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/v1/conversion.go (Convert_v1_Secret_To_core_Secret)
 */
export function defaultSecret(secret: KubernetesObject): void {
  secret.type ||= 'Opaque';
  if (isJsonObject(secret.stringData)) {
    const data = section(secret, 'data');
    for (const [key, value] of Object.entries(secret.stringData)) {
      setOwnValue(data, key, Buffer.from(String(value)).toString('base64'));
    }
  }
  delete secret.stringData;
}

export function defaultPod(pod: KubernetesObject): void {
  const spec = section(pod, 'spec');
  defaultPodSpec(spec);
  fill(spec, { enableServiceLinks: true });
  for (const { resources } of [...objectsIn(spec.containers), ...objectsIn(spec.initContainers)]) {
    // What is limited and not requested is requested up to its limit.
    if (isJsonObject(resources) && isJsonObject(resources.limits))
      fill(section(resources, 'requests'), resources.limits);
  }
}

/** What admission adds to a pod, so that it is in nobody's managed fields. */
export function admitPod(pod: KubernetesObject): void {
  const tolerate = (key: string) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });
  fill(section(pod, 'spec'), {
    serviceAccountName: 'default',
    serviceAccount: 'default',
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
    tolerations: ['not-ready', 'unreachable'].map((condition) => tolerate(`node.kubernetes.io/${condition}`)),
  });
}

export function defaultPodSpec(spec: JsonObject): void {
  fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  if (spec.serviceAccountName) fill(spec, { serviceAccount: spec.serviceAccountName });
  for (const container of [...objectsIn(spec.containers), ...objectsIn(spec.initContainers)])
    defaultContainer(container);
  for (const volume of objectsIn(spec.volumes)) {
    if (Object.keys(volume).every((field) => field === 'name')) volume.emptyDir = {};
    for (const source of ['configMap', 'secret', 'downwardAPI', 'projected']) {
      const content = ownValue(volume, source);
      if (!isJsonObject(content)) continue;
      fill(content, { defaultMode: 420 });
      for (const { fieldRef } of objectsIn(content.items))
        if (isJsonObject(fieldRef)) fill(fieldRef, { apiVersion: 'v1' });
    }
  }
}

function defaultContainer(container: JsonObject): void {
  const image = typeof container.image === 'string' ? container.image : '';
  const tag = image.split('/').at(-1)?.split(':')[1];
  fill(container, {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent',
  });
  for (const port of objectsIn(container.ports)) fill(port, { protocol: 'TCP' });
  for (const variable of objectsIn(container.env)) {
    const reference = isJsonObject(variable.valueFrom) ? variable.valueFrom.fieldRef : undefined;
    if (isJsonObject(reference)) fill(reference, { apiVersion: 'v1' });
  }
  for (const probeName of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = ownValue(container, probeName);
    if (!isJsonObject(probe)) continue;
    fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
    if (isJsonObject(probe.httpGet)) fill(probe.httpGet, { path: '/', scheme: 'HTTP' });
  }
  const lifecycle = isJsonObject(container.lifecycle) ? container.lifecycle : {};
  for (const hook of [lifecycle.postStart, lifecycle.preStop]) {
    if (isJsonObject(hook) && isJsonObject(hook.httpGet)) fill(hook.httpGet, { path: '/', scheme: 'HTTP' });
  }
}

function defaultTemplate(spec: JsonObject): void {
  const template = section(spec, 'template');
  section(template, 'metadata');
  defaultPodSpec(section(template, 'spec'));
}

export function defaultDeployment(deployment: KubernetesObject): void {
  const spec = section(deployment, 'spec');
  defaultTemplate(spec);
  fill(spec, { replicas: 1, strategy: {}, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  const strategy = section(spec, 'strategy');
  fill(strategy, { type: 'RollingUpdate' });
  if (strategy.type === 'RollingUpdate') {
    fill(section(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
  }
}

export function defaultReplicaSet(replicaSet: KubernetesObject): void {
  const spec = section(replicaSet, 'spec');
  defaultTemplate(spec);
  fill(spec, { replicas: 1 });
}

export function defaultService(service: KubernetesObject): void {
  const spec = section(service, 'spec');
  fill(spec, {
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
  });
  for (const port of objectsIn(spec.ports)) {
    fill(port, { protocol: 'TCP' });
    fill(port, { targetPort: port.port });
  }
}

export function defaultEvent(event: KubernetesObject): void {
  fill(event, { source: {}, reportingComponent: '', reportingInstance: '' });
  // Times that are not set are written as null, not left out.
  for (const field of ['firstTimestamp', 'lastTimestamp', 'eventTime'] as const) event[field] ??= null;
}

export function labelNamespace({ metadata }: KubernetesObject): void {
  metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
}

export function defaultAutoscaler(autoscaler: KubernetesObject): void {
  const cpu = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } };
  fill(section(autoscaler, 'spec'), { minReplicas: 1, metrics: [{ type: 'Resource', resource: cpu }] });
}
