import { BadInput } from '../failures.ts';
import { inMebibytes, inputLimits, TooMuchInput } from '../reading/input-limits.ts';
import { GatheredText, linesOf } from '../text/lines.ts';

/** How a file of inputs is written: a JSON value a line, an array of JSON, or comma-separated values. */
export const inputsFormats = ['jsonl', 'json', 'csv'] as const;
export type InputsFormat = (typeof inputsFormats)[number];

/** One of many inputs. */
export interface Input {
  /** From 0. */
  index: number;
  /** Where it stands, for people: inputs.csv:3, or inputs.json[2]. */
  place: string;
  /** As it stands there, which may be no JSON; a line of a CSV as an array. */
  text: string;
  /** What a CSV calls its columns. */
  columns?: readonly string[];
}

type Bytes = AsyncIterable<Uint8Array | string>;

/** By the end of the file's name; JSON Lines if that does not say. */
export function inputsFormatOf(name: string): InputsFormat {
  if (/\.csv$/i.test(name)) return 'csv';
  return /\.json$/i.test(name) ? 'json' : 'jsonl';
}

/**
 * The inputs of a stream, each as soon as it is there: no more than one of them is kept. `tell` is told what was taken for the
 * header of a CSV. Throws BadInput for an array that is none, TooMuchInput for an input larger than a file may be.
 */
export async function* readInputs(
  stream: Bytes,
  { format, name, tell }: { format: InputsFormat; name: string; tell(text: string): void },
): AsyncGenerator<Input> {
  let index = 0;
  if (format === 'json') {
    for await (const text of itemsOf(stream, name)) {
      yield { index, place: `${name}[${index}]`, text };
      index += 1;
    }
  } else if (format === 'csv') {
    for await (const { cells, place, columns } of rowsOf(stream, name, tell)) {
      yield { index, place, text: `[${cells.map(cellAsJson).join(',')}]`, ...(columns && { columns }) };
      index += 1;
    }
  } else {
    let number = 0;
    for await (const { line } of linesOf(stream, { most: inputLimits.bytes, tooLong: () => tooLarge(name) })) {
      number += 1;
      const text = line.replace(/^\ufeff/, '').trim();
      if (text === '') continue;
      yield { index, place: `${name}:${number}`, text };
      index += 1;
    }
  }
}

/** The texts of an array's items. What is wrong in one of them is seen by whoever reads it. */
async function* itemsOf(stream: Bytes, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const item = new GatheredText();
  let place: 'before' | 'inside' | 'behind' = 'before';
  let isFirst = true;
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  for await (const chunk of stream) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at] ?? '';
      if (place !== 'inside') {
        if (/\s/.test(character)) continue;
        if (place === 'behind') throw new BadInput(`${name}: something follows the end of the array`);
        if (character !== '[') throw new BadInput(`${name}: expected an array of inputs`, { hint: LINES_INSTEAD });
        place = 'inside';
        from = at + 1;
      } else if (inString) {
        if (isEscaped) isEscaped = false;
        else if (character === '\\') isEscaped = true;
        else if (character === '"') inString = false;
      } else if (character === '"') inString = true;
      else if (character === '[' || character === '{') depth += 1;
      else if (depth > 0) {
        if (character === ']' || character === '}') depth -= 1;
      } else if (character === ',' || character === ']') {
        item.add(text.slice(from, at));
        from = at + 1;
        if (character === ']') place = 'behind';
        const whole = item.take().trim();
        // [] has none; and one that is left out is no JSON.
        if (whole !== '' || place === 'inside' || !isFirst) yield whole;
        isFirst = false;
      }
    }
    if (place === 'inside') item.add(text.slice(from));
    if (item.length > inputLimits.bytes) throw tooLarge(name);
  }
  if (place === 'before') throw new BadInput(`${name}: expected an array of inputs`, { hint: LINES_INSTEAD });
  if (place === 'inside') throw new BadInput(`${name}: the array is not complete`);
}

const LINES_INSTEAD = 'For one JSON value per line, set --inputs-format=jsonl';

/**
 * The rows of comma-separated values (RFC 4180: quotes around what has commas, quotes or line breaks in it). The first row is
 * the header where none of its cells is a number.
 */
async function* rowsOf(
  stream: Bytes,
  name: string,
  tell: (text: string) => void,
): AsyncGenerator<{ cells: string[]; place: string; columns?: readonly string[] }> {
  let record: string | undefined;
  let begin = 0;
  let number = 0;
  let columns: string[] | undefined;
  let isFirst = true;
  for await (const { line, ended } of linesOf(stream, { most: inputLimits.bytes, tooLong: () => tooLarge(name) })) {
    number += 1;
    const text = (ended ? line.replace(/\r$/, '') : line).replace(/^\ufeff/, '');
    if (record === undefined) begin = number;
    record = record === undefined ? text : `${record}\n${text}`;
    if (record.length > inputLimits.bytes) throw tooLarge(name);
    // Within quotes the row goes on.
    if ((record.split('"').length - 1) % 2 === 1) continue;
    const cells = record === '' ? [] : cellsOf(record);
    record = undefined;
    if (cells.length === 0) continue;
    if (isFirst && !cells.some((cell) => NUMBER.test(cell))) {
      columns = cells.map((cell) => String(JSON.parse(cell === '' ? '""' : cellAsText(cell))));
      tell(`${name}: using the first line as the header: ${columns.join(', ')}`);
    } else yield { cells, place: `${name}:${begin}`, ...(columns && { columns }) };
    isFirst = false;
  }
  if (record !== undefined) throw new BadInput(`${name}:${begin}: a quote is not closed`);
}

/** As they are written, in their quotes. */
function cellsOf(record: string): string[] {
  const cells: string[] = [];
  for (const [, cell = '', end] of record.matchAll(/("(?:[^"]|"")*"[^,]*|[^,]*)(,|$)/g)) {
    cells.push(cell.trim());
    if (end === '') break;
  }
  return cells;
}

/** As JSON has them. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A number is a number, nothing is null, and everything else, or what stands in quotes, a text. */
function cellAsJson(cell: string): string {
  if (cell === '') return 'null';
  return NUMBER.test(cell) || cell === 'true' || cell === 'false' ? cell : cellAsText(cell);
}

function cellAsText(cell: string): string {
  const [, quoted] = /^"((?:[^"]|"")*)"$/.exec(cell) ?? [];
  return JSON.stringify(quoted === undefined ? cell : quoted.replaceAll('""', '"'));
}

function tooLarge(name: string): TooMuchInput {
  const most = inMebibytes(inputLimits.bytes);
  return new TooMuchInput(`${name}: an input is larger than ${most}, the maximum for one`);
}
