import { closeSync, openSync, readSync } from 'node:fs';
import { BadInput } from '../failures.ts';
import { type JsonPath, relaxedJsonPath } from '../jsonpath/jsonpath.ts';
import { escapeTerminal } from '../text/escape.ts';
import { goValue } from '../text/go-value.ts';
import { spokenCause, spokenName } from '../text/spoken-address.ts';

/** A column of -o custom-columns. */
export interface CustomColumn {
  header: string;
  /** Undefined: nothing is asked for, and the cells say <none>. */
  path: JsonPath | undefined;
}

/** The longest line that kubectl reads of a template: that of Go's bufio.Scanner, in bytes. */
const LONGEST_LINE = 64 * 1024;

const NO_COLUMNS = 'custom-columns format specified but no custom columns given';
const FORM = 'Expected format is one line of space separated headers, one line of space separated column specs.';

/**
 * The columns of HEADER:PATH,HEADER:PATH, where a path is one of kubectl's JSONPath whose braces may be left out. Throws
 * BadInput, in kubectl's words.
 * https://github.com/kubernetes/kubectl/blob/master/pkg/cmd/get/customcolumn.go
 */
export function customColumns(spec: string): CustomColumn[] {
  if (spec === '') throw new BadInput(NO_COLUMNS);
  return spec.split(',').map((part) => {
    const colon = part.indexOf(':');
    if (colon < 0) throw new BadInput(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    return { header: part.slice(0, colon), path: pathIn(part.slice(colon + 1)) };
  });
}

/** The columns of a file: its first line holds the headers, its second one the paths. Throws BadInput, in kubectl's words. */
export function customColumnsIn(file: string): CustomColumn[] {
  if (file === '') throw new BadInput(NO_COLUMNS);
  const [headerLine, pathLine] = firstLines(file).split(/\r?\n/);
  if (!headerLine) throw new BadInput(`invalid template, missing header line. ${FORM}`);
  if (!pathLine) throw new BadInput(`invalid template, missing spec line. ${FORM}`);
  const [headers, paths] = [wordsOf(headerLine), wordsOf(pathLine)];
  if (headers.length !== paths.length) {
    throw new BadInput(`number of headers (${headers.length}) and field specifications (${paths.length}) don't match`);
  }
  return headers.map((header, index) => ({ header, path: pathIn(paths[index] ?? '') }));
}

/** Several values that a path selects stand in one cell, with commas between. Throws Failure, as JsonPath does. */
export function customRow(columns: readonly CustomColumn[], object: object): string[] {
  return columns.map(({ path }) => {
    const values = path?.valuesIn(object).flat() ?? [];
    return values.length === 0 ? '<none>' : values.map((value) => escapeTerminal(goValue(value))).join(',');
  });
}

function pathIn(text: string): JsonPath | undefined {
  return text === '' ? undefined : relaxedJsonPath(text);
}

function wordsOf(line: string): string[] {
  return line.split(/\s+/).filter((word) => word !== '');
}

/** No more than two lines can need, of a pipe as of a file. */
function firstLines(file: string): string {
  const bytes = Buffer.alloc(2 * LONGEST_LINE);
  let length = 0;
  try {
    const opened = openSync(file, 'r');
    try {
      for (let read = -1; read !== 0 && length < bytes.length; length += read) {
        read = readSync(opened, bytes, length, bytes.length - length, null);
      }
    } finally {
      closeSync(opened);
    }
  } catch (cause) {
    throw new BadInput(`error reading template ${spokenName(file)}, ${spokenCause(cause, file)}`, { cause });
  }
  return bytes.toString('utf8', 0, length);
}
