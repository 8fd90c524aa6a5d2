/** What a file may be read as. */
export type Language = 'manifest' | 'plan';

/** One bad or strange input. */
export interface CorpusCase {
  name: string;
  content: string | Uint8Array;
  /** 'either': only that it ends in order counts. */
  expected: 'valid' | 'bad' | 'either';
  /** It is about the file as a whole, so that no line of it can be named. */
  withoutPlace?: boolean;
}

/** How the program checks a file of this language, and changes nothing. */
export const checking: Readonly<Record<Language, readonly string[]>> = {
  manifest: ['delete', '--dry-run=client', '--ignore-not-found', '-f'],
  plan: ['plan', 'validate', '-f'],
};

/** What would change the cluster if the file were good. */
export const changing: Readonly<Record<Language, readonly string[]>> = {
  manifest: ['apply', '-f'],
  plan: ['plan', 'run', '-f'],
};
