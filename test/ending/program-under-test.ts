import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { modelYaml } from '../behaviour/models.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import { startFolder } from './every-command.ts';

/** Where an output of the program leads: read as it comes or late, a full disk, nobody, or a file that is open. */
export type End = 'read' | 'slow' | 'full' | 'closed' | number;

export interface Ended {
  exitCode: number | null;
  /** What arrived of both, where they are read. */
  stdout: string;
  stderr: string;
}

/** The built file as a process of its own, in a folder with the files of every-command.ts, against a sandbox. */
export interface ProgramUnderTest {
  server: SandboxUnderTest;
  folder: string;
  /** `preload` is loaded before the program. */
  run(args: readonly string[], ends?: { stdout?: End; stderr?: End; preload?: string }): Promise<Ended>;
  stop(): Promise<void>;
}

export async function startProgramUnderTest(file: string): Promise<ProgramUnderTest> {
  const { folder, remove } = startFolder();
  mkdirSync(path.join(folder, 'bin'));
  const server = await startSandboxUnderTest({ podMetrics: true });
  const note = `name: large\n  annotations: {note: ${'x'.repeat(200_000)}}`;
  for (const stdin of [modelYaml(), modelYaml({ name: 'large' }).replace('name: large', note)]) {
    const { exitCode, stderr } = await server.run(['apply', '-f', '-', '--wait'], { stdin });
    if (exitCode !== 0) throw new Error(stderr);
  }
  return {
    server,
    folder,
    async run(args, { stdout = 'read', stderr = 'read', preload } = {}) {
      const full = [stdout, stderr].includes('full') ? openSync('/dev/full', 'w') : undefined;
      const of = (end: End) => (typeof end === 'number' ? end : end === 'full' ? full : 'pipe');
      const before = preload === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(preload)}`];
      const child = spawn(process.execPath, [...before, file, ...args], {
        cwd: folder,
        env: { PATH: process.env.PATH, HOME: folder, KUBECONFIG: server.kubeconfig },
        stdio: ['ignore', of(stdout), of(stderr)],
      });
      if (full !== undefined) closeSync(full);
      const ended: Ended = { exitCode: null, stdout: '', stderr: '' };
      for (const [name, end] of [
        ['stdout', stdout],
        ['stderr', stderr],
      ] as const) {
        const read = () =>
          child[name]?.setEncoding('utf8').on('data', (text) => {
            ended[name] += text;
          });
        if (end === 'closed') child[name]?.destroy();
        else if (end === 'slow') setTimeout(read, 500);
        else read();
      }
      return await new Promise((resolve, reject) => {
        child.on('error', reject).on('close', (exitCode) => resolve({ ...ended, exitCode }));
      });
    },
    async stop() {
      await server.stop();
      remove();
    },
  };
}

/** The errors that were told on standard error. */
export function errorsIn({ stderr }: Ended): string[] {
  return stderr.split('\n').filter((line) => line.startsWith('error:'));
}
