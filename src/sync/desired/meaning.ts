import { isObject } from '../../own-values.ts';
import { inputLimits } from '../../reading/input-limits.ts';
import { ID_ANNOTATION } from '../ownership.ts';
import { keyOf } from './desired.ts';

/** Which namespaces are synced: one, or all of them (undefined); records without a namespace go to `byDefault`. */
export interface Scope {
  namespace: string | undefined;
  byDefault: string;
  /** Whether records go there even if they say another namespace. */
  override?: boolean;
}

/** The namespace that a record goes to which says this one. */
export function placedIn({ byDefault, override }: Scope, own: string | undefined): string {
  return override ? byDefault : own || byDefault;
}

/** What a record may be about, whatever else is wrong with it: each object that has one of these ids or names. */
export interface Meaning {
  /** The id that it says, if it says one. */
  id: string | undefined;
  /** That, and what is an id where none is said. */
  ids: readonly string[];
  /** NAMESPACE/NAME */
  keys: readonly string[];
}

/** Of a record that may mean anything. */
export const ANYTHING: Meaning = { id: undefined, ids: [], keys: [] };

/** No object has a longer name: 253 letters, and 63 of its namespace. */
const NAME_LETTERS = 320;

/** Never throws: the more is wrong with a record, the more it counts which object it may be about. */
export function meaningOf(value: unknown, scope: Scope): Meaning {
  const metadata = field(value, 'metadata');
  const given = idFrom(field(value, 'id'));
  const annotated = idFrom(field(field(metadata, 'annotations'), ID_ANNOTATION));
  const shortName = nameFrom(field(value, 'name'));
  const names = [
    { name: shortName ?? nameFrom(given), namespace: field(value, 'namespace') },
    { name: nameFrom(field(metadata, 'name')), namespace: field(metadata, 'namespace') },
  ];
  const keysBy = (namespaceOf: (own: string | undefined) => string) =>
    names.flatMap(({ name, namespace }) => (name === undefined ? [] : [keyOf(namespaceOf(nameFrom(namespace)), name)]));
  const keys = keysBy((own) => placedIn(scope, own));
  // Without an id the short form is known by its name, and a whole object by its namespace and name.
  const said = keysBy((own) => own ?? scope.byDefault);
  const ids = [given, annotated, shortName, ...said].filter((id) => id !== undefined);
  return { id: given ?? annotated, ids: [...new Set(ids)], keys: [...new Set(keys)] };
}

/** A text, or a number that is written as one. */
export function textOf(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}

function field(holder: unknown, key: string): unknown {
  try {
    return isObject(holder) ? Object.getOwnPropertyDescriptor(holder, key)?.value : undefined;
  } catch {
    return undefined;
  }
}

function idFrom(value: unknown): string | undefined {
  return noLonger(textOf(value), inputLimits.nameLetters);
}

function nameFrom(value: unknown): string | undefined {
  return noLonger(textOf(value), NAME_LETTERS);
}

function noLonger(text: string | undefined, most: number): string | undefined {
  return text !== undefined && text.length <= most ? text : undefined;
}
