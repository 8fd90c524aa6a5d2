import type { FieldProblem } from './api-failure.ts';
import { isJsonObject, type KubernetesObject } from './objects.ts';

/* https://github.com/kubernetes/apimachinery/blob/master/pkg/util/validation/validation.go */

export const SUBDOMAIN_SHAPE = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
export const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

export const LABEL_SHAPE = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
export const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with " +
  "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const QUALIFIED_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
  "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const LABEL_VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** What is wrong with labels: their keys and their values. */
export function labelProblems(labels: unknown, field: string): FieldProblem[] {
  if (!isJsonObject(labels)) return [];
  return Object.entries(labels).flatMap(([key, value]) => {
    const text = String(value ?? '');
    const problems = keyProblems(key, field);
    if (text.length > 63) problems.push(problem(field, text, 'must be no more than 63 bytes'));
    if (!LABEL_VALUE.test(text)) problems.push(problem(field, text, LABEL_VALUE_RULE));
    return problems;
  });
}

/** What is wrong with the keys of annotations: their values may be anything. */
export function annotationProblems(annotations: unknown, field: string): FieldProblem[] {
  return isJsonObject(annotations)
    ? Object.keys(annotations).flatMap((key) => keyProblems(key.toLowerCase(), field))
    : [];
}

export function metadataProblems(metadata: Partial<KubernetesObject['metadata']>, field: string): FieldProblem[] {
  return [
    ...labelProblems(metadata.labels, `${field}.labels`),
    ...annotationProblems(metadata.annotations, `${field}.annotations`),
  ];
}

function keyProblems(key: string, field: string): FieldProblem[] {
  const slash = key.indexOf('/');
  const [prefix, name] = slash < 0 ? [undefined, key] : [key.slice(0, slash), key.slice(slash + 1)];
  const problems: FieldProblem[] = [];
  if (prefix === '') problems.push(problem(field, key, 'prefix part must be non-empty'));
  else if (prefix !== undefined && !SUBDOMAIN_SHAPE.test(prefix)) {
    problems.push(problem(field, key, `prefix part ${SUBDOMAIN_RULE}`));
  }
  if (name === '') problems.push(problem(field, key, 'name part must be non-empty'));
  else if (name.length > 63) problems.push(problem(field, key, 'name part must be no more than 63 bytes'));
  if (!QUALIFIED.test(name)) problems.push(problem(field, key, QUALIFIED_RULE));
  return problems;
}

function problem(field: string, value: string, why: string): FieldProblem {
  return { reason: 'FieldValueInvalid', field, detail: `${JSON.stringify(value)}: ${why}` };
}
