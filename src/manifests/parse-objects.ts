import { isObject } from '../own-values.ts';
import { ReadingBudget } from '../reading/reading-budget.ts';
import { spareMemoryFor } from '../spare-memory.ts';
import { checkNumbers } from './check-numbers.ts';
import type { ReadDocument } from './document.ts';
import { jsonDocuments } from './json-documents.ts';
import type { ParsedObject } from './manifest.ts';
import { Misread } from './mistakes.ts';
import { otherThanManifest } from './template.ts';
import { yamlDocuments } from './yaml-documents.ts';

/**
 * The objects in a text: YAML or JSON, one or several documents, and what is in Lists, also in Lists of Lists. Documents
 * that are empty or only comments are skipped. Throws Misread with the place of the first thing that is wrong.
 */
export function parseObjects(text: string, file: string, budget?: ReadingBudget): ParsedObject[] {
  const documents = parseDocuments(text, file, budget);
  const [first] = documents;
  const other = first && !isObject(first.content) ? otherThanManifest(text) : undefined;
  if (first && other !== undefined) throw new Misread({ position: first.positionOf([]), problem: other });
  return documents.flatMap((document) => objectsIn(document, 'an object with apiVersion and kind'));
}

/**
 * The documents in a text, whatever they hold; kubectl takes those that hold only the word null for empty ones, unless
 * `keepsNulls`. Throws Misread as `parseObjects`.
 */
export function parseDocuments(
  text: string,
  file: string,
  budget = new ReadingBudget(),
  keepsNulls = false,
): ReadDocument[] {
  spareMemoryFor(text);
  const whole = withoutMarks(text);
  const documents = jsonDocuments(whole, file, budget) ?? yamlDocuments(whole, file, budget, keepsNulls);
  for (const document of documents) checkNumbers(document);
  return documents;
}

/**
 * Without byte order marks where a line begins, which kubectl passes over too: files that Windows programs have written
 * have one, and so do those that were put together from them. Every other letter keeps its line and column.
 */
function withoutMarks(text: string): string {
  const whole = text.startsWith('\ufeff') ? text.slice(1) : text;
  return whole.includes('\ufeff') ? whole.replace(/(\r?\n)\ufeff/g, ' $1') : whole;
}

/** Throws Misread for what is neither an object nor a List of them; `expected` says what should be there. */
export function objectsIn({ content, positionOf }: ReadDocument, expected: string): ParsedObject[] {
  if (!isObject(content)) {
    throw new Misread({ position: positionOf([]), problem: `expected ${expected}, found ${describe(content)}` });
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
