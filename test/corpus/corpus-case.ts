/** What a text may be read as. */
export type Language = 'manifest' | 'plan' | 'list' | 'messages' | 'kubeconfig' | 'reports' | 'payload';

/** One bad or strange input. */
export interface CorpusCase {
  name: string;
  content: string | Uint8Array;
  /** 'either': only that it ends in order counts. 'partly': it is read, and some of it cannot be carried out. */
  expected: 'valid' | 'bad' | 'partly' | 'either';
  /** It is about the file as a whole, so that no line of it can be named. */
  withoutPlace?: boolean;
}

const sync = ['sync', '--owner=corpus', '--once'];

/** How the program checks a file of this language, and changes nothing; undefined: only by changing something. */
export const checking: Readonly<Record<Language, readonly string[] | undefined>> = {
  manifest: ['delete', '--dry-run=client', '--ignore-not-found', '-f'],
  plan: ['plan', 'validate', '-f'],
  list: [...sync, '--dry-run=server'],
  messages: [...sync, '--dry-run=server', '-'],
  kubeconfig: ['list', '--request-timeout=1s', '--kubeconfig'],
  reports: ['report'],
  payload: undefined,
};

/** What would change the cluster if the file were good; undefined: this language can change nothing. */
export const changing: Readonly<Record<Language, readonly string[] | undefined>> = {
  manifest: ['apply', '-f'],
  plan: ['plan', 'run', '-f'],
  list: sync,
  messages: [...sync, '-'],
  kubeconfig: undefined,
  reports: undefined,
  payload: ['predict', 'iris', '-d'],
};
