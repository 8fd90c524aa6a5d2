import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { RunFiles } from './folders.ts';
import { type CommandLine, type PartName, partNames } from './parts.ts';
import { endProcess, runsFrom } from './process.ts';

/** What is written down about a control plane that runs, so that other processes can find and end it. */
export interface Running {
  /** Of this start: a later one under the same name has another. */
  id: string;
  /** The process it lives and dies with; absent if it is to run on until it is stopped. */
  owner?: number;
  /** Of the API server. */
  url: string;
  parts: Record<PartName, { commandLine: CommandLine; pid?: number }>;
}

/** Undefined if no control plane was started here, or it was stopped. It may have died since. */
export function readRunning(files: RunFiles): Running | undefined {
  try {
    return JSON.parse(readFileSync(files.state, 'utf8')) as Running;
  } catch {
    return undefined;
  }
}

/** Synchronous, so that no process of ours is ever without a trace; renamed into place, so that readers find it whole. */
export function writeRunning(files: RunFiles, running: Running): void {
  const fresh = `${files.state}.new`;
  writeFileSync(fresh, JSON.stringify(running, null, 2));
  renameSync(fresh, files.state);
}

export async function livingParts(files: RunFiles, running: Running): Promise<PartName[]> {
  const lives = await Promise.all(
    partNames.map(async (name) => {
      const { pid } = running.parts[name];
      return pid !== undefined && (await runsFrom(files.folder, pid));
    }),
  );
  return partNames.filter((_, index) => lives[index]);
}

/** Ends every part and forgets the cluster's data and keys. The logs stay until the next start under this name. */
export async function endRunning(files: RunFiles, running: Running): Promise<void> {
  const pids = partNames.flatMap((name) => running.parts[name].pid ?? []);
  await Promise.all(pids.map((pid) => endProcess(files.folder, pid)));
  await Promise.all(
    [files.state, files.kubeconfig, files.keys, files.etcdData].map((path) =>
      rm(path, { recursive: true, force: true }),
    ),
  );
}
