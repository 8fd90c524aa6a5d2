import packageJson from '../package.json' with { type: 'json' };

/** The version of this program; it stands in package.json and nowhere else. */
export const version = packageJson.version;

/** A text of JSON, put in by scripts/built-file/one-file.ts. */
declare const BUILT_FROM: string;

/** What this program was built from; run from its source, nobody knows. */
export const builtFrom: { gitCommit: string; gitTreeState?: string } = {
  gitCommit: 'unknown',
  ...(typeof BUILT_FROM === 'undefined' ? {} : JSON.parse(BUILT_FROM)),
};

/** Where bugs are reported. */
export const issues = packageJson.bugs.url;
