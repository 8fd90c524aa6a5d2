import { unseenCharacters } from '../text/escape.ts';

/**
 * Text made harmless inside HTML, SVG and XML, in content and in quoted attributes: nothing that comes from a cluster can
 * become an element. What is not to be seen is shown as U+FFFD; all that is no Char of XML is among it
 * (https://www.w3.org/TR/xml/#charsets).
 */
export function escapeMarkup(text: string): string {
  return text
    .replace(unseenCharacters(), (character) => (/[\t\n]/.test(character) ? character : '\ufffd'))
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
