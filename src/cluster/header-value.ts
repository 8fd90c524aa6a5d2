/**
 * Why a text cannot be the value of a header, as 'a line break'; undefined where it can be. Never the text, which may be
 * a secret.
 */
export function unsendableIn(value: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  return spoken(/[\u0000-\u0008\u000a-\u001f\u007f]/.exec(value)?.[0]);
}

/** As unsendableIn, of a token, in which nothing but ASCII has a place: quotes and spaces get into it by copying. */
export function unsendableInToken(token: string): string | undefined {
  return unsendableIn(token) ?? spoken(/[^\t\x20-\x7e]/u.exec(token)?.[0]);
}

function spoken(character: string | undefined): string | undefined {
  if (character === undefined) return undefined;
  if (character === '\n' || character === '\r') return 'a line break';
  const code = `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;
  return character < ' ' || character === '\u007f' ? `the control character ${code}` : `the character ${code}`;
}

/** As Go writes a text into a header: in UTF-8, whose bytes are letters of Latin 1 to Node. */
export function asHeader(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/**
 * Throws Error for a header that cannot be sent, with its name alone. undici throws too, but over HTTP/2 the connection then
 * takes no other request, whose answers would be waited for in vain.
 */
export function refuseUnsendable(headers: Readonly<Record<string, string | readonly string[]>>): void {
  for (const [name, values] of Object.entries(headers)) {
    for (const value of [values].flat()) {
      const found = unsendableIn(value) ?? (/[^\0-\xff]/.test(value) ? 'a character beyond Latin 1' : undefined);
      if (found) throw new Error(`the header ${name} cannot be sent: there is ${found} in it`);
    }
  }
}
