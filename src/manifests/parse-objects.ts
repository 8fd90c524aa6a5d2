import { BadInput } from '../failures.ts';
import { ReadingBudget } from '../reading/reading-budget.ts';
import { spareMemoryFor } from '../spare-memory.ts';
import { isObject } from './check-metadata.ts';
import { checkNumbers } from './check-numbers.ts';
import type { ReadDocument } from './document.ts';
import { jsonDocuments } from './json-documents.ts';
import { at, type ParsedObject } from './manifest.ts';
import { yamlDocuments } from './yaml-documents.ts';

/**
 * The objects in a text: YAML or JSON, one or several documents, and what is in Lists, also in Lists of Lists. Documents
 * that are empty or only comments are skipped. Throws BadInput with the place of the first thing that is wrong.
 */
export function parseObjects(text: string, file: string, budget?: ReadingBudget): ParsedObject[] {
  return parseDocuments(text, file, budget).flatMap((document) =>
    objectsIn(document, 'an object with apiVersion and kind'),
  );
}

/**
 * The documents in a text, whatever they hold; kubectl takes those that hold only the word null for empty ones, unless
 * `keepsNulls`. Throws BadInput as `parseObjects`.
 */
export function parseDocuments(
  text: string,
  file: string,
  budget = new ReadingBudget(),
  keepsNulls = false,
): ReadDocument[] {
  spareMemoryFor(text);
  const whole = text.startsWith('\ufeff') ? text.slice(1) : text;
  const documents = jsonDocuments(whole, file, budget) ?? yamlDocuments(whole, file, budget, keepsNulls);
  for (const document of documents) checkNumbers(document);
  return documents;
}

/** Throws BadInput for what is neither an object nor a List of them; `expected` says what should be there. */
export function objectsIn({ content, positionOf }: ReadDocument, expected: string): ParsedObject[] {
  if (!isObject(content)) {
    throw new BadInput(`${at(positionOf([]))}: expected ${expected}, found ${describe(content)}`);
  }
  const { kind, items } = content;
  if (!(typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items))) {
    return [{ object: content, positionOf }];
  }
  return items.flatMap((item, index) => {
    const inside: ReadDocument = {
      content: item,
      positionOf: (below, part) => positionOf(['items', index, ...below], part),
    };
    return objectsIn(inside, 'an object in the List');
  });
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return value === null ? 'nothing' : `a ${typeof value}`;
}
