import { type Document, isMap, isNode, isScalar, type Node } from 'yaml';
import { TooMuchInput } from '../reading/input-limits.ts';
import { ReadingBudget } from '../reading/reading-budget.ts';
import { type FailAt, yamlNodes } from '../reading/yaml-nodes.ts';
import { yamlValues } from '../reading/yaml-values.ts';
import type { ReadDocument } from './document.ts';
import { at, type FieldPath } from './manifest.ts';
import { Misread } from './mistakes.ts';
import { offsetPositions } from './offset-positions.ts';
import { otherThanManifest, templateAround } from './template.ts';

/**
 * The documents of a YAML text that hold something; with `keepsNulls` also those that hold nothing but the word null.
 * Throws Misread with the place of the first thing that is wrong, and TooMuchInput for what would take too much memory or
 * stack to read.
 */
export function yamlDocuments(text: string, file: string, budget: ReadingBudget, keepsNulls = false): ReadDocument[] {
  const positionAt = offsetPositions(text, file);
  const fail: FailAt = (offset, problem, isTooMuch) => {
    const position = positionAt(offset);
    if (isTooMuch) throw new TooMuchInput(`${at(position)}: ${problem}`);
    throw new Misread({ position, problem: otherThanManifest(text) ?? problem, ...templateAround(text, position) });
  };
  const documents: ReadDocument[] = [];
  for (const { value, from, to } of yamlValues(text, budget, fail)) {
    if (value === null && !(keepsNulls && saysNull(text.slice(from, to)))) continue;
    // The nodes take far more memory than the values, and are asked only where something is wrong, which may be in many
    // places at once.
    let kept: WeakRef<Document.Parsed> | undefined;
    const nodesAgain = () => {
      const nodes = kept?.deref() ?? [...yamlNodes(text.slice(from, to), new ReadingBudget(), fail, 'manifest')][0];
      kept = nodes && new WeakRef(nodes);
      return nodes;
    };
    documents.push({
      content: value,
      positionOf: (path, part) => {
        const again = nodesAgain();
        const node = again && ((part === 'key' ? keyNode(again, path) : undefined) ?? nearestNode(again, path));
        return positionAt(from + (node?.range?.[0] ?? 0));
      },
    });
  }
  return documents;
}

/** Whether a document that is null has the word, and not just comments and marks. */
function saysNull(document: string): boolean {
  return document.split('\n').some((line) => /\S/.test(line.replace(/^%.*|^(---|\.\.\.)|#.*/g, '')));
}

function keyNode(document: Document, path: FieldPath): Node | undefined {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (!isMap(parent)) return undefined;
  const keys = parent.items.map(({ key }) => key);
  return keys.filter(isNode).find((key) => isScalar(key) && key.value === path.at(-1));
}

function nearestNode(document: Document, path: FieldPath): Node | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node)) return node;
  }
  return isNode(document.contents) ? document.contents : undefined;
}
