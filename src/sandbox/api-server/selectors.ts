import { ownValue } from '../../own-values.ts';
import { badRequest } from './api-failure.ts';
import { type KubernetesObject, valueAt } from './objects.ts';
import type { ResourceType } from './resource-type.ts';

export type Matcher = (object: KubernetesObject) => boolean;

/** Whether labels match a selector such as `app=x,tier in (a, b),!beta`. Throws 400 for one that cannot be read. */
export function labelMatcher(selector: string): Matcher {
  const requirements = splitRequirements(selector).map(labelRequirement);
  return ({ metadata }) => requirements.every((matches) => matches(metadata.labels ?? {}));
}

/** Commas separate requirements, but not inside parentheses. */
function splitRequirements(selector: string): string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function labelRequirement(text: string): (labels: Record<string, string>) => boolean {
  const inSet = /^([\w./-]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
  if (inSet) {
    const [, key = '', operator, list = ''] = inSet;
    const values = list.split(',').map((value) => value.trim());
    if (operator === 'in')
      return (labels) => Object.hasOwn(labels, key) && values.includes(ownValue(labels, key) as string);
    return (labels) => !Object.hasOwn(labels, key) || !values.includes(ownValue(labels, key) as string);
  }
  const equality = /^([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)$/.exec(text);
  if (equality) {
    const [, key = '', operator, value = ''] = equality;
    if (operator === '!=') return (labels) => ownValue(labels, key) !== value;
    return (labels) => ownValue(labels, key) === value;
  }
  if (/^![\w./-]+$/.test(text)) return (labels) => !Object.hasOwn(labels, text.slice(1));
  if (/^[\w./-]+$/.test(text)) return (labels) => Object.hasOwn(labels, text);
  throw badRequest(`found '${text}', expected: !, identifier, or 'end of string'`);
}

/**
 * The fields that can be selected by, besides metadata.name and metadata.namespace.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
 */
const selectableFields: Record<string, string[]> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  Namespace: ['status.phase'],
  Node: ['spec.unschedulable'],
  Secret: ['type'],
  ReplicaSet: ['status.replicas'],
};

/** Whether fields match a selector such as `metadata.name=x,type!=Normal`. Throws 400 for a field it cannot select by. */
export function fieldMatcher(type: ResourceType, selector: string): Matcher {
  const known = [
    'metadata.name',
    ...(type.namespaced ? ['metadata.namespace'] : []),
    ...(ownValue(selectableFields, type.kind) ?? []),
  ];
  const requirements = splitRequirements(selector).map((text) => {
    const [, field = '', operator, value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(text) ?? [];
    if (!operator) throw badRequest(`invalid selector: '${selector}'; can't understand '${text}'`);
    if (!known.includes(field)) throw badRequest(`field label not supported: ${field}`);
    return (object: KubernetesObject) => (fieldText(type, object, field) === value) !== (operator === '!=');
  });
  return (object) => requirements.every((matches) => matches(object));
}

function fieldText(type: ResourceType, object: KubernetesObject, field: string): string {
  const value = valueAt(object, field.split('.'));
  if (type.kind === 'Event' && field === 'source') {
    return String(valueAt(object, ['source', 'component']) ?? object.reportingComponent ?? '');
  }
  return value === undefined || value === null ? '' : String(value);
}

export function matcherOf(type: ResourceType, query: URLSearchParams): Matcher {
  const labels = query.get('labelSelector');
  const fields = query.get('fieldSelector');
  const byLabel = labels ? labelMatcher(labels) : undefined;
  const byField = fields ? fieldMatcher(type, fields) : undefined;
  return (object) => (byLabel?.(object) ?? true) && (byField?.(object) ?? true);
}
