/** An element of a document, as a strict parser sees it. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

/**
 * Reads a document of XML 1.0 without a document type, as strictly as the recommendation asks of a processor for what it
 * knows: elements, attributes, character data, character references. Throws for anything that is not well-formed.
 */
export function xmlTree(document: string): Element {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML does not allow is what it looks for.
  const foreign = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
  if (foreign.test(document) || !document.isWellFormed()) throw new Error('a character that XML does not have');
  let rest = document.replace(/^<\?xml version="1\.0"( encoding="UTF-8")?\?>\s*/, '');
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const found = pattern.exec(rest) ?? undefined;
    if (found) rest = rest.slice(found[0].length);
    return found;
  };
  const element = (): Element => {
    const name = take(/^<([A-Za-z_][\w:.-]*)/)?.[1];
    if (name === undefined) throw new Error(`expected an element at: ${rest.slice(0, 40)}`);
    const found: Element = { name, attributes: {}, children: [], text: '' };
    for (let one = take(ATTRIBUTE); one; one = take(ATTRIBUTE)) {
      const [, key = '', value = ''] = one;
      if (key in found.attributes) throw new Error(`two attributes ${key} of ${name}`);
      found.attributes[key] = plain(value);
    }
    if (take(/^\s*\/>/)) return found;
    if (!take(/^\s*>/)) throw new Error(`the tag of ${name} does not end at: ${rest.slice(0, 40)}`);
    while (!take(/^<\/([\w:.-]+)\s*>/)) {
      const text = take(/^[^<]+/)?.[0];
      if (text === undefined) found.children.push(element());
      else found.text += plain(text);
      if (rest === '') throw new Error(`${name} does not end`);
      const end = /^<\/([\w:.-]+)\s*>/.exec(rest)?.[1];
      if (end !== undefined && end !== name) throw new Error(`${name} ends with ${end}`);
    }
    return found;
  };
  const root = element();
  if (rest.trim() !== '') throw new Error(`something stands behind ${root.name}: ${rest.slice(0, 40)}`);
  return root;
}

const ATTRIBUTE = /^\s+([A-Za-z_][\w:.-]*)="([^"<]*)"/;

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function plain(text: string): string {
  return text.replace(/&([^;]*;?)/g, (reference, inside: string) => {
    const [, code] = /^#(\d+);$/.exec(inside) ?? [];
    if (code !== undefined) return String.fromCodePoint(Number(code));
    const named = inside.endsWith(';') ? NAMED[inside.slice(0, -1)] : undefined;
    if (named === undefined) throw new Error(`${reference} is no reference`);
    return named;
  });
}
