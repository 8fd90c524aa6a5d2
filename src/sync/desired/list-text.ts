import { isObject } from '../../manifests/check-metadata.ts';
import type { PositionOf } from '../../manifests/manifest.ts';
import { parseObjects } from '../../manifests/parse-objects.ts';
import type { RawRecord } from './record.ts';

/** A whole desired state as a text has it. */
export interface ListText {
  records: RawRecord[];
  revision: string | undefined;
  /** A text of this form shows by itself that nothing of its end is missing. */
  closesItself: boolean;
}

/**
 * The records in a list: JSON (an array; an object with items; one record), JSON lines, or YAML with one or several
 * documents and Lists. Throws BadInput for what is none of these, as a text that is cut off.
 */
export function parseList(text: string, name: string): ListText {
  const json = asJson(text);
  if (json !== undefined) {
    const items = itemsOf(json);
    const revision = isObject(json) ? revisionOf(json) : undefined;
    return {
      records: (items ?? [json]).map((value, index) => recordAt(value, name, index)),
      revision,
      closesItself: true,
    };
  }
  const lines = asJsonLines(text);
  if (lines) {
    return {
      records: lines.map((value, index) => recordAt(value, name, index)),
      revision: undefined,
      closesItself: false,
    };
  }
  const objects = parseObjects(text, name);
  return {
    records: objects.map(({ object, positionOf }) => ({ value: object, positionOf })),
    revision: undefined,
    closesItself: false,
  };
}

/** A record that has no line to name: it is called by its place. */
export function recordAt(value: unknown, name: string, index: number): RawRecord {
  const positionOf: PositionOf = () => ({ file: `${name}, item ${index + 1}`, line: 0, column: 0 });
  return { value, positionOf };
}

export function revisionOf({ revision, metadata }: Record<string, unknown>): string | undefined {
  const found = revision ?? (isObject(metadata) ? metadata.resourceVersion : undefined);
  return typeof found === 'string' || typeof found === 'number' ? String(found) || undefined : undefined;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** At least two: one line is JSON by itself. */
function asJsonLines(text: string): unknown[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2 || !lines.every((line) => line.startsWith('{'))) return undefined;
  const values = lines.map(asJson);
  return values.includes(undefined) ? undefined : values;
}

function itemsOf(json: unknown): unknown[] | undefined {
  if (Array.isArray(json)) return json;
  if (!isObject(json) || !Array.isArray(json.items)) return undefined;
  return json.kind === undefined || String(json.kind).endsWith('List') ? json.items : undefined;
}
