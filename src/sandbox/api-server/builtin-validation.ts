import { isDeepStrictEqual } from 'node:util';
import { ownValue } from '../../own-values.ts';
import type { FieldProblem } from './api-failure.ts';
import { metadataProblems, SUBDOMAIN_RULE, SUBDOMAIN_SHAPE } from './name-rules.ts';
import { isJsonObject, type JsonObject, type KubernetesObject, valueAt } from './objects.ts';
import { atLeast, invalid as invalidField, podSpecProblems, portNumberProblems } from './pod-validation.ts';
import type { ResourceType } from './resource-type.ts';

/*
 * The few rules for built-in kinds that an operator's or a client's mistakes run into. The real server has many more.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/apps/validation/validation.go
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/networking/validation/validation.go
 */

/** What of the rules a Deployment, a ReplicaSet, a ControllerRevision, a Pod, a Service, an Ingress … breaks; `before` is what an update replaces. */
export function builtinProblems(
  type: ResourceType,
  object: KubernetesObject,
  before?: KubernetesObject,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (type.kind === 'Pod') problems.push(...podSpecProblems(valueAt(object, ['spec']), 'spec'));
  if (type.kind === 'Deployment' || type.kind === 'ReplicaSet') problems.push(...workloadProblems(object, before));
  if (type.kind === 'HorizontalPodAutoscaler') problems.push(...autoscalerProblems(object.spec as JsonObject));
  if (type.kind === 'PodDisruptionBudget') problems.push(...budgetProblems(object.spec as JsonObject));
  if (type.kind === 'Ingress') problems.push(...ingressProblems((object.spec ?? {}) as JsonObject));
  if (type.kind === 'IngressClass') problems.push(...controllerProblems(valueAt(object, ['spec', 'controller'])));
  if (type.kind === 'ControllerRevision') problems.push(...revisionProblems(object, before));
  if (type.kind === 'Service') problems.push(...serviceProblems(object.spec as JsonObject));
  return problems;
}

function revisionProblems({ revision, data }: KubernetesObject, before: KubernetesObject | undefined): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (typeof revision === 'number' && revision < 0) {
    const detail = `${revision}: must be greater than or equal to 0`;
    problems.push({ reason: 'FieldValueInvalid', field: 'revision', detail });
  }
  if (!isJsonObject(data)) {
    problems.push({ reason: 'FieldValueRequired', field: 'data', detail: 'data is mandatory' });
  } else if (before && !isDeepStrictEqual(before.data, data)) {
    problems.push({ reason: 'FieldValueInvalid', field: 'data', detail: 'field is immutable' });
  }
  return problems;
}

function workloadProblems(object: KubernetesObject, before: KubernetesObject | undefined): FieldProblem[] {
  const spec = object.spec as JsonObject;
  const problems: FieldProblem[] = [];
  const { selector, replicas } = spec;
  if (!isJsonObject(selector)) problems.push({ reason: 'FieldValueRequired', field: 'spec.selector', detail: '' });
  else if (Object.keys(selector).length === 0) {
    const detail = '{}: empty selector is invalid for deployment';
    problems.push({ reason: 'FieldValueInvalid', field: 'spec.selector', detail });
  }
  problems.push(...atLeast(0, replicas, 'spec.replicas'));
  const { minReadySeconds = 0, progressDeadlineSeconds } = spec;
  if (typeof progressDeadlineSeconds === 'number' && progressDeadlineSeconds <= Number(minReadySeconds)) {
    problems.push(
      ...atLeast(0, progressDeadlineSeconds, 'spec.progressDeadlineSeconds'),
      invalidField('spec.progressDeadlineSeconds', progressDeadlineSeconds, 'must be greater than minReadySeconds'),
    );
  }
  problems.push(...metadataProblems(valueAt(spec, ['template', 'metadata']) ?? {}, 'spec.template'));
  const labels = valueAt(spec, ['template', 'metadata', 'labels']) ?? {};
  const wanted = Object.entries((valueAt(selector, ['matchLabels']) ?? {}) as JsonObject);
  if (wanted.length === 0 || wanted.some(([label, value]) => ownValue(labels as JsonObject, label) !== value)) {
    const detail = `${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``;
    problems.push({ reason: 'FieldValueInvalid', field: 'spec.template.metadata.labels', detail });
  }
  problems.push(...podSpecProblems(valueAt(spec, ['template', 'spec']), 'spec.template.spec', true));
  const earlier = before && valueAt(before, ['spec', 'selector']);
  if (before && JSON.stringify(earlier) !== JSON.stringify(selector)) {
    const detail = `${JSON.stringify(selector)}: field is immutable`;
    problems.push({ reason: 'FieldValueInvalid', field: 'spec.selector', detail });
  }
  return problems;
}

/** https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/autoscaling/validation/validation.go */
function autoscalerProblems({ minReplicas, maxReplicas }: JsonObject): FieldProblem[] {
  const [least, most] = [Number(minReplicas ?? 1), Number(maxReplicas ?? 0)];
  return [
    ...atLeast(1, minReplicas, 'spec.minReplicas'),
    ...(most < 1 ? [invalidField('spec.maxReplicas', most, 'must be greater than 0')] : []),
    ...(most < least ? [invalidField('spec.maxReplicas', most, 'must be greater than or equal to `minReplicas`')] : []),
  ];
}

function budgetProblems(spec: JsonObject): FieldProblem[] {
  const hasBoth = (spec.minAvailable ?? null) !== null && (spec.maxUnavailable ?? null) !== null;
  if (!hasBoth) return [];
  // The server shows the fields by the names that they have in Go.
  const { minAvailable, selector, maxUnavailable, unhealthyPodEvictionPolicy = null } = spec;
  const shown = {
    MinAvailable: minAvailable,
    Selector: selector,
    MaxUnavailable: maxUnavailable,
    UnhealthyPodEvictionPolicy: unhealthyPodEvictionPolicy,
  };
  return [invalidField('spec', shown, 'minAvailable and maxUnavailable cannot be both set')];
}

function serviceProblems({ ports }: JsonObject): FieldProblem[] {
  if (!Array.isArray(ports)) return [];
  return (ports as JsonObject[]).flatMap(({ port, targetPort }, index) => [
    ...portNumberProblems(port ?? 0, `spec.ports[${index}].port`),
    ...portNumberProblems(targetPort ?? 1, `spec.ports[${index}].targetPort`),
  ]);
}

/** A host may be a wildcard: *.example.com */
function ingressProblems({ rules, defaultBackend, ingressClassName }: JsonObject): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const listed = Array.isArray(rules) ? (rules as JsonObject[]) : [];
  if (listed.length === 0 && !isJsonObject(defaultBackend)) {
    const detail = 'null: either `defaultBackend` or `rules` must be specified';
    problems.push({ reason: 'FieldValueInvalid', field: 'spec', detail });
  }
  if (typeof ingressClassName === 'string' && !SUBDOMAIN_SHAPE.test(ingressClassName)) {
    problems.push(invalidField('spec.ingressClassName', ingressClassName, SUBDOMAIN_RULE));
  }
  for (const [index, { host, http }] of listed.entries()) {
    const field = `spec.rules[${index}]`;
    if (typeof host === 'string' && host !== '' && !SUBDOMAIN_SHAPE.test(host.replace(/^\*\./, ''))) {
      problems.push(invalidField(`${field}.host`, host, SUBDOMAIN_RULE));
    }
    if (typeof host === 'string' && /^\d{1,3}(\.\d{1,3}){3}$/.test(host)) {
      problems.push(invalidField(`${field}.host`, host, 'must be a DNS name, not an IP address'));
    }
    if (isJsonObject(http)) problems.push(...pathProblems(http.paths, `${field}.http.paths`));
  }
  return problems;
}

function pathProblems(paths: unknown, field: string): FieldProblem[] {
  if (!Array.isArray(paths) || paths.length === 0) return [{ reason: 'FieldValueRequired', field, detail: '' }];
  return (paths as JsonObject[]).flatMap(({ path, pathType, backend }, index) => {
    const where = `${field}[${index}]`;
    const problems: FieldProblem[] = [];
    if (pathType === undefined) {
      problems.push({
        reason: 'FieldValueRequired',
        field: `${where}.pathType`,
        detail: 'pathType must be specified',
      });
    } else if (pathType !== 'ImplementationSpecific' && !String(path ?? '').startsWith('/')) {
      problems.push(invalidField(`${where}.path`, String(path ?? ''), 'must be an absolute path'));
    }
    return [...problems, ...backendProblems(valueAt(backend, ['service']), `${where}.backend`)];
  });
}

function backendProblems(service: unknown, field: string): FieldProblem[] {
  if (!isJsonObject(service)) {
    return [{ reason: 'FieldValueRequired', field, detail: 'resource or service backend is required' }];
  }
  const { name, port } = service;
  const problems: FieldProblem[] = [];
  if (!name) problems.push({ reason: 'FieldValueRequired', field: `${field}.service.name`, detail: '' });
  if (!valueAt(port, ['name']) && !valueAt(port, ['number'])) {
    problems.push({
      reason: 'FieldValueRequired',
      field: `${field}.service.port`,
      detail: 'port name or number is required',
    });
  }
  return problems;
}

function controllerProblems(controller: unknown): FieldProblem[] {
  return controller ? [] : [{ reason: 'FieldValueRequired', field: 'spec.controller', detail: '' }];
}
