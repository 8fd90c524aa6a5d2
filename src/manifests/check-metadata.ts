import { isObject } from '../own-values.ts';
import type { FieldPath } from './manifest.ts';
import type { Tell } from './mistakes.ts';
import { isNamespaceName, isObjectName } from './valid-names.ts';

export interface CheckedMetadata {
  name: string;
  namespace?: string;
  annotations?: Record<string, string>;
}

/**
 * The metadata that every object has to have, without what only the API server may write, which a file that was saved
 * from a cluster holds too. What is wrong with it is told: a wrong name would lead elsewhere on the server.
 */
export function checkedMetadata(metadata: unknown, tell: Tell): CheckedMetadata {
  if (!isObject(metadata)) {
    tell(['metadata', 'name'], isNothing(metadata) ? 'metadata.name is not set' : 'metadata: expected an object');
    return { name: '' };
  }
  checkName(metadata, tell);
  const { namespace } = metadata;
  if (namespace && (typeof namespace !== 'string' || !isNamespaceName(namespace))) {
    tell(['metadata', 'namespace'], `metadata.namespace ${JSON.stringify(namespace)} is not a valid namespace`);
  }
  checkTextsByKey(metadata, 'labels', ['metadata'], tell);
  checkTextsByKey(metadata, 'annotations', ['metadata'], tell);
  return withoutServerFields(metadata) as unknown as CheckedMetadata;
}

function checkName({ name, generateName }: Record<string, unknown>, tell: Tell): void {
  const place = ['metadata', 'name'];
  if (isNothing(name) && !isNothing(generateName)) {
    tell(
      ['metadata', 'generateName'],
      'metadata.name is not set: apply needs a name, and generateName creates a new one each time',
      'key',
      'Set metadata.name instead of metadata.generateName',
    );
  } else if (isNothing(name)) tell(place, 'metadata.name is not set');
  else if (typeof name !== 'string') {
    tell(place, `metadata.name: expected text, found ${JSON.stringify(name)}: put it in quotes`);
  } else if (!isObjectName(name)) {
    const found = name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS)}…` : name;
    const why =
      name.length > LONGEST_NAME
        ? `it has ${name.length} characters, the maximum is ${LONGEST_NAME}`
        : 'lower case letters, digits, - and .';
    tell(place, `metadata.name "${found}" is not a valid name: ${why}`);
  }
}

const LONGEST_NAME = 253;
/** Of a name that is shown. */
const MOST_LETTERS = 300;

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** An unquoted true is no text, and the server would only say that some value cannot be read. */
export function checkTextsByKey(
  holder: Record<string, unknown>,
  key: 'labels' | 'annotations',
  path: FieldPath,
  tell: Tell,
) {
  const texts = holder[key] ?? {};
  const place = [...path, key];
  if (!isObject(texts)) return tell(place, `${key}: expected an object`);
  for (const [name, value] of Object.entries(texts)) {
    if (typeof value === 'string') continue;
    tell([...place, name], `${key}: ${name}: expected text, found ${JSON.stringify(value)}: put it in quotes`);
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
