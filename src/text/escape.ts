/**
 * Text that came from a cluster or a file, made harmless to a terminal: it cannot move the cursor, change colours or
 * forge lines. ESC and CR as kubectl writes them (cli-runtime printers/terminal.go); other control characters, the
 * marks that turn the direction of writing, and what has no width, as escapes. What joins letters and emoji stays.
 */
export function escapeTerminal(text: string): string {
  return text.replace(CONTROLS, (character) => {
    if (character === '\u001b') return '^[';
    if (character === '\r') return '\\r';
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** What somebody has answered: JSON as it is, and of anything else one line, which can be no line of ours. */
export function harmlessAnswer(text: string): string {
  try {
    JSON.parse(text);
    return harmlessJson(text);
  } catch {
    return escapeTerminal(text);
  }
}

/** Text of several lines that is harmless to a terminal: its own lines and tabs stay. */
export function harmlessText(text: string): string {
  return text.replace(/[^\n\t]+/g, escapeTerminal);
}

/**
 * A text of JSON that means the same and is harmless to a terminal: within strings every character may be written as an
 * escape, and between them nothing else is needed than spaces and ends of lines.
 */
export function harmlessJson(json: string): string {
  return json.replace(CONTROLS, (character) => {
    if (character === '\n') return character;
    if (character === '\t' || character === '\r') return ' ';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
