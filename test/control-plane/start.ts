import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries, RunFiles } from './folders.ts';
import { freePorts } from './free-ports.ts';
import { startGuard } from './guard.ts';
import { commandLines, type PartName, type Ports, partNames } from './parts.ts';
import { lastLines, startProcess } from './process.ts';
import { apiServerReady, definitionsEstablished, healthy, podsCanRun } from './readiness.ts';
import { endRunning, type Running, writeRunning } from './running.ts';
import { writeSettings } from './settings.ts';

export const startLimitMilliseconds = 60_000;

export interface Start {
  name: string;
  folder: string;
  log: (line: string) => void;
  outlives?: boolean;
  customResourceDefinitions?: readonly { metadata: { name: string } }[];
  podNetwork?: string;
}

/**
 * Starts every part and waits until pods can run.
 * @throws {Error} as startControlPlane does, with everything ended
 */
export async function startParts(start: Start, files: RunFiles, binaries: Binaries): Promise<Running> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryToStart(start, files, binaries);
    } catch (error) {
      const { message } = error as Error;
      // Someone else may take a port between our finding it free and the part's listening on it.
      const portTaken = message.includes('address already in use');
      // While it starts on a busy machine it may meet a race of its own, in the cache of its OpenAPI.
      const apiServerEnded = message.startsWith('kube-apiserver ended while starting');
      if (!(portTaken || apiServerEnded) || attempt === 3) throw error;
      start.log(
        portTaken
          ? 'A port was taken by another program: starting again on other ports.'
          : `Starting again: ${message}`,
      );
    }
  }
}

async function tryToStart(start: Start, files: RunFiles, binaries: Binaries): Promise<Running> {
  await rm(files.folder, { recursive: true, force: true });
  await mkdir(files.keys, { recursive: true, mode: 0o700 });
  await mkdir(files.logs, { recursive: true });

  const ports = await choosePorts();
  const lines = commandLines(binaries, files, ports, start.podNetwork !== undefined);
  const running: Running = {
    id: randomUUID(),
    ...(!start.outlives && { owner: process.pid }),
    url: `https://127.0.0.1:${ports.apiServer}`,
    parts: Object.fromEntries(partNames.map((name) => [name, { commandLine: lines[name] }])) as Running['parts'],
  };
  writeRunning(files, running);
  const guard = startGuard(start.folder, start.name, running.id);

  const failed = new AbortController();
  const tooLate = setTimeout(() => failed.abort(notUp(files)), startLimitMilliseconds);
  const startPart = (name: PartName) => {
    const logFile = join(files.logs, `${name}.log`);
    const ended = () =>
      failed.abort(new Error(`${name} ended while starting. ${logFile} ends with:\n${lastLines(logFile)}`));
    running.parts[name].pid = startProcess(running.parts[name].commandLine, logFile, ended);
    writeRunning(files, running);
  };
  try {
    startPart('etcd');
    await promisify(execFile)(binaries.controlPlane, ['certificates', files.keys]);
    await writeSettings(files, running.url, start.podNetwork);
    startPart('kube-apiserver');
    await apiServerReady(files, running.url, failed.signal);
    await definitionsEstablished(files, running.url, start.customResourceDefinitions ?? [], failed.signal);
    for (const name of ['kube-controller-manager', 'kube-scheduler', 'kwok'] as const) startPart(name);
    await podsCanRun(files, running.url, failed.signal);
    await healthy(
      files,
      [`https://127.0.0.1:${ports.controllerManager}`, `https://127.0.0.1:${ports.scheduler}`],
      failed.signal,
    );
  } catch (error) {
    await endRunning(files, running);
    guard.release();
    throw error;
  } finally {
    clearTimeout(tooLate);
  }
  if (start.outlives) guard.release();
  return running;
}

async function choosePorts(): Promise<Ports> {
  const [etcd = 0, etcdPeer = 0, apiServer = 0, controllerManager = 0, scheduler = 0, kubelet = 0] = await freePorts(6);
  return { etcd, etcdPeer, apiServer, controllerManager, scheduler, kubelet };
}

function notUp(files: RunFiles): Error {
  const logs = partNames.map((name) => `${name}: ${lastLines(join(files.logs, `${name}.log`), 2)}`);
  const seconds = startLimitMilliseconds / 1000;
  return new Error(
    `The control plane was not up after ${seconds} s. The logs in ${files.logs} end with:\n${logs.join('\n')}`,
  );
}
