import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { controlPlaneFolder, type RunFiles, runFilesOf } from './folders.ts';
import { endRunning, readRunning } from './running.ts';

/**
 * Ends a control plane when the process that started it ends, however it does: the guard is a process of its own that
 * reads from a pipe, and the pipe closes with its other end. Neither exit handlers nor process groups outlast kill -9.
 */
export interface Guard {
  /** From now on the control plane may outlive this process. */
  release(): void;
}

const released = 'released';

export function startGuard(folder: string, name: string, id: string): Guard {
  const log = openSync(join(runFilesOf(folder, name).logs, 'guard.log'), 'a');
  const guard = spawn(process.execPath, [import.meta.filename, folder, name, id], {
    detached: true,
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  guard.on('error', () => {}); // without a guard everything still works, as long as nobody kills this process
  guard.unref();
  const pipe = guard.stdin as Socket; // a pipe that would otherwise keep this process from ending
  pipe.on('error', () => {});
  pipe.unref();
  return { release: () => pipe.end(released) };
}

async function guardUntilStandardInputEnds([folder = controlPlaneFolder(), name = '', id]: string[]): Promise<void> {
  let heard = '';
  for await (const chunk of process.stdin) heard += chunk;
  if (heard === released) return;
  const files: RunFiles = runFilesOf(folder, name);
  const running = readRunning(files);
  if (running && running.id === id) await endRunning(files, running);
}

if (import.meta.main) await guardUntilStandardInputEnds(process.argv.slice(2));
