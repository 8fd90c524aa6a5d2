/**
 * Text made harmless inside HTML, SVG and XML, in content and in quoted attributes: nothing that comes from a cluster can
 * become an element. Characters that XML does not know, terminals' escapes among them, are shown as U+FFFD.
 */
export function escapeMarkup(text: string): string {
  return text.replace(FOREIGN, '\ufffd').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Whatever is not a Char (https://www.w3.org/TR/xml/#charsets), what turns the direction of writing, and what nobody sees. */
const FOREIGN =
  /[^\t\n\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]|[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/gu;
