import { BadInput } from '../failures.ts';

/**
 * What files, URLs and standard input may hold, so that no input takes the program's memory or time: far more than any
 * manifest, since an object in etcd is at most 1.5 MiB, and far less than hurts.
 */
export const inputLimits = {
  /** Of the text itself. */
  bytes: 16 * 1024 * 1024,
  /** Of what the text says once its aliases and variables stand for what they mean. */
  letters: 16 * 1024 * 1024,
  /** The same: maps, lists and scalars, of which a small one takes about 100 bytes of memory. */
  values: 1_000_000,
  /** Words and marks of YAML, of which each takes about 300 bytes of memory while it is read. */
  yamlTokens: 1_000_000,
  /** Lines with %, of which a document has at most two that mean something. */
  yamlDirectives: 100,
  /** Maps and lists inside each other. */
  depth: 200,
  /** Deployments that a source may want: each of them takes about 100 KiB while it is looked after. */
  records: 10_000,
  /** Letters of what a source calls its records, requests and revisions, which come back in annotations and answers. */
  nameLetters: 4_096,
} as const;

/** More than is read. No further look makes it less. */
export class TooMuchInput extends BadInput {}

export const tooDeep = `nested more than ${inputLimits.depth} levels deep`;

/** 16 MiB */
export function inMebibytes(bytes: number): string {
  return `${bytes / 1024 / 1024} MiB`;
}
