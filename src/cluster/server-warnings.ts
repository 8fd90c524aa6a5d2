import { RecentKeys } from './recent-keys.ts';

/** Some texts name what they are about, so that there is no end of them. */
const MOST_KNOWN = 1_000;

/**
 * What the API server wants people to know beside its answers, in `Warning: 299 - "…"` headers: a deprecated version, a
 * field that it ignores. Each text is told once, and those from before anybody listened are told then.
 * https://kubernetes.io/blog/2020/09/03/warnings/
 */
export class ServerWarnings {
  readonly #known = new RecentKeys(MOST_KNOWN);
  readonly #masked: (text: string) => string;
  #listener: ((text: string) => void) | undefined;

  /** `masked`: what of a text may be told. */
  constructor(masked = (text: string) => text) {
    this.#masked = masked;
  }

  /** Takes the Warning header of an answer; several of them come joined by commas. */
  see(header: string | undefined): void {
    for (const text of warningTexts(header).map(this.#masked)) {
      if (this.#known.has(text)) continue;
      this.#known.add(text);
      this.#listener?.(text);
    }
  }

  listen(listener: (text: string) => void): void {
    this.#listener = listener;
    for (const text of this.#known) listener(text);
  }
}

/** The texts in a header, of those with code 299, which is the only one that Kubernetes uses. */
export function warningTexts(header: string | undefined): string[] {
  const warnings = (header ?? '').matchAll(/(\d{3}) \S+ "((?:[^"\\]|\\.)*)"/g);
  return [...warnings].flatMap(([, code, text = '']) => (code === '299' ? [fromHeader(text)] : []));
}

/** Headers arrive as one character a byte; what is in them is UTF-8, with quotes and backslashes escaped. */
function fromHeader(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8').replaceAll(/\\(.)/g, '$1');
}
