import { randomUUID } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { platform } from 'node:os';
import path from 'node:path';
import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { BadInput, exitCodes } from '../failures.ts';
import { commonFlags, takes, verbOf } from './verb.ts';

/** The file that kubectl runs for the plugin, and the one that it runs to complete its words. */
const PLUGIN = 'kubectl-seldon_lifecycle';
const COMPLETER = 'kubectl_complete-seldon_lifecycle';

const declared = {
  ...commonFlags,
  directory: takes('files', Option.String('--dir', { description: 'Directory to write it to' })),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['completion install'],
  description: 'Enable completion through kubectl: install the executable that kubectl asks',
  details: `
    kubectl 1.26 or later completes the words of a plugin with the help of an executable on the PATH,
    kubectl_complete-seldon_lifecycle. npm installs it; krew cannot. This command writes it to the directory of the
    PATH that contains kubectl-seldon_lifecycle, or to --dir.

    Your shell needs kubectl's own completion too: see kubectl completion --help.
  `,
  examples: [
    ['Install it next to the plugin', '$0 completion install'],
    ['Install it in another directory, which must be on the PATH', '$0 completion install --dir ~/.local/bin'],
  ],
  flags: declared,
  run,
});

async function run({ directory }: Given, { stdout, stderr, env }: Context): Promise<number> {
  const folders = (env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const windows = platform() === 'win32';
  const folder = directory || folders.find((one) => holdsPlugin(one, windows));
  if (folder === undefined) {
    throw new BadInput(`${PLUGIN} is not on your PATH`, {
      hint: 'Choose a directory on the PATH with --dir.',
    });
  }
  const file = path.join(folder, windows ? `${COMPLETER}.cmd` : COMPLETER);
  const done = write(file, windows ? CMD : SHELL);
  stdout.write(`${file} ${done}\n`);
  if (!folders.some((one) => path.resolve(one) === path.resolve(folder))) {
    stderr.write(`warning: ${folder} is not on your PATH, so kubectl will not find the executable\n`);
  }
  stderr.write("Your shell needs kubectl's own completion too: kubectl completion --help\n");
  return exitCodes.done;
}

function holdsPlugin(folder: string, windows: boolean): boolean {
  const names = windows ? ['.exe', '.cmd', '.bat', '.com', '.ps1'].map((ending) => PLUGIN + ending) : [PLUGIN];
  return names.some((name) => {
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const MARK = 'Asks kubectl-seldon_lifecycle what may stand next on the command line.';

/** kubectl calls it by its whole path, beside which the plugin is. */
const SHELL = `\
#!/bin/sh
# ${MARK}
plugin="\${0%/*}/${PLUGIN}"
[ -x "$plugin" ] || plugin=${PLUGIN}
exec "$plugin" __complete "$@"
`;

const CMD = `\
@rem ${MARK}\r
@if exist "%~dp0${PLUGIN}.*" (call "%~dp0${PLUGIN}" __complete %*) else (call ${PLUGIN} __complete %*)\r
`;

/** Never over anything that is not ours. Throws BadInput. */
function write(file: string, text: string): 'created' | 'configured' | 'unchanged' {
  const there = existing(file);
  if (there === text) return 'unchanged';
  if (there !== undefined && (isLink(file) || !there.includes(MARK))) {
    // What npm puts there does the same.
    if (there.includes("'__complete'") && there.includes(PLUGIN)) return 'unchanged';
    throw new BadInput(`${file} exists, but this command did not write it: not changed`, {
      hint: 'Remove it first, or choose another directory with --dir.',
    });
  }
  const beside = path.join(path.dirname(file), `.${COMPLETER}-${randomUUID()}`);
  try {
    writeFileSync(beside, text, { mode: 0o755, flag: 'wx' });
    chmodSync(beside, 0o755);
    renameSync(beside, file);
  } catch (cause) {
    rmSync(beside, { force: true });
    throw new BadInput(`cannot write ${file}: ${(cause as Error).message}`, {
      hint: 'Choose a writable directory on the PATH with --dir.',
      cause,
    });
  }
  return there === undefined ? 'created' : 'configured';
}

function existing(file: string): string | undefined {
  try {
    lstatSync(file);
  } catch {
    return undefined;
  }
  try {
    return statSync(file).isFile() ? readFileSync(file, 'utf8') : '';
  } catch {
    // A link that leads nowhere, or to what may not be read: not ours.
    return '';
  }
}

function isLink(file: string): boolean {
  return lstatSync(file).isSymbolicLink();
}
