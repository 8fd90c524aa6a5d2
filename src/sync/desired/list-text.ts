import { BadInput } from '../../failures.ts';
import type { ReadDocument } from '../../manifests/document.ts';
import { at } from '../../manifests/manifest.ts';
import { objectsIn, parseDocuments } from '../../manifests/parse-objects.ts';
import { isObject } from '../../own-values.ts';
import { inputLimits, TooMuchInput } from '../../reading/input-limits.ts';
import { ReadingBudget } from '../../reading/reading-budget.ts';
import { isTooLong, tooLong } from './names-of-source.ts';
import type { RawRecord } from './record.ts';

/** A whole desired state as a text has it. */
export interface ListText {
  records: RawRecord[];
  revision: string | undefined;
  /** It does not even say that nothing is wanted. */
  isBlank: boolean;
  /** A text of this form shows by itself that nothing of its end is missing. */
  closesItself: boolean;
}

/**
 * The records in a list: JSON (an array; an object with items; one record), JSON lines, or YAML with one or several
 * documents and Lists. Throws BadInput for what is none of these, as a text that is cut off.
 */
export function parseList(text: string, name: string, budget = new ReadingBudget()): ListText {
  const documents = documentsIn(text, name, budget);
  const limited = (records: RawRecord[]) => {
    if (records.length > inputLimits.records) throw tooManyRecords(name);
    return records;
  };
  const [only, ...others] = documents;
  const records = only && others.length === 0 ? recordsIn(only) : undefined;
  if (only && records) {
    const revision = isObject(only.content) ? revisionOf(only.content) : undefined;
    if (isTooLong(revision)) throw new BadInput(`${at(only.positionOf([]))}: a revision ${tooLong}`);
    return { records: limited(records), revision, isBlank: false, closesItself: /^[\s\ufeff]*[[{]/.test(text) };
  }
  const objects = documents.flatMap((document) => objectsIn(document, 'records, each an object'));
  return {
    records: limited(objects.map(({ object, positionOf }) => ({ value: object, positionOf }))),
    revision: undefined,
    isBlank: documents.length === 0,
    closesItself: false,
  };
}

/** Whatever a text throws is that text's fault, and no end of a sync that watches. */
function documentsIn(text: string, name: string, budget: ReadingBudget): ReadDocument[] {
  try {
    // Where a record is to be, null is a mistake.
    return parseDocuments(text, name, budget, true);
  } catch (cause) {
    if (cause instanceof BadInput) throw cause;
    throw new BadInput(`${name}:1:1: cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** More than are looked after, in what has this name. */
export function tooManyRecords(name: string): TooMuchInput {
  return new TooMuchInput(`${name}:1:1: more than ${inputLimits.records} records, the maximum`);
}

/** What came to nothing on its way wants nothing less: who wants nothing has to say so. */
export function holdsNothing(name: string): BadInput {
  return new BadInput(`${name} is empty`, { hint: 'A source without deployments must contain {"items": []}' });
}

/** The items of an array, or of an object that is a list; undefined: it is neither. */
export function recordsIn({ content, positionOf, itemsAt }: ReadDocument): RawRecord[] | undefined {
  const path = Array.isArray(content) ? [] : ['items'];
  const items = itemsOf(content);
  let positions: ReturnType<NonNullable<typeof itemsAt>> | undefined;
  return items?.map((value, index) => ({
    value,
    // Asked for only where something is wrong.
    positionOf: (below, part) => {
      positions ??= itemsAt?.(path) ?? [];
      return positions[index]?.(below, part) ?? positionOf([...path, index, ...below], part);
    },
  }));
}

export function revisionOf({ revision, metadata }: Record<string, unknown>): string | undefined {
  const found = revision ?? (isObject(metadata) ? metadata.resourceVersion : undefined);
  return typeof found === 'string' || typeof found === 'number' ? String(found) || undefined : undefined;
}

function itemsOf(content: unknown): unknown[] | undefined {
  if (Array.isArray(content)) return content;
  if (!isObject(content) || !Array.isArray(content.items)) return undefined;
  const { kind, items } = content;
  return kind === undefined || (typeof kind === 'string' && kind.endsWith('List')) ? items : undefined;
}
