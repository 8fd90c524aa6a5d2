import { BadInput } from '../failures.ts';
import { at, type FieldPath, type PositionOf } from './manifest.ts';
import { isNamespaceName, isObjectName } from './valid-names.ts';

/** Throws BadInput at the place of a field. */
export type Fail = (path: FieldPath, problem: string) => never;

export function failAt(positionOf: PositionOf): Fail {
  return (path, problem) => {
    throw new BadInput(`${at(positionOf(path))}: ${problem}`);
  };
}

/**
 * The metadata that every object has to have, without what only the API server may write, which a file that was saved
 * from a cluster holds too. Throws BadInput: what is wrong with a name would lead elsewhere on the server.
 */
export function checkedMetadata(metadata: unknown, fail: Fail): { name: string; namespace?: string } {
  if (!isObject(metadata)) return fail(['metadata'], 'metadata.name is not set');
  const { name, namespace } = metadata;
  if (name === undefined || name === null || name === '') return fail(['metadata', 'name'], 'metadata.name is not set');
  if (typeof name !== 'string') {
    return fail(['metadata', 'name'], `metadata.name: expected text, found ${JSON.stringify(name)}: put it in quotes`);
  }
  if (!isObjectName(name)) {
    return fail(
      ['metadata', 'name'],
      `metadata.name "${name}" is not a valid name: lower case letters, digits, - and .`,
    );
  }
  if (namespace && (typeof namespace !== 'string' || !isNamespaceName(namespace))) {
    return fail(['metadata', 'namespace'], `metadata.namespace ${JSON.stringify(namespace)} is not a valid namespace`);
  }
  checkTextsByKey(metadata, 'labels', ['metadata'], fail);
  checkTextsByKey(metadata, 'annotations', ['metadata'], fail);
  return withoutServerFields(metadata) as { name: string; namespace?: string };
}

/** An unquoted true is no text, and the server would only say that some value cannot be read. */
export function checkTextsByKey(
  holder: Record<string, unknown>,
  key: 'labels' | 'annotations',
  path: FieldPath,
  fail: Fail,
) {
  const texts = holder[key] ?? {};
  const place = [...path, key];
  if (!isObject(texts)) return fail(place, `${key}: expected an object`);
  for (const [name, value] of Object.entries(texts)) {
    if (typeof value === 'string') continue;
    fail([...place, name], `${key}: ${name}: expected text, found ${JSON.stringify(value)}: put it in quotes`);
  }
}

function withoutServerFields(metadata: Record<string, unknown>): Record<string, unknown> {
  const {
    creationTimestamp: _1,
    deletionTimestamp: _2,
    generation: _3,
    managedFields: _4,
    resourceVersion: _5,
    selfLink: _6,
    uid: _7,
    ...ours
  } = metadata;
  return ours;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
