import { execFileSync } from 'node:child_process';
import { chownSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { builtFile } from '../behaviour/built-file.ts';

const dockerfile = readFileSync(path.resolve(import.meta.dirname, '../../Dockerfile'), 'utf8');
const instruction = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(dockerfile)?.[1] ?? '';

/** What a container of the image sees. */
export interface ImageRoot {
  /** The program and arguments that run the image's entry point there, as its user or another, who can write nowhere. */
  command(args: readonly string[], user?: string): [program: string, args: string[]];
  /** What the image sets of the environment. */
  env: Readonly<Record<string, string>>;
  /** A file as the kubelet or Docker mounts it; `owner`: it is for that user alone. */
  mount(file: string, text: string, owner?: number): void;
  remove(): void;
}

/**
 * A root folder with what the Dockerfile copies, Node and the libraries that Node needs: no shell, nothing else. Undefined
 * where that cannot be tried: only root may change the root of a process.
 */
export function makeImageRoot(): ImageRoot | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const root = mkdtempSync(path.join(tmpdir(), 'image-'));
  const put = (from: string, to: string) => {
    const target = path.join(root, to);
    mkdirSync(path.dirname(target), { recursive: true });
    copyFileSync(from, target);
  };
  put(process.execPath, '/usr/local/bin/node');
  for (const [, library = ''] of execFileSync('ldd', [process.execPath], { encoding: 'utf8' }).matchAll(
    /(\/\S+) \(0x/g,
  )) {
    put(library, library);
  }
  const [program = '', ...entryArgs]: string[] = JSON.parse(instruction('ENTRYPOINT'));
  put(builtFile, entryArgs[0] ?? '');
  execFileSync('chmod', ['0755', root]);
  return {
    command: (args, user = instruction('USER')) => [
      'chroot',
      [`--userspec=${user}`, root, program, ...entryArgs, ...args],
    ],
    env: Object.fromEntries([...dockerfile.matchAll(/^ENV (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value])),
    mount(file, text, owner) {
      const target = path.join(root, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, text, { mode: owner === undefined ? 0o644 : 0o400 });
      if (owner !== undefined) chownSync(target, owner, owner);
    },
    remove: () => rmSync(root, { recursive: true }),
  };
}
