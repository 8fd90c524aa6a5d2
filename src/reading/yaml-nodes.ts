import { Composer, type Document, Lexer, Parser, type Tags } from 'yaml';
import { ownValue } from '../own-values.ts';
import { inputLimits, tooDeep } from './input-limits.ts';
import type { ReadingBudget } from './reading-budget.ts';

/** Throws BadInput, or TooMuchInput where there is too much of something, about what stands at an offset in the text. */
export type FailAt = (offset: number, problem: string, isTooMuch?: boolean) => never;

/**
 * What its plain words mean: as in kubectl's manifests, or by the core schema of YAML 1.2, as in a kubeconfig. There a key
 * that stands twice counts as it stands last, as for kubectl.
 */
export type YamlSchema = 'manifest' | 'kubeconfig';

const common = {
  // By itself it would write warnings to standard error.
  logLevel: 'error' as const,
  // Its own check compares each key with each other one, which takes minutes for a large map: see yaml-values.ts.
  uniqueKeys: false,
};

/**
 * kubectl's YAML is 1.1 in what counts most, where 0644 is an octal number and yes is true, and neither times nor base 60
 * nor the collections of 1.1: https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/resolve.go
 */
const asKubectlReadsYaml = {
  ...common,
  version: '1.1' as const,
  customTags: (tags: Tags): Tags => [
    ...tags.filter((tag) => typeof tag === 'object' && isKnownToKubectl(tag)),
    'intOct',
  ],
};

function isKnownToKubectl({ tag, format }: { tag: string; format?: string }): boolean {
  return format !== 'TIME' && !/:(timestamp|binary|omap|pairs|set)$/.test(tag);
}

/** The documents of a YAML text as nodes, one after the other, so that limits are met before the memory is taken. */
export function* yamlNodes(
  text: string,
  budget: ReadingBudget,
  fail: FailAt,
  schema: YamlSchema,
): Generator<Document.Parsed> {
  const composer = new Composer(schema === 'kubeconfig' ? common : asKubectlReadsYaml);
  for (const document of composed(text, composer, budget, fail)) {
    const [error] = document.errors;
    if (error) fail(error.pos[0], ownValue(IN_WORDS, error.code) ?? withoutSource(error.message));
    yield document;
  }
}

function* composed(text: string, composer: Composer, budget: ReadingBudget, fail: FailAt): Generator<Document.Parsed> {
  const lexer = new Lexer();
  const parser = new Parser();
  let directives = 0;
  reading: for (const lexeme of lexer.lex(text)) {
    const tooMuch = budget.take('yamlTokens', 1);
    if (tooMuch) fail(parser.offset, tooMuch, true);
    if (parser.stack.length > inputLimits.depth) fail(parser.offset, tooDeep);
    for (const token of parser.next(lexeme)) {
      if (token.type === 'directive') directives += 1;
      if (directives > inputLimits.yamlDirectives) fail(parser.offset, 'too many directives');
      yield* composer.next(token);
      // There could be millions more of them, and the first is told.
      if (token.type === 'error') break reading;
    }
  }
  for (const token of parser.end()) yield* composer.next(token);
  yield* composer.end();
}

/** What the words of the library leave open, for what people write most often. */
const IN_WORDS: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'a second key in one line, or a line that is indented too far for the one above',
  MULTILINE_IMPLICIT_KEY: 'a key without a colon here or above, or a line whose indentation fits none above',
};

/** What is quoted of the text may be a password that has lost its own quotes. */
function withoutSource(message: string): string {
  return message.replace(/: (?:"[\s\S]*"|\S+)$/, '');
}
