import { isObject, setOwnValue } from '../own-values.ts';

/** What nests deeper stays as it is: a server may nest as deep as its answer is long. */
const DEEPEST = 40;
/** Characters: what is longer hardly comes twice. */
const LONGEST = 200;
/** What comes again does so within a few dozen objects; the rest, uids and names, is soon forgotten. */
const MOST = 1_000;

/**
 * Gives each text that comes again and again the place in memory where it is already: kinds, images, reasons, the words of
 * conditions and Events. Each answer of a server has its own of all of them: with 1,000 models that is 8 MB of the 60 in use.
 */
export class SharedTexts {
  /** The latest. */
  readonly #known = new Map<string, string>();

  /** Changes the object itself, which nobody else has yet. */
  share<T>(value: T, depth = 0): T {
    if (typeof value === 'string') return this.#shared(value) as T & string;
    if (depth > DEEPEST) return value;
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) value[index] = this.share(item, depth + 1);
    } else if (isObject(value)) {
      for (const [key, item] of Object.entries(value))
        setOwnValue(value as Record<string, unknown>, key, this.share(item, depth + 1));
    }
    return value;
  }

  #shared(text: string): string {
    if (text.length > LONGEST) return text;
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(text, text);
    return text;
  }
}
