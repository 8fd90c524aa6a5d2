import { BadInput } from '../../failures.ts';
import { toDeployment } from '../../manifests/check-deployment.ts';
import { at, type FieldPath, type PositionOf } from '../../manifests/manifest.ts';
import { mistakenKind } from '../../manifests/mistaken-kind.ts';
import { isObject } from '../../own-values.ts';
import { SELDON_KIND, type SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { ID_ANNOTATION } from '../ownership.ts';
import { type DesiredItem, desiredItemOf, keyOf, type SourceItem } from './desired.ts';
import { ANYTHING, type Meaning, meaningOf, placedIn, type Scope, textOf } from './meaning.ts';
import { isTooLong, tooLong } from './names-of-source.ts';
import { beyondLimits, type RecordLimits } from './record-limits.ts';
import { fromShortForm, problemOfShortForm } from './short-form.ts';

/** A record as it stands in the source, and where. */
export interface RawRecord {
  value: unknown;
  positionOf: PositionOf;
}

/** What a record says. */
export type ReadRecord =
  | {
      state: 'read';
      desired: DesiredItem /** Fields that cannot be honoured. */;
      unsupported: string[];
      place(): string;
    }
  /** Whatever it may mean is left as it is. */
  | { state: 'invalid'; meaning: Meaning; why: string }
  /** Something that is no SeldonDeployment. */
  | { state: 'other'; what: string };

/**
 * Reads both forms: a SeldonDeployment, and the short form. Never throws: one bad record does not spoil the others, and
 * what cannot be read, for whatever reason, is a bad record and not one that is not there.
 */
export function readRecord(record: RawRecord, scope: Scope, owner: string, limits: RecordLimits): ReadRecord {
  try {
    const read = understood(record, scope, limits);
    if (read.state !== 'read') return read;
    const { item, unsupported } = read;
    return { state: 'read', desired: desiredItemOf(item, owner), unsupported, place: () => placeOf(record) };
  } catch (error) {
    const why = error instanceof BadInput ? error.message : `${placeOf(record)}: cannot be read: ${messageOf(error)}`;
    return { state: 'invalid', meaning: meaningOf(record.value, scope), why };
  }
}

type Understood = Exclude<ReadRecord, { state: 'read' }> | { state: 'read'; item: SourceItem; unsupported: string[] };

function understood({ value, positionOf }: RawRecord, scope: Scope, limits: RecordLimits): Understood {
  // Only where something is wrong: to find a place the text is read again.
  const where = (path: FieldPath = []) => at(positionOf(path));
  if (!isObject(value))
    return {
      state: 'invalid',
      meaning: ANYTHING,
      why: `${where()}: expected an object${value === undefined ? ': the file is empty' : ''}`,
    };
  const meaning = meaningOf(value, scope);
  const invalid = (why: string): Understood => ({ state: 'invalid', meaning, why });
  const { kind } = value;
  if (kind !== undefined && typeof kind !== 'string') {
    return invalid(`${where(['kind'])}: kind: expected text, found ${JSON.stringify(kind)}`);
  }
  // What was to be in it is not known, or it is an error in place of an answer.
  if ((kind !== undefined && /^Status$|List$/i.test(kind)) || Array.isArray(value.items)) {
    return { state: 'invalid', meaning: ANYTHING, why: `${where()}: expected deployments, found a ${kind ?? 'list'}` };
  }
  if (kind !== undefined && kind !== SELDON_KIND) {
    const mistake = mistakenKind(value, kind);
    if (mistake !== undefined) return invalid(`${where(['kind'])}: ${mistake}`);
    const name = isObject(value.metadata) ? textOf(value.metadata.name) : undefined;
    return { state: 'other', what: `${where()}: ${kind}${name === undefined ? '' : ` "${name}"`}` };
  }
  const wrongName = problemOfNames(value);
  if (wrongName) return invalid(`${where(wrongName.path)}: ${wrongName.says}`);
  const isWhole = kind === SELDON_KIND;
  const problem = isWhole ? undefined : problemOfShortForm(value);
  if (problem) return invalid(`${where(problem.path)}: ${problem.says}`);
  // An id beside the object is the source's, not the object's.
  const { id: _, ...whole } = value;
  const { object, unsupported } = isWhole ? { object: whole, unsupported: [] } : fromShortForm(value);
  const { deployment } = toDeployment({ object, positionOf });
  const { name } = deployment.metadata;
  const { namespace: own } = deployment.metadata;
  const namespace = placedIn(scope, own);
  if (scope.namespace !== undefined && namespace !== scope.namespace) {
    return invalid(
      `${where()}: "${name}" is for namespace ${namespace}, and this sync is for ${scope.namespace}: change one of them, or sync with --override`,
    );
  }
  const placed: SeldonDeployment = { ...deployment, metadata: { ...deployment.metadata, namespace } };
  const beyond = beyondLimits(placed, limits);
  if (beyond) return invalid(`${where(beyond.path)}: "${name}": ${beyond.says}`);
  // The source knows nothing of --override.
  const id = givenId(value) ?? keyOf(own || scope.byDefault, name);
  return { state: 'read', item: { id, namespace, name, deployment: placed }, unsupported };
}

/** An id or a namespace of the wrong type is no missing one: it would be looked for under another name. */
function problemOfNames(record: Record<string, unknown>): { path: FieldPath; says: string } | undefined {
  const { id, metadata } = record;
  if (!isNothing(id) && textOf(id) === undefined) {
    return { path: ['id'], says: `id: expected text, found ${JSON.stringify(id)}` };
  }
  for (const path of [['namespace'], ['metadata', 'namespace']]) {
    const holder = path.length === 1 ? record : metadata;
    const namespace = isObject(holder) ? holder.namespace : undefined;
    if (isNothing(namespace) || typeof namespace === 'string') continue;
    return { path, says: `${path.join('.')}: expected text, found ${JSON.stringify(namespace)}` };
  }
  return isTooLong(givenId(record)) ? { path: ['id'], says: `an id ${tooLong}` } : undefined;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function givenId(record: Record<string, unknown>): string | undefined {
  const given = textOf(record.id);
  if (given !== undefined) return given;
  if (record.kind === undefined) return textOf(record.name);
  const { metadata } = record;
  return isObject(metadata) && isObject(metadata.annotations) ? textOf(metadata.annotations[ID_ANNOTATION]) : undefined;
}

function placeOf({ positionOf }: RawRecord): string {
  try {
    return at(positionOf([]));
  } catch {
    return 'a record';
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? String(error.message) : typeof error;
}
