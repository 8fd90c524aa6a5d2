import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type Tags,
} from 'yaml';
import { BadInput } from '../failures.ts';
import { at, type FieldPath, type ParsedObject, type Position, type PositionOf } from './manifest.ts';

/**
 * kubectl's YAML is 1.1 in what counts most, where 0644 is an octal number and yes is true, and neither times nor base 60
 * nor the collections of 1.1: https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/resolve.go
 */
const asKubectlReadsYaml = {
  version: '1.1' as const,
  customTags: (tags: Tags): Tags => [
    ...tags.filter((tag) => typeof tag === 'object' && isKnownToKubectl(tag)),
    'intOct',
  ],
};

function isKnownToKubectl({ tag, format }: { tag: string; format?: string }): boolean {
  return format !== 'TIME' && !/:(timestamp|binary|omap|pairs|set)$/.test(tag);
}

/**
 * The objects in a text: YAML or JSON (which is YAML too), one or several documents, and what is in Lists. Documents
 * that are empty or only comments are skipped. Throws BadInput with the place of the first thing that is wrong.
 */
export function parseObjects(text: string, file: string): ParsedObject[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(withoutByteOrderMark(text), {
    lineCounter: lines,
    prettyErrors: false,
    ...asKubectlReadsYaml,
  });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  // Of an empty text there is no document, but something like a document.
  const list: Document[] = Array.isArray(documents) ? documents : [];
  return list.flatMap((document) => {
    const [error, ...others] = document.errors;
    const inWords = ({ pos, message }: { pos: [number, number]; message: string }) =>
      `${at(positionAt(pos[0]))}: ${message}`;
    if (error) throw new BadInput(inWords(error), { details: others.map(inWords), cause: error });
    if (document.contents === null) return [];
    return objectsIn(document, positionAt);
  });
}

function objectsIn(document: Document, positionAt: (offset: number) => Position): ParsedObject[] {
  const root = document.contents;
  const positionOf: PositionOf = (path, part) => {
    const node = (part === 'key' ? keyNode(document, path) : undefined) ?? nearestNode(document, path);
    return positionAt(node?.range?.[0] ?? 0);
  };
  const content: unknown = plainContent(document, positionOf([]));
  if (content === null) return [];
  if (!isMap(root) || !isObject(content)) {
    throw new BadInput(
      `${at(positionOf([]))}: expected an object with apiVersion and kind, found ${describe(content)}`,
    );
  }
  if (!(typeof content.kind === 'string' && content.kind.endsWith('List') && isSeq(root.get('items')))) {
    return [{ object: content, positionOf }];
  }
  return (content.items as unknown[]).map((item, index) => {
    const path = ['items', index];
    if (!isObject(item)) {
      throw new BadInput(`${at(positionOf(path))}: expected an object in the List, found ${describe(item)}`);
    }
    return { object: item, positionOf: (below, part) => positionOf([...path, ...below], part) };
  });
}

/** The aliases of a document are counted, so that a small file cannot unfold into a huge one. */
function plainContent(document: Document, position: Position): unknown {
  try {
    const content: unknown = document.toJS();
    if (holdsItself(content)) throw new Error('an alias stands inside what it is an alias of');
    return content;
  } catch (cause) {
    throw new BadInput(`${at(position)}: ${(cause as Error).message}`, { cause });
  }
}

function holdsItself(value: unknown, around: readonly unknown[] = []): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return around.includes(value) || Object.values(value).some((inner) => holdsItself(inner, [...around, value]));
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return value === null ? 'nothing' : `a ${typeof value}`;
}

function withoutByteOrderMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
