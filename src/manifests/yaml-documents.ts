import {
  Composer,
  type Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  Lexer,
  type Node,
  Parser,
  type Tags,
} from 'yaml';
import { BadInput } from '../failures.ts';
import type { ReadDocument } from './document.ts';
import { inputLimits } from './input-limits.ts';
import { tooDeep } from './json-documents.ts';
import { at, type FieldPath, type Position } from './manifest.ts';
import { offsetPositions } from './offset-positions.ts';

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
  // By itself it would write warnings to standard error.
  logLevel: 'error' as const,
  // Its own check compares each key with each other one, which takes minutes for a large map: see wrongKey.
  uniqueKeys: false,
};

function isKnownToKubectl({ tag, format }: { tag: string; format?: string }): boolean {
  return format !== 'TIME' && !/:(timestamp|binary|omap|pairs|set)$/.test(tag);
}

/**
 * The documents of a YAML text that hold something; with `keepsNulls` also those that hold nothing but the word null.
 * Throws BadInput with the place of the first thing that is wrong, and for what would take too much memory or stack to read.
 */
export function yamlDocuments(text: string, file: string, keepsNulls = false): ReadDocument[] {
  const positionAt = offsetPositions(text, file);
  const documents: ReadDocument[] = [];
  let begin = 0;
  for (const document of composed(text, positionAt)) {
    const [error] = document.errors;
    if (error) throw new BadInput(`${at(positionAt(error.pos[0]))}: ${withoutSource(error.message)}`);
    const [from, to] = [begin, document.range[2]];
    begin = to;
    if (document.contents === null) continue;
    const wrong = wrongKey(document.contents);
    if (wrong) throw new BadInput(`${at(positionAt(wrong.key.range?.[0] ?? from))}: ${wrong.problem}`);
    const content = plainContent(document, positionAt);
    if (content === null && !(keepsNulls && saysNull(text.slice(from, to)))) continue;
    // The nodes take far more memory than the values, and are asked only where something is wrong, which may be in many
    // places at once.
    let kept: WeakRef<Document.Parsed> | undefined;
    const nodesAgain = () => {
      const nodes = kept?.deref() ?? [...composed(text.slice(from, to), positionAt)][0];
      kept = nodes && new WeakRef(nodes);
      return nodes;
    };
    documents.push({
      content,
      positionOf: (path, part) => {
        const again = nodesAgain();
        const node = again && ((part === 'key' ? keyNode(again, path) : undefined) ?? nearestNode(again, path));
        return positionAt(from + (node?.range?.[0] ?? 0));
      },
    });
  }
  return documents;
}

/** One document after the other, so that limits are found while reading, before the memory is taken. */
function* composed(text: string, positionAt: (offset: number) => Position) {
  const lexer = new Lexer();
  const parser = new Parser();
  const composer = new Composer(asKubectlReadsYaml);
  const count = { words: 0, aliases: 0, directives: 0 };
  const tooMuch = (what: string): never => {
    throw new BadInput(`${at(positionAt(parser.offset))}: ${what}`);
  };
  reading: for (const lexeme of lexer.lex(text)) {
    count.words += 1;
    if (lexeme.startsWith('*')) count.aliases += 1;
    if (count.words > inputLimits.yamlTokens) tooMuch(`more than ${inputLimits.yamlTokens} words and marks up to here`);
    if (count.aliases > inputLimits.yamlAliases) tooMuch(`more than ${inputLimits.yamlAliases} aliases up to here`);
    if (parser.stack.length > inputLimits.depth) tooMuch(tooDeep);
    for (const token of parser.next(lexeme)) {
      if (token.type === 'directive') count.directives += 1;
      if (count.directives > inputLimits.yamlDirectives) tooMuch('too many directives');
      yield* composer.next(token);
      // There could be millions more of them, and the first is told.
      if (token.type === 'error') break reading;
    }
  }
  for (const token of parser.end()) yield* composer.next(token);
  yield* composer.end();
}

/** What is quoted of the text may be a password that has lost its own quotes. */
function withoutSource(message: string): string {
  return message
    .replace(/: (?:"[\s\S]*"|\S+)$/, '')
    .replace(/^(Unresolved alias).*/s, '$1: nothing before it has this name');
}

/** A key that a map has had before, or that no object can have. The << of a merge may stand several times. */
function wrongKey(node: unknown): { key: Node; problem: string } | undefined {
  if (!isCollection(node)) return undefined;
  const names = new Set<string>();
  for (const item of node.items) {
    const { key, value } = isPair(item) ? item : { key: undefined, value: item };
    if (isCollection(key)) return { key, problem: 'a map or a list cannot be a key' };
    if (isScalar(key)) {
      // 1 and "1" become the same key.
      const name = String(key.value);
      if (names.has(name) && name !== '<<') return { key, problem: 'Map keys must be unique' };
      names.add(name);
    }
    const inside = wrongKey(value);
    if (inside) return inside;
  }
  return undefined;
}

/** The aliases of a document are counted, so that a small file cannot unfold into a huge one. */
function plainContent(document: Document.Parsed, positionAt: (offset: number) => Position): unknown {
  try {
    const content: unknown = document.toJS();
    if (holdsItself(content)) throw new Error('an alias stands inside what it is an alias of');
    return content;
  } catch (cause) {
    const place = document.contents?.range?.[0] ?? document.range[0];
    throw new BadInput(`${at(positionAt(place))}: ${withoutSource((cause as Error).message)}`);
  }
}

function holdsItself(value: unknown, around: readonly unknown[] = []): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return around.includes(value) || Object.values(value).some((inner) => holdsItself(inner, [...around, value]));
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
