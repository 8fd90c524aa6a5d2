import { BadInput } from '../failures.ts';
import { at } from './manifest.ts';
import { offsetPositions } from './offset-positions.ts';

/**
 * The text that bytes stand for: UTF-8, or UTF-16 where a byte order mark says so, as PowerShell and Windows editors
 * write it. Throws BadInput for what is no text, with the place where that shows: it would reach the cluster mangled.
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  const encoding = encodingOf(bytes);
  let text: string;
  try {
    // Takes the byte order mark away.
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    const lenient = new TextDecoder(encoding).decode(bytes);
    throw new BadInput(`${placeOf(lenient, lenient.indexOf('\ufffd'), name)}: not valid ${encoding.toUpperCase()}`, {
      cause,
    });
  }
  const control = CONTROL.exec(text);
  if (control) {
    const code = text.charCodeAt(control.index).toString(16).toUpperCase().padStart(4, '0');
    throw new BadInput(
      `${placeOf(text, control.index, name)}: not a text: control characters (U+${code}) are not allowed`,
    );
  }
  return text;
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** What YAML does not take for text either: https://yaml.org/spec/1.1/#id868518 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

function placeOf(text: string, offset: number, name: string): string {
  return at(offsetPositions(text, name)(Math.max(offset, 0)));
}
