import { BadInput } from '../failures.ts';
import { ownValue } from '../own-values.ts';

/** One step from values to the values that it selects in them. */
export type Step =
  | { is: 'field'; name: string }
  | { is: 'wildcard' }
  | { is: 'descend' }
  /** Without `to`: up to the end. `single`: one element, whose absence is an error. */
  | { is: 'slice'; from: number | undefined; to: number | undefined; step: number | undefined; single: boolean }
  | { is: 'union'; paths: Step[][] }
  | { is: 'filter'; left: Step[]; comparison: { operator: Operator; right: Step[] } | undefined }
  /** A value that stands in the template itself. */
  | { is: 'constant'; value: string | number | boolean };

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** A template: text and paths in turn, and parts that are repeated for every value of a path. */
export type Part = { is: 'text'; text: string } | { is: 'path'; steps: Step[] } | RangePart;

export interface RangePart {
  is: 'range';
  over: Step[];
  body: Part[];
}

/**
 * Reads a template of kubectl's JSONPath: https://kubernetes.io/docs/reference/kubectl/jsonpath/, as
 * k8s.io/client-go/util/jsonpath takes it. It has no root other than the object given, and quotes, ranges and escapes of
 * its own, which is why no general JSONPath library reads it. Throws BadInput.
 */
export function parseTemplate(template: string): Part[] {
  const root: Part[] = [];
  const open: Part[][] = [root];
  const reader = new Reader(template);
  const add = (part: Part) => open.at(-1)?.push(part);
  while (!reader.atEnd) {
    const text = reader.until('{');
    if (text !== '') add({ is: 'text', text });
    if (reader.atEnd) break;
    reader.skip(1);
    const { keyword, steps } = actionIn(reader);
    if (keyword === 'range') {
      const range: RangePart = { is: 'range', over: steps, body: [] };
      add(range);
      open.push(range.body);
    } else if (keyword === 'end') {
      if (open.length === 1) throw reader.problem('not in range, nothing to end');
      open.pop();
    } else {
      add({ is: 'path', steps });
    }
  }
  return root;
}

/** What stands between { and }, the latter included. */
function actionIn(reader: Reader): { keyword: string | undefined; steps: Step[] } {
  let keyword: string | undefined;
  const steps: Step[] = [];
  for (;;) {
    if (reader.takes('}')) return { keyword, steps };
    if (reader.takes('[?(')) steps.push(filterIn(reader));
    else if (reader.takes('..')) {
      if (steps.at(-1)?.is === 'descend') throw reader.problem('invalid multiple recursive descent');
      steps.push({ is: 'descend' });
      if (/[\p{L}\p{Nd}_]/u.test(reader.next)) steps.push(fieldIn(reader));
    } else if (reader.takes('[')) steps.push(...bracketIn(reader));
    else if (reader.takes('.')) steps.push(fieldIn(reader));
    else if (reader.next === '"' || reader.next === "'") steps.push({ is: 'constant', value: quotedIn(reader) });
    else if (/[-+\d]/.test(reader.next)) steps.push({ is: 'constant', value: numberIn(reader) });
    else if (/[\p{L}_]/u.test(reader.next)) {
      const word = reader.matching(/[^\s.,[\]$@{}]+/y);
      if (word === 'true' || word === 'false') steps.push({ is: 'constant', value: word === 'true' });
      else if (word === 'range' || word === 'end') keyword = word;
      else throw reader.problem(`unrecognized identifier ${word}`);
    } else if (/[ @$]/.test(reader.next)) reader.skip(1);
    else if (reader.atEnd || /[\r\n]/.test(reader.next)) throw reader.problem('unclosed action');
    else throw reader.problem(`unrecognized character in action: ${codePoint(reader.next)}`);
  }
}

/** As Go writes a character that it names: U+0029 ')'. */
function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${character}'`;
}

/** A backslash takes its meaning from the next character: {.metadata.labels.app\.kubernetes\.io/name}. */
function fieldIn(reader: Reader): Step {
  const name = reader.matching(/(?:\\.|[^\s.,[\]$@{}\\])*/sy);
  return name === '*' ? { is: 'wildcard' } : { is: 'field', name: name.replaceAll('\\', '') };
}

/** [0], [-1:], [0:4:2], [*], ['key'], and several of them with commas between. */
function bracketIn(reader: Reader): Step[] {
  const inside = reader.until(']', '\n');
  if (!reader.takes(']')) throw reader.problem('unterminated array');
  const several = inside.split(',');
  if (several.length === 1) return elementSteps(inside, reader);
  return [{ is: 'union', paths: several.map((one) => elementSteps(one.trim(), reader)) }];
}

function elementSteps(inside: string, reader: Reader): Step[] {
  const key = /^'([^']*)'$/.exec(inside)?.[1];
  // A dot in a key leads on into it, unless it is escaped: kubectl has it so.
  if (key !== undefined) return actionIn(new Reader(`.${key}}`, reader.whole)).steps;
  const [, from, to, step] = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(inside === '*' ? ':' : inside) ?? [];
  if (from === undefined) throw reader.problem(`invalid array index ${inside}`);
  const number = (text: string) => (text === '' ? undefined : Number(text));
  const single = to === undefined;
  return [
    {
      is: 'slice',
      from: number(from),
      to: single ? undefined : number(to.slice(1)),
      step: step === undefined ? undefined : number(step.slice(1)),
      single,
    },
  ];
}

/** ?(@.type=="Ready") without its beginning. */
function filterIn(reader: Reader): Step {
  const text = reader.matching(/(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[^"')\n])*/y);
  if (!reader.takes(')')) throw reader.problem('unterminated filter');
  if (!reader.takes(']')) throw reader.problem('unclosed array expect ]');
  const [, left, operator, right] = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text) ?? [];
  const path = (inside: string) => actionIn(new Reader(`${inside}}`, reader.whole)).steps;
  if (left === undefined || operator === undefined || right === undefined) {
    return { is: 'filter', left: path(text), comparison: undefined };
  }
  if (!isOperator(operator)) throw reader.problem(`unrecognized filter operator ${operator}`);
  return { is: 'filter', left: path(left), comparison: { operator, right: path(right) } };
}

function isOperator(text: string): text is Operator {
  return ['==', '!=', '<', '<=', '>', '>='].includes(text);
}

function numberIn(reader: Reader): number {
  const text = reader.matching(/[-+]?[\d.]*/y);
  const number = Number(text);
  if (text === '' || Number.isNaN(number)) throw reader.problem(`cannot parse number ${text}`);
  return number;
}

const ESCAPED: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Text in quotes of either kind, with Go's escapes. */
function quotedIn(reader: Reader): string {
  const quoted = reader.matching(/(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/y);
  if (quoted === '') throw reader.problem('unterminated quoted string');
  const written = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([0-7]{3})|(.))/gi;
  return quoted.slice(1, -1).replaceAll(written, (all, x, u, long, octal, other) => {
    const code = x ?? u ?? long;
    if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    const plain = ownValue(ESCAPED, other) ?? (other === '\\' || other === quoted[0] ? other : undefined);
    if (plain === undefined) throw reader.problem(`unquote string ${quoted} error invalid syntax near ${all}`);
    return plain;
  });
}

/** A text and how far it has been read. */
class Reader {
  readonly #text: string;
  #position = 0;
  /** The template that it is a part of, for messages. */
  readonly whole: string;

  constructor(text: string, whole: string = text) {
    this.#text = text;
    this.whole = whole;
  }

  get atEnd(): boolean {
    return this.#position >= this.#text.length;
  }

  get next(): string {
    return this.#text[this.#position] ?? '';
  }

  skip(count: number): void {
    this.#position += count;
  }

  /** Whether this comes next; then it is read. */
  takes(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#position)) return false;
    this.skip(expected.length);
    return true;
  }

  /** All before the first of these characters, or before the end. */
  until(...ends: string[]): string {
    const found = ends.map((end) => this.#text.indexOf(end, this.#position)).filter((index) => index >= 0);
    const text = this.#text.slice(this.#position, Math.min(...found, this.#text.length));
    this.skip(text.length);
    return text;
  }

  /** What this sticky expression matches from here on; empty if it does not. */
  matching(expression: RegExp): string {
    expression.lastIndex = this.#position;
    const text = expression.exec(this.#text)?.[0] ?? '';
    this.skip(text.length);
    return text;
  }

  problem(why: string): BadInput {
    return new BadInput(`error parsing jsonpath ${this.whole}, ${why}`);
  }
}
