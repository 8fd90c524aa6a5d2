import path from 'node:path';
import { shellWord } from '../advice/shell-word.ts';
import type { Position } from './manifest.ts';

/** What is said of a template, and which command renders it. */
export interface Template {
  problem: string;
  hint: string;
  isTemplate: true;
}

/** Of a value that cannot be what it says: whether that is because a template stands there. */
export function templateIn(value: unknown, file: string): Template | undefined {
  if (typeof value !== 'string') return undefined;
  const mark = markIn(value) ?? (/^\$[A-Za-z_]\w*$/.test(value) ? '${' : undefined);
  return mark && templateOf(mark, value, file);
}

/** Of a text that is no manifest at all: what it is instead, where that can be seen. */
export function otherThanManifest(text: string): string | undefined {
  const start = text.trimStart().slice(0, 200);
  if (/^<(!doctype html|html|head|body)\b/i.test(start))
    return 'this is a web page, for example of a login or an error';
  if (start.startsWith('version https://git-lfs.github.com/')) {
    return 'this is only a pointer to a Git LFS file: run git lfs pull';
  }
  return /^(<{7}|={7}|>{7})( |$)/m.test(text) ? 'this file contains an unresolved merge conflict' : undefined;
}

/**
 * Of a text that is no YAML, which broke off at this position: where a template stands, if one is in the lines around that.
 * What stands in quotes or comments is text.
 */
export function templateAround(
  text: string,
  { file, line }: Position,
): (Template & { position: Position }) | undefined {
  const lines = text.split('\n');
  // A block that a template opens breaks off a line or two below it.
  for (const number of [line, line - 1, line - 2, line - 3, line + 1]) {
    const found = unquoted(lines[number - 1] ?? '');
    const mark = markIn(found);
    if (mark) {
      const column = found.indexOf(mark) + 1;
      return { ...templateOf(mark, text, file), position: { file, line: number, column } };
    }
  }
  return undefined;
}

const MARKS = ['{{', '{%', '<%', '${'] as const;
type Mark = (typeof MARKS)[number];
const CLOSED: Readonly<Record<Mark, RegExp>> = {
  '{{': /\{\{[\s\S]*\}\}/,
  '{%': /\{%[\s\S]*%\}/,
  '<%': /<%[\s\S]*%>/,
  '${': /\$\{[^{}]*\}/,
};

function markIn(text: string): Mark | undefined {
  return MARKS.find((mark) => CLOSED[mark].test(text));
}

/** The line with spaces for what stands in quotes or in a comment. */
function unquoted(line: string): string {
  if (line.length > LONGEST_LINE) return '';
  return line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?:^|\s)#.*$/g, (found) => ' '.repeat(found.length));
}

const LONGEST_LINE = 10_000;

/** The dots stand for the command that was typed. */
const PIPED = 'kubectl seldon-lifecycle … -f -';

function templateOf(mark: Mark, text: string, file: string): Template {
  const problem = `this looks like a template that is not rendered yet: ${SHOWN[mark]}`;
  return { problem, hint: `Render it first: ${rendering(mark, text, file)} | ${PIPED}`, isTemplate: true };
}

const SHOWN: Readonly<Record<Mark, string>> = {
  '{{': '{{ … }}',
  '{%': '{% … %}',
  '<%': '<% … %>',
  '${': `\${…}`,
};

function rendering(mark: Mark, text: string, file: string): string {
  const name = file === 'standard input' ? 'FILE' : shellWord(file);
  switch (mark) {
    case '{{':
      return isHelm(text) || chartOf(file) ? `helm template ${chartOf(file) ?? 'CHART'}` : `jinja2 ${name}`;
    case '{%':
      return `jinja2 ${name}`;
    case '<%':
      return `erb ${name}`;
    case '${':
      return `envsubst < ${name}`;
  }
}

function isHelm(text: string): boolean {
  return /\{\{-?\s*(?:\/\*|\$|\(|(?:[\w.]+\s+)*\.[A-Z$]|(?:include|toYaml|if|with|range|end|define|template|default|required)\b)|-\}\}/.test(
    text,
  );
}

/** The folder of the chart that a template is from, as a shell takes it. */
function chartOf(file: string): string | undefined {
  const parts = file.split(/[/\\]/);
  const templates = parts.lastIndexOf('templates', -2);
  if (templates < 0) return undefined;
  return shellWord(
    templates === 0 ? '.' : path.join(...(file.startsWith('/') ? ['/'] : []), ...parts.slice(0, templates)),
  );
}
