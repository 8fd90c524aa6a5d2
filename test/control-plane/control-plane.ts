import { join } from 'node:path';
import { build } from './build.ts';
import { binariesIn, controlPlaneFolder, type RunFiles, runFilesOf } from './folders.ts';
import { type PartName, partNames } from './parts.ts';
import { endProcess, runsFrom, startProcess } from './process.ts';
import { apiServerReady } from './readiness.ts';
import { endRunning, livingParts, type Running, readRunning, writeRunning } from './running.ts';
import { startLimitMilliseconds, startParts } from './start.ts';

export interface Part {
  readonly name: PartName;
  /** Of its latest start; it may have ended since. */
  readonly pid: number;
  readonly logPath: string;
  isRunning(): Promise<boolean>;
  /** Sends the signal (SIGKILL if not said) and waits until the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again as it was, ending it first if it runs. The API server is ready to answer when this is done. */
  restart(): Promise<void>;
}

/** A Kubernetes cluster of one node whose containers are played, on loopback. */
export interface ControlPlane {
  readonly name: string;
  readonly url: string;
  /** For a cluster administrator. */
  readonly kubeconfigPath: string;
  /** See audit.ts. It is kept after `stop`, until the next start under this name. */
  readonly auditLogPath: string;
  /** Of the server's version, linked alone: its start-up time can be compared. */
  readonly kubectlPath: string;
  readonly parts: Readonly<Record<PartName, Part>>;
  /** Ends every part and forgets the cluster's data; the logs are kept. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Control planes of different names can run at the same time; "test" if not said. */
  name?: string;
  /** Where everything is built and written: see controlPlaneFolder. */
  folder?: string;
  /** Told what takes time, a line each. */
  log?: (line: string) => void;
  /** Whether it goes on running after this process has ended, until someone stops it. If not, it ends with this process. */
  outlives?: boolean;
  /**
   * CustomResourceDefinitions to install before the controllers start. The garbage collector looks for kinds it does not
   * know every 30 s only, so foreground deletion of objects of a kind installed later can take that long to begin.
   */
  customResourceDefinitions?: readonly { metadata: { name: string } }[];
  /** The Unix socket of a network of pods, see pod-network.ts; it has to be there as long as the control plane. */
  podNetwork?: string;
}

/**
 * Builds what is not built (see build.ts for how long that takes) and starts a control plane with no data, in about
 * 3 s. What is left over from a start under the same name whose process is gone is ended first.
 * @throws {GoMissing}
 * @throws {Error} if a part ends, with the end of its log, or it is not up after 60 s; everything started is ended then
 */
export async function startControlPlane(options: StartOptions = {}): Promise<ControlPlane> {
  const { name = 'test', folder = controlPlaneFolder(), log = () => {} } = options;
  const files = runFilesOf(folder, name);
  const binaries = await build(folder, log);
  await endLeftovers(files, name);
  const running = await startParts({ ...options, name, folder, log }, files, binaries);
  return controlPlaneOf(folder, name, files, running);
}

/** The control plane of that name, if it was started and not stopped. Its parts may have died: ask them. */
export function findControlPlane(name: string, folder = controlPlaneFolder()): ControlPlane | undefined {
  const files = runFilesOf(folder, name);
  const running = readRunning(files);
  return running && controlPlaneOf(folder, name, files, running);
}

async function endLeftovers(files: RunFiles, name: string): Promise<void> {
  const running = readRunning(files);
  if (running === undefined) return;
  const inUse = running.owner === undefined || isAlive(running.owner);
  if (inUse && (await livingParts(files, running)).length > 0) {
    const owner = running.owner === undefined ? 'until it is stopped' : `for process ${running.owner}`;
    throw new Error(
      `The control plane "${name}" is running already, ${owner}: stop it, or give this one another name.`,
    );
  }
  await endRunning(files, running);
}

function controlPlaneOf(folder: string, name: string, files: RunFiles, running: Running): ControlPlane {
  const part = (partName: PartName): Part => {
    const entry = running.parts[partName];
    const logPath = join(files.logs, `${partName}.log`);
    const kill = async (signal?: NodeJS.Signals) => {
      if (entry.pid !== undefined) await endProcess(files.folder, entry.pid, signal);
    };
    return {
      name: partName,
      get pid() {
        return entry.pid ?? 0;
      },
      logPath,
      isRunning: async () => entry.pid !== undefined && (await runsFrom(files.folder, entry.pid)),
      kill,
      restart: async () => {
        await kill();
        entry.pid = startProcess(entry.commandLine, logPath, () => {});
        writeRunning(files, running);
        if (partName === 'kube-apiserver') {
          await apiServerReady(files, running.url, AbortSignal.timeout(startLimitMilliseconds));
        }
      },
    };
  };
  return {
    name,
    url: running.url,
    kubeconfigPath: files.kubeconfig,
    auditLogPath: files.auditLog,
    kubectlPath: binariesIn(folder).kubectl,
    parts: Object.fromEntries(partNames.map((partName) => [partName, part(partName)])) as Record<PartName, Part>,
    stop: () => endRunning(files, running),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
