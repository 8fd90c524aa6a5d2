import { badRequest, type FieldProblem, invalid } from './api-failure.ts';
import { isJsonObject, type KubernetesObject } from './objects.ts';
import type { ResourceType } from './resource-type.ts';
import { validateAgainstSchema } from './schema-validation.ts';
import { applySchemaDefaults, pruneUndeclared } from './structural-schema.ts';
import type { WriteContext } from './write-context.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with " +
  "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

/** Throws 422 for a name that is missing or not allowed. */
export function checkMetadata(type: ResourceType, { metadata }: KubernetesObject): void {
  const problems: FieldProblem[] = [];
  const { name } = metadata;
  if (!name) {
    const detail = 'name or generateName is required';
    problems.push({ reason: 'FieldValueRequired', field: 'metadata.name', detail });
  } else {
    const [rule, ruleText, longest] =
      type.kind === 'Namespace' || type.kind === 'Service' ? [label, labelRule, 63] : [subdomain, subdomainRule, 253];
    const add = (why: string) =>
      problems.push({ reason: 'FieldValueInvalid', field: 'metadata.name', detail: `${JSON.stringify(name)}: ${why}` });
    if (name.length > longest) add(`must be no more than ${longest} characters`);
    if (!rule.test(name)) add(ruleText);
  }
  if (problems.length > 0) throw invalid(type, name ?? '', problems);
}

/**
 * What a custom resource's schema asks for: `fields` prunes undeclared fields (and warns, or refuses them under strict
 * validation) and fills in defaults, both in place; `values` throws 422 where values are not allowed.
 */
export function checkCustomResource(
  type: ResourceType,
  object: KubernetesObject,
  context: WriteContext,
  step: 'fields' | 'values',
): void {
  if (!type.schema) return;
  if (step === 'fields') {
    const validation = context.fieldValidation ?? 'Warn';
    const undeclared = pruneTopLevel(type, object);
    if (undeclared.length > 0 && validation === 'Strict') throw strictFailure(type, context, undeclared);
    if (validation === 'Warn') for (const field of undeclared) context.warn?.(`unknown field "${field}"`);
    applySchemaDefaults(type.schema, object);
    return;
  }
  const problems = validateAgainstSchema({ ...type.schema, type: 'object' }, object);
  if (problems.length > 0) throw invalid(type, object.metadata.name, problems);
}

function pruneTopLevel(type: ResourceType, object: KubernetesObject): string[] {
  const schema = type.schema ?? {};
  const declared = schema.properties ?? {};
  const undeclared: string[] = [];
  for (const field of Object.keys(object)) {
    if (['apiVersion', 'kind', 'metadata'].includes(field)) continue;
    if (Object.hasOwn(declared, field) || schema['x-kubernetes-preserve-unknown-fields']) continue;
    delete object[field];
    undeclared.push(field);
  }
  const { metadata, ...content } = object;
  undeclared.push(...pruneUndeclared(schema, content));
  if (isJsonObject(metadata)) object.metadata = metadata;
  return undeclared.sort();
}

function strictFailure(type: ResourceType, context: WriteContext, undeclared: string[]): Error {
  const fields = undeclared.map((field) => `unknown field "${field}"`).join(', ');
  const version = context.version ?? type.version;
  return badRequest(
    `${type.kind} in version "${version}" cannot be handled as a ${type.kind}: strict decoding error: ${fields}`,
  );
}
