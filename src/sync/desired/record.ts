import { BadInput } from '../../failures.ts';
import { toDeployment } from '../../manifests/check-deployment.ts';
import { isObject } from '../../manifests/check-metadata.ts';
import { at, type FieldPath, type PositionOf } from '../../manifests/manifest.ts';
import { SELDON_KIND, type SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { ID_ANNOTATION } from '../ownership.ts';
import type { DesiredItem } from './desired.ts';
import { isTooLong, tooLong } from './names-of-source.ts';
import { fromShortForm, problemOfShortForm } from './short-form.ts';

/** A record as it stands in the source, and where. */
export interface RawRecord {
  value: unknown;
  positionOf: PositionOf;
}

/** Which namespaces are synced: one, or all of them (undefined); records without a namespace go to `byDefault`. */
export interface Scope {
  namespace: string | undefined;
  byDefault: string;
}

/** What a record says. */
export type ReadRecord =
  | { state: 'read'; item: DesiredItem /** Fields that cannot be honoured. */; unsupported: string[] }
  /** Whatever it is about is left as it is; without an id nobody knows what that is. */
  | { state: 'invalid'; id: string | undefined; why: string }
  /** Something that is no SeldonDeployment. */
  | { state: 'other'; what: string };

/** Reads both forms: a SeldonDeployment, and the short form. Never throws: one bad record does not spoil the others. */
export function readRecord({ value, positionOf }: RawRecord, scope: Scope): ReadRecord {
  // Only where something is wrong: to find a place the text is read again.
  const where = (path: FieldPath = []) => at(positionOf(path));
  if (!isObject(value)) return { state: 'invalid', id: undefined, why: `${where()}: expected an object` };
  const id = givenId(value, scope);
  if (isTooLong(id)) return { state: 'invalid', id: undefined, why: `${where(['id'])}: an id ${tooLong}` };
  const invalid = (why: string): ReadRecord => ({ state: 'invalid', id, why });
  if (value.kind !== undefined && typeof value.kind !== 'string') {
    return invalid(`${where(['kind'])}: kind: expected text, found ${JSON.stringify(value.kind)}`);
  }
  // What was to be in it is not known, or it is an error in place of an answer.
  if (value.kind !== undefined && /^Status$|List$/.test(value.kind)) {
    return { state: 'invalid', id: undefined, why: `${where()}: a ${value.kind} in place of deployments` };
  }
  if (value.kind !== undefined && value.kind !== SELDON_KIND) {
    const name = isObject(value.metadata) ? textOf(value.metadata.name) : undefined;
    return { state: 'other', what: `${where()}: ${value.kind}${name === undefined ? '' : ` "${name}"`}` };
  }
  const isWhole = value.kind === SELDON_KIND;
  const problem = isWhole ? undefined : problemOfShortForm(value);
  if (problem) return invalid(`${where(problem.path)}: ${problem.says}`);
  // An id beside the object is the source's, not the object's.
  const { id: _, ...whole } = value;
  const { object, unsupported } = isWhole ? { object: whole, unsupported: [] } : fromShortForm(value);
  try {
    const { deployment } = toDeployment({ object, positionOf });
    const { name } = deployment.metadata;
    const namespace = deployment.metadata.namespace || scope.byDefault;
    if (scope.namespace !== undefined && namespace !== scope.namespace) {
      return invalid(`${where()}: "${name}" is for namespace ${namespace}, and this sync is for ${scope.namespace}`);
    }
    const placed: SeldonDeployment = { ...deployment, metadata: { ...deployment.metadata, namespace } };
    return {
      state: 'read',
      item: { id: id ?? `${namespace}/${name}`, namespace, name, deployment: placed },
      unsupported,
    };
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return invalid(error.message);
  }
}

function givenId(record: Record<string, unknown>, { byDefault }: Scope): string | undefined {
  const given = textOf(record.id);
  if (given !== undefined) return given;
  if (record.kind === undefined) return textOf(record.name);
  const { metadata } = record;
  if (!isObject(metadata)) return undefined;
  const annotated = isObject(metadata.annotations) ? textOf(metadata.annotations[ID_ANNOTATION]) : undefined;
  const name = textOf(metadata.name);
  return annotated ?? (name && `${textOf(metadata.namespace) ?? byDefault}/${name}`);
}

function textOf(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}
