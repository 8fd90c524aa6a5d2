import type { Output } from '../context.ts';

/** The words that follow kubectl in a command; others follow it in a sentence. */
const VERB =
  'seldon-lifecycle|annotate|apply|auth|cluster-info|config|create|delete|describe|edit|get|label|logs|patch|port-forward|rollout|scale|set|top|version|wait';
/** A command stays in one piece, so that it can be copied: in parentheses, or up to the end of the line. */
const COMMAND_OR_WORD = new RegExp(String.raw`\(kubectl [^)]*\)\S*|kubectl (?:${VERB}) .*$|\S+`, 'g');
/** On a narrower terminal there is no room for whole words. */
const NARROWEST = 40;

/**
 * A line of text as a terminal shows it without breaking a word: what follows its first row stands two columns further in.
 * Elsewhere it stays one line, as tools that read it expect.
 */
export function wrapped(line: string, { isTTY = false, columns = 0 }: Pick<Output, 'isTTY' | 'columns'>): string {
  if (!isTTY || columns < NARROWEST || line.length <= columns) return line;
  const indent = /^ */.exec(line)?.[0] ?? '';
  const rows: string[] = [];
  let row = indent;
  for (const [word] of line.matchAll(COMMAND_OR_WORD)) {
    const isFirst = row.trim() === '';
    if (!isFirst && row.length + 1 + word.length > columns) {
      rows.push(row);
      row = `${indent}  ${word}`;
    } else row = isFirst ? row + word : `${row} ${word}`;
  }
  return [...rows, row].join('\n');
}
