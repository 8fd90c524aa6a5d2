import { readdirSync, rmdirSync, statSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Of other builds so many stay, so that two that are used by turns do not take away each other's. */
const OTHERS_KEPT = 3;

/** The folder of a build, and in it the files of V8's compiled code, also those that were never finished. */
const BUILD_FOLDER = /^code-\d+\.\d+\.\d+[\w.+-]*-[0-9a-f]{16}$/;
const CODE_FILE = /^[0-9a-z]+-[0-9a-z]+-v\d[\w.+-]*\.code(\.[0-9a-z]*)?$/;

/**
 * Removes what builds have kept that were not used for long beside that of `current`, and nothing that is not called so:
 * somebody's own folder may have our name, and somebody's files may be in ours.
 */
export function forgetOtherBuilds(current: string): void {
  const folder = dirname(current);
  const others = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && BUILD_FOLDER.test(entry.name))
    .map(({ name }) => join(folder, name))
    .filter((build) => build !== current)
    .map((build) => ({ build, changed: statSync(build).mtimeMs }))
    .sort((one, other) => other.changed - one.changed);
  for (const { build } of others.slice(OTHERS_KEPT)) {
    for (const entry of readdirSync(build, { withFileTypes: true })) {
      if (entry.isFile() && CODE_FILE.test(entry.name)) unlinkSync(join(build, entry.name));
    }
    try {
      rmdirSync(build);
    } catch {} // Something else is in it.
  }
}
