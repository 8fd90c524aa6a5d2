import { answerLimits } from './answer-limits.ts';
import { ListTooLarge } from './api-failure.ts';
import type { ResourceKind } from './resource-kinds.ts';

/**
 * How much memory a list takes, whose chunks are each within the limits: of what is kept of its objects. That is measured
 * only where more has come than one answer may hold, which of few clusters there is.
 */
export class ListSize {
  readonly #what: string;
  #letters = 0;
  #measured = 0;
  #bytes = 0;

  readonly #server: string;

  constructor(server: string, kind: ResourceKind, namespace: string | undefined) {
    this.#server = server;
    this.#what = listed(kind, namespace);
  }

  /** So many letters have come, and these are all that are kept of them by now. Throws ListTooLarge. */
  add(letters: number, kept: readonly unknown[]): void {
    this.#letters += letters;
    if (this.#letters <= answerLimits.bytes) return;
    for (; this.#measured < kept.length; this.#measured += 1) this.#bytes += bytesOf(kept[this.#measured]);
    if (this.#bytes > answerLimits.list) throw new ListTooLarge(this.#server, this.#what, answerLimits.list);
  }
}

/** pods in namespace "models"; seldondeployments.machinelearning.seldon.io in all namespaces */
export function listed({ plural, apiVersion, namespaced }: ResourceKind, namespace: string | undefined): string {
  const [group = ''] = apiVersion.includes('/') ? apiVersion.split('/') : [];
  const name = group === '' ? plural : `${plural}.${group}`;
  if (!namespaced) return name;
  return namespace === undefined ? `${name} in all namespaces` : `${name} in namespace "${namespace}"`;
}

/** Of an object, a list or a property beside what it holds, as V8 has them on 64 bits, nearly. */
const HOLDER = 48;
const ENTRY = 16;

/** The bytes that a value of JSON takes, nearly. Without recursion: it may be nested as deep as its text is long. */
function bytesOf(value: unknown): number {
  let bytes = 0;
  const rest = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (typeof next === 'string') bytes += next.length;
    if (typeof next !== 'object' || next === null) continue;
    const inside = Object.values(next);
    bytes += HOLDER + ENTRY * inside.length;
    for (const one of inside) rest.push(one);
  }
  return bytes;
}
