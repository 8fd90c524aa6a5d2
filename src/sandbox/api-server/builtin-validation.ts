import { ownValue } from '../../own-values.ts';
import { type FieldProblem, invalid } from './api-failure.ts';
import { isJsonObject, type JsonObject, type KubernetesObject, valueAt } from './objects.ts';
import type { ResourceType } from './resource-type.ts';

/*
 * The few rules for built-in kinds that an operator's mistakes run into. The real server has many more.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/apps/validation/validation.go
 */

/** Throws 422 where a Deployment, a ReplicaSet or a Pod breaks one of the rules; `before` is what an update replaces. */
export function checkBuiltin(type: ResourceType, object: KubernetesObject, before?: KubernetesObject): void {
  const problems: FieldProblem[] = [];
  if (type.kind === 'Pod') problems.push(...podProblems(valueAt(object, ['spec']), 'spec'));
  if (type.kind === 'Deployment' || type.kind === 'ReplicaSet') problems.push(...workloadProblems(object, before));
  if (problems.length > 0) throw invalid(type, object.metadata.name, problems);
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
  if (typeof replicas === 'number' && replicas < 0) {
    const detail = `${replicas}: must be greater than or equal to 0`;
    problems.push({ reason: 'FieldValueInvalid', field: 'spec.replicas', detail });
  }
  const labels = valueAt(spec, ['template', 'metadata', 'labels']) ?? {};
  const wanted = Object.entries((valueAt(selector, ['matchLabels']) ?? {}) as JsonObject);
  if (wanted.length === 0 || wanted.some(([label, value]) => ownValue(labels as JsonObject, label) !== value)) {
    const detail = `${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``;
    problems.push({ reason: 'FieldValueInvalid', field: 'spec.template.metadata.labels', detail });
  }
  problems.push(...podProblems(valueAt(spec, ['template', 'spec']), 'spec.template.spec'));
  const earlier = before && valueAt(before, ['spec', 'selector']);
  if (before && JSON.stringify(earlier) !== JSON.stringify(selector)) {
    const detail = `${JSON.stringify(selector)}: field is immutable`;
    problems.push({ reason: 'FieldValueInvalid', field: 'spec.selector', detail });
  }
  return problems;
}

function podProblems(spec: unknown, path: string): FieldProblem[] {
  const containers = valueAt(spec, ['containers']);
  if (!Array.isArray(containers) || containers.length === 0) {
    return [{ reason: 'FieldValueRequired', field: `${path}.containers`, detail: '' }];
  }
  return (containers as JsonObject[]).flatMap((container, index) => {
    const missing = ['name', 'image'].filter((field) => !ownValue(container, field));
    return missing.map((field) => ({
      reason: 'FieldValueRequired',
      field: `${path}.containers[${index}].${field}`,
      detail: '',
    }));
  });
}
