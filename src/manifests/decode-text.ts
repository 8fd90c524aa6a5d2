import { BadInput } from '../failures.ts';
import { bytesToText } from '../reading/bytes-to-text.ts';
import { at } from './manifest.ts';
import { offsetPositions } from './offset-positions.ts';

/**
 * The text of a file, see bytesToText. Throws BadInput for what is no text, control characters included, with the place
 * where that shows.
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  const placeOf = (text: string, offset: number) => at(offsetPositions(text, name)(offset));
  const text = bytesToText(bytes, (problem, lenient, offset, cause) => {
    throw new BadInput(`${placeOf(lenient, offset)}: ${problem}`, { cause });
  });
  const control = CONTROL.exec(text);
  if (control) {
    const code = text.charCodeAt(control.index).toString(16).toUpperCase().padStart(4, '0');
    throw new BadInput(`${placeOf(text, control.index)}: not a text: control characters (U+${code}) are not allowed`);
  }
  return text;
}

/** What YAML does not take for text either: https://yaml.org/spec/1.1/#id868518 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
