import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandLine } from './parts.ts';

/**
 * Starts a program that goes on when this process ends or is interrupted; see guard.ts for how it is ended then.
 * @param ended called when the program ends while this process lives
 * @returns its process id
 */
export function startProcess([executable, ...args]: CommandLine, logFile: string, ended: () => void): number {
  const log = openSync(logFile, 'a');
  const child = spawn(executable, args, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.once('error', ended);
  child.once('exit', ended);
  child.unref();
  if (child.pid === undefined) throw new Error(`${executable} could not be started: is it there, and executable?`);
  return child.pid;
}

/**
 * Whether the process is there and its command line names the folder. A process id that was written down may belong to
 * a stranger by now; every part of a control plane has its run folder among its arguments.
 */
export async function runsFrom(folder: string, pid: number): Promise<boolean> {
  return (await commandLineOf(pid)).includes(`${folder}/`);
}

/** Signals a process of that folder and waits until it is gone, however long that takes. Strangers are left alone. */
export async function endProcess(folder: string, pid: number, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (!(await runsFrom(folder, pid))) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  while (await isEnding(folder, pid)) await sleep(10);
}

/**
 * A process that was killed has lost its command line before its threads have closed their files: as long as they have
 * not, its ports are taken.
 */
async function isEnding(folder: string, pid: number): Promise<boolean> {
  const commandLine = await commandLineOf(pid);
  if (commandLine !== '' || process.platform !== 'linux') return commandLine.includes(`${folder}/`);
  try {
    const [, state] = /\) (\S)/.exec(await readFile(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return state !== 'Z' || (await readdir(`/proc/${pid}/task`)).length > 1;
  } catch {
    return false;
  }
}

/** The last lines of a log file, for an error message. Empty if there is no such file. */
export function lastLines(file: string, count = 8): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '';
  }
}

/** Empty if there is no such process, or only its exit code is left of it. */
async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return new Promise((resolve) => {
    execFile('ps', ['-ww', '-o', 'command=', '-p', String(pid)], (_error, stdout) => resolve(stdout));
  });
}
