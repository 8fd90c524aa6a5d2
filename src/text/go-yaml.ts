import { ownValue } from '../own-values.ts';
import { unseenCharacters } from './escape.ts';

/**
 * YAML as kubectl writes it (go.yaml.in/yaml/v2): sequences are not indented, keys stand in a natural order, long lines
 * are folded, and a string is quoted where another reading of it was possible. Takes what JSON can hold. Another writer
 * of YAML would be right too, but not the same text, which people compare and keep in git.
 */
export function goYaml(value: unknown): string {
  return `${node(value, 0, 0).replace(/^\n/, '')}\n`;
}

/** Where lines are folded: at the first space beyond it. */
const WIDTH = 80;
const INDENT = 2;

/**
 * A value as it stands behind its key or dash: a scalar at column `column`, or a collection on lines of its own, which begin
 * with `indent` spaces.
 */
function node(value: unknown, indent: number, column: number): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return value.map((item) => `\n${' '.repeat(indent)}- ${inline(item, indent + INDENT)}`).join('');
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, inside]) => inside !== undefined);
    if (fields.length === 0) return '{}';
    fields.sort(([one], [other]) => natural(one, other));
    return fields.map(([key, inside]) => `\n${' '.repeat(indent)}${field(key, inside, indent)}`).join('');
  }
  // A folded or a multi-line string goes on one step further in than what it belongs to.
  return typeof value === 'string' ? text(value, indent, column) : String(value);
}

/** A value behind a dash, where a collection begins on the same line. */
function inline(value: unknown, indent: number): string {
  return node(value, indent, indent).replace(/^\n */, '');
}

function field(key: string, value: unknown, indent: number): string {
  const written = text(key, indent, indent, true);
  // A sequence stands right below its key.
  const inner = Array.isArray(value) ? indent : indent + INDENT;
  // https://yaml.org/spec/1.1/#simple%20key/: what is longer has to be marked as a key.
  const long = length(key) > 128;
  const behind = node(value, inner, indent + (long ? 0 : length(written)) + 2);
  if (long) return `? ${written}\n${' '.repeat(indent)}: ${behind.replace(/^\n */, '')}`;
  return `${written}:${behind.startsWith('\n') ? '' : ' '}${behind}`;
}

function text(value: string, indent: number, column: number, key = false): string {
  const limit = key ? Number.POSITIVE_INFINITY : WIDTH;
  const fold = { indent, column, limit };
  const special =
    [...value].some((character) => !isPrintable(character.codePointAt(0) ?? 0)) ||
    / \n|[\u2028\u2029]/.test(value) ||
    [...value.matchAll(unseenCharacters())].some(([character]) => character !== '\n');
  if (value.includes('\n'))
    return special || key || / $/.test(value) ? inDoubleQuotes(value, fold) : literal(value, indent);
  if (meansSomethingElse(value) || special) return inDoubleQuotes(value, fold);
  if (!mayStandPlain(value)) return `'${folded(value.replaceAll("'", "''"), { ...fold, column: column + 1 }, true)}'`;
  return folded(value, fold, false);
}

interface Fold {
  /** Of the lines that follow. */
  indent: number;
  /** Where the text begins. */
  column: number;
  limit: number;
}

/** A space beyond the limit, between two words, becomes the end of a line. */
function folded(value: string, { indent, column, limit }: Fold, quoted: boolean): string {
  let at = column;
  return [...value]
    .map((character, index, all) => {
      const betweenWords = character === ' ' && all[index - 1] !== ' ' && all[index + 1] !== ' ';
      const inside = !quoted || (index > 0 && index < all.length - 1);
      if (at > limit && betweenWords && inside) {
        at = indent;
        return `\n${' '.repeat(indent)}`;
      }
      at += 1;
      return character;
    })
    .join('');
}

function inDoubleQuotes(value: string, { indent, column, limit }: Fold): string {
  let at = column + 1;
  const characters = [...value];
  const unseen = new Set([...value.matchAll(unseenCharacters())].map(({ index }) => index));
  let place = 0;
  const written = characters.map((character, index) => {
    const isSeen = !unseen.has(place);
    place += character.length;
    const inside = index > 0 && index < characters.length - 1;
    if (character === ' ' && characters[index - 1] !== ' ' && inside && at > limit) {
      at = indent;
      // Of several spaces the rest has to be kept from being taken for an indentation.
      const more = characters[index + 1] === ' ' ? '\\' : '';
      at += more.length;
      return `\n${' '.repeat(indent)}${more}`;
    }
    const escaped = escapeOf(character, isSeen);
    at += escaped.length;
    return escaped;
  });
  return `"${written.join('')}"`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function escapeOf(character: string, isSeen: boolean): string {
  const known = ownValue(ESCAPES, character);
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  if (isSeen && isPrintable(code)) return character;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** The writer holds tabs and everything beyond 16 bits for not printable. */
function isPrintable(code: number): boolean {
  if (code === 0x0a || (code >= 0x20 && code <= 0x7e)) return true;
  return (code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff);
}

/** Lines below a |, with marks for what could not be seen of its beginning and its end. */
function literal(value: string, indent: number): string {
  const begin = /^[ \n]/.test(value) ? String(INDENT) : '';
  const end = value.endsWith('\n') ? (/^\n$|\n\n$/.test(value) ? '+' : '') : '-';
  const lines = value.replace(/\n$/, '').split('\n');
  return `|${begin}${end}${lines.map((line) => `\n${line === '' ? '' : ' '.repeat(indent) + line}`).join('')}`;
}

/** Whether a string without quotes would be read as something that is no string, in YAML 1.1. */
function meansSomethingElse(value: string): boolean {
  if (WORDS.test(value) || BASE_60.test(value) || TIME.test(value) || /^\.\d+([eE][-+]?\d+)?$/.test(value)) return true;
  // Numbers may have _ between their digits.
  const digits = value.replaceAll('_', '');
  // What is too large for a number is none.
  return /^[-+\d]/.test(value) && NUMBER.test(digits) && Number.isFinite(Number(digits.replace(/^[-+]/, '')));
}

const WORDS =
  /^(|~|null|Null|NULL|y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;
const NUMBER = /^[-+]?(0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+|(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?)$/;
/** 12:30:45 */
const BASE_60 = /^[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?$/;
const TIME =
  /^\d{4}-\d{1,2}-\d{1,2}([Tt]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[-+]\d\d:\d\d)|\s+\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?)?$/;

/** Whether nothing in it is taken for a part of the structure. */
function mayStandPlain(value: string): boolean {
  if (/^(---|\.\.\.)|^ | $/.test(value)) return false;
  if (/^[#,[\]{}&*!|>'"%@`]|^[-?:]( |$)/.test(value)) return false;
  return !/:( |$)| #/.test(value);
}

/** Characters, as columns are counted. */
function length(value: string): number {
  return [...value].length;
}

/** Letters come after other characters, and numbers are compared as numbers: a2 before a10. */
function natural(one: string, other: string): number {
  const [a, b] = [[...one], [...other]];
  const at = a.findIndex((character, index) => character !== b[index]);
  if (at < 0 || at >= b.length) return a.length - b.length;
  const [x = '', y = ''] = [a[at], b[at]];
  const [xIsLetter, yIsLetter] = [/\p{L}/u.test(x), /\p{L}/u.test(y)];
  if (xIsLetter && yIsLetter) return x < y ? -1 : 1;
  if (xIsLetter || yIsLetter) return xIsLetter ? 1 : -1;
  const before = /\d*$/.exec(a.slice(0, at).join(''))?.[0] ?? '';
  const number = (rest: readonly string[]) => /^\d*/.exec(rest.slice(at).join(''))?.[0] ?? '';
  const [m, n] = [number(a), number(b)];
  // A zero counts by its place when a number goes on here.
  const head = (x === '0' || y === '0') && /[1-9]/.test(before) ? '1' : '';
  const difference = Number(head + m || 0) - Number(head + n || 0);
  if (difference !== 0) return difference;
  if (m.length !== n.length) return m.length - n.length;
  return x < y ? -1 : 1;
}
