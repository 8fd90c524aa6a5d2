/**
 * Text that came from a cluster or a file, made harmless to a terminal: it cannot move the cursor, change colours or
 * forge lines. ESC and CR as kubectl writes them (cli-runtime printers/terminal.go); other characters that nobody sees,
 * or that turn the direction of writing, as escapes. What joins letters and emoji stays.
 */
export function escapeTerminal(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(unseenCharacters(), (character) => {
    if (character === '\u001b') return '^[';
    if (character === '\r') return '\\r';
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return escapesOf(character);
  });
}

/**
 * What has no glyph or has a direction, by its properties in Unicode, so that no new character is missed: controls, marks of
 * format (the tags and what annotates or joins among them), separators of lines, fillers, halves of a character, and what
 * is no character.
 */
const WITHOUT_GLYPH = String.raw`\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}`;

/** Letters of a script that is written without what joins and varies: there it would only hide. */
const PLAIN_LETTER = String.raw`\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}`;
const LETTER = String.raw`(?![${PLAIN_LETTER}${WITHOUT_GLYPH}])[\p{L}\p{M}]`;

/** Without a glyph themselves, but deciding about that of their neighbours: one between two letters, or in an emoji. */
const DECIDING = [
  // https://www.unicode.org/reports/tr31/#Layout_and_Format_Control_Characters
  String.raw`(?<=${LETTER})[\u200c\u200d](?=${LETTER})`,
  // https://www.unicode.org/reports/tr51/#def_std_emoji_zwj_sequence
  String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})`,
  String.raw`(?<=\p{Extended_Pictographic}|${LETTER})\p{Variation_Selector}`,
  String.raw`(?<=[#*\d])\ufe0f(?=\u20e3)`,
];

/** Of the characters that are not to be seen, those that decide nothing. Made when it is first needed: that takes 6 ms. */
export function unseenCharacters(): RegExp {
  made ??= new RegExp(`(?=[${WITHOUT_GLYPH}])(?!${DECIDING.join('|')}).`, 'gsu');
  return made;
}

let made: RegExp | undefined;

/** What nearly every text is: letters of ASCII, all of which can be seen. */
const PLAIN = /^[ -~]*$/;
const PLAIN_LINES = /^[\n -~]*$/;

/** As JSON writes it: two escapes for what is beyond 16 bits. */
function escapesOf(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}

/**
 * The lines of what somebody has answered, for among lines of ours: JSON as it is, which looks like none of them, and of
 * anything else each line indented. They are not escaped.
 */
export function quotedAnswer(text: string): string[] {
  const lines = text.trimEnd().split('\n');
  return isJsonText(text) ? lines : lines.map((line) => `  ${line}`);
}

/** What somebody has answered: JSON as it is, and of anything else one line, which can be no line of ours. */
export function harmlessAnswer(text: string): string {
  return isJsonText(text) ? harmlessJson(text) : escapeTerminal(text);
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
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
  if (PLAIN_LINES.test(json)) return json;
  return json.replace(unseenCharacters(), (character) => {
    if (character === '\n') return character;
    if (character === '\t' || character === '\r') return ' ';
    return escapesOf(character);
  });
}
