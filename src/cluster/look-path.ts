import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { ownValue } from '../own-values.ts';
import { PluginFailure } from './plugin-failure.ts';

/** How a system finds a program by its name. */
export interface PathRules {
  /** Looks in the current folder first, takes PATH in any spelling, and adds an ending to a name. */
  windows: boolean;
  /** Whether a file is there that may be run. */
  isProgram(file: string): boolean;
}

const ofSystem: PathRules = { windows: path.sep === '\\', isProgram };

/**
 * The file that is run by this name, as Go's exec.LookPath finds it (pkg.go.dev/os/exec); undefined: there is none. A command with
 * a separator in it is a file already. Throws PluginFailure where it would be one of the folder in which the user happens to
 * be, which may be somebody else's: for "." or another relative folder in PATH, and an empty one, which stands for ".".
 */
export function lookPath(
  command: string,
  env: Readonly<Record<string, string | undefined>>,
  { windows, isProgram }: PathRules = ofSystem,
): string | undefined {
  const { isAbsolute, join, delimiter } = windows ? path.win32 : path.posix;
  if (windows ? /[\\/:]/.test(command) : command.includes('/')) return command;
  const folders = (windows ? anyCase(env, 'PATH') : ownValue(env, 'PATH'))?.split(delimiter) ?? [];
  // What has an ending is looked for as it is.
  const endings = windows && !/\.[^.]+$/.test(command) ? ['.com', '.exe'] : [''];
  for (const folder of windows ? ['.', ...folders.filter((one) => one !== '')] : folders) {
    const found = endings.map((ending) => join(folder || '.', command + ending)).find(isProgram);
    if (found === undefined) continue;
    if (isAbsolute(folder)) return found;
    throw new PluginFailure(
      `exec: "${command}": cannot run executable found relative to current directory`,
      'Use the full path of the plugin in the kubeconfig, or remove relative directories from PATH',
    );
  }
  return undefined;
}

function anyCase(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
