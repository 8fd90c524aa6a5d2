/**
 * What a file, a URL or standard input may hold, so that no input takes the program's memory or time: far more than any
 * manifest, since an object in etcd is at most 1.5 MiB, and far less than hurts.
 */
export const inputLimits = {
  bytes: 16 * 1024 * 1024,
  /** Words and marks of YAML, of which each takes about 300 bytes of memory while it is read. */
  yamlTokens: 1_000_000,
  /** Looking one up takes the longer the more anchors there are. */
  yamlAliases: 1_000,
  /** Lines with %, of which a document has at most two that mean something. */
  yamlDirectives: 100,
  /** Maps and lists inside each other. */
  depth: 200,
} as const;

/** 16 MiB */
export function inMebibytes(bytes: number): string {
  return `${bytes / 1024 / 1024} MiB`;
}
