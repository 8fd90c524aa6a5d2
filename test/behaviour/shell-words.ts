import { execFileSync } from 'node:child_process';

/** The words of a command line, as a shell takes it apart. */
export function shellWords(command: string): string[] {
  const read = execFileSync('bash', ['-c', `printf '%s\\0' ${command}`], {
    encoding: 'utf8',
    env: { HOME: '/elsewhere' },
  });
  return read.split('\0').slice(0, -1);
}
