import type { ReadingBudget } from './reading-budget.ts';

/**
 * Counts the values of a text that may be JSON before JSON.parse makes them; what it is too much of, in words, undefined
 * where it is not. In JSON each value but the first follows a comma or what opens a list or an object; of what is no JSON,
 * JSON.parse says so.
 */
export function takeJson(text: string, budget: ReadingBudget): string | undefined {
  let values = 1;
  const most = budget.left('values');
  for (let offset = 0; offset < text.length && values <= most; offset += 1) {
    const code = text.charCodeAt(offset);
    if (code === COMMA || code === LIST || code === OBJECT) values += 1;
    else if (code === QUOTE) offset = endOfText(text, offset);
  }
  return budget.take('values', values);
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const LIST = 0x5b;
const OBJECT = 0x7b;
const BACKSLASH = 0x5c;

/** Where the quote stands that ends what begins at this one. */
function endOfText(text: string, begin: number): number {
  for (let offset = begin + 1; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    if (code === QUOTE) return offset;
    if (code === BACKSLASH) offset += 1;
  }
  return text.length;
}
