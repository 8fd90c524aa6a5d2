import { MASK } from '../kubernetes/masked-secret.ts';
import { isObject } from '../own-values.ts';

/** What is shorter is found in other words too, and tells little. */
const SHORTEST = 6;
/** Words of letters alone are names and plain language up to here. */
const SHORTEST_WORD = 12;
/** What is longer is found nowhere by chance, so that it may stand in the middle of a word. */
const UNMISTAKABLE = 12;

/**
 * The secret values that this program itself has sent to a server, or shown it to be let in: a server may say them again,
 * in the words of an error or a warning.
 */
export class KnownSecrets {
  readonly #values = new Set<string>();
  /** Every form in which a value may come back, made when it is first asked for: few commands ever mask anything. */
  #forms: ReadonlySet<string> | undefined;

  /** A value; one that is short, or an ordinary word, is not taken. */
  add(value: string): void {
    const text = value.trim();
    const least = /^\p{L}+$/u.test(text) ? SHORTEST_WORD : SHORTEST;
    if (text.length < least || text === MASK) return;
    this.#values.add(value);
    this.#forms = undefined;
  }

  /** The values in a body that is sent to the address of a Secret: of the object, or of the operations of a JSON patch. */
  addSecret(body: unknown): void {
    if (Array.isArray(body))
      for (const operation of body) this.#addAll(isObject(operation) ? operation.value : undefined);
    if (!isObject(body)) return;
    this.#addAll(body.stringData);
    this.#addAll(body.data);
  }

  /**
   * The text with a mask in place of each of them. What is a part of the address that was asked is no secret: it is the
   * name of something.
   */
  masked(text: string, address = ''): string {
    const names = new Set(address.split(/[/?#]/));
    this.#forms ??= new Set([...this.#values].flatMap(formsOf));
    const found = [...this.#forms].filter((form) => text.includes(form) && !names.has(form));
    // One that holds another one first.
    found.sort((a, b) => b.length - a.length);
    return found.reduce((rest, form) => withoutForm(rest, form), text);
  }

  /** Whatever stands there: a value that is no text is a mistake, which the server tells with the value. */
  #addAll(value: unknown): void {
    if (Array.isArray(value)) for (const item of value) this.#addAll(item);
    else if (isObject(value)) for (const item of Object.values(value)) this.#addAll(item);
    else if (typeof value === 'string' || typeof value === 'number') {
      this.add(String(value));
      const decoded = decodedText(String(value));
      if (decoded !== undefined) this.add(decoded);
    }
  }
}

function formsOf(value: string): string[] {
  const text = value.trim();
  const encoded = [value, text].map((one) => Buffer.from(one).toString('base64'));
  return [text, ...encoded].flatMap(quotedForms);
}

/** As it is, as Go and JSON quote it, and so once more, where an error stands in a body of JSON. */
function quotedForms(text: string): string[] {
  const once = quoted(text);
  const plain = [text, once, quoted(once)];
  // encoding/json writes these three so unless it is told not to.
  return plain.flatMap((form) => [
    form,
    form.replaceAll(/[<>&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
  ]);
}

function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function withoutForm(text: string, form: string): string {
  if (form.length >= UNMISTAKABLE) return text.replaceAll(form, MASK);
  const escaped = form.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return text.replaceAll(new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'gu'), MASK);
}

/** What base64 stands for, where that is text. */
function decodedText(base64: string): string | undefined {
  const bytes = Buffer.from(base64, 'base64');
  const text = bytes.toString('utf8');
  return bytes.length > 0 && Buffer.from(text).equals(bytes) ? text : undefined;
}
