/** Throws what is wrong at an offset of the text, as far as there is one. */
export type FailInText = (problem: string, text: string, offset: number, cause: unknown) => never;

/**
 * The text that bytes stand for: UTF-8, or UTF-16 where a byte order mark says so, as PowerShell and Windows editors
 * write it. Other bytes fail, as in kubectl: they would reach the cluster mangled.
 */
export function bytesToText(bytes: Uint8Array, fail: FailInText): string {
  const encoding = encodingOf(bytes);
  try {
    // Takes the byte order mark away.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    const lenient = new TextDecoder(encoding).decode(bytes);
    return fail(`not valid ${encoding.toUpperCase()}`, lenient, Math.max(0, lenient.indexOf('\ufffd')), cause);
  }
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
