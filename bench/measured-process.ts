import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Measured {
  exitCode: number;
  wallMs: number;
  /** Largest resident set, in MiB; undefined where /proc is not there to tell. */
  peakMiB: number | undefined;
  /** Processor time, in seconds; undefined likewise. */
  cpuS: number | undefined;
  stdout: string;
}

/** Runs a program to its end and measures it from outside. */
export function measure(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  stdin = '',
): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(program, [...args], { env, stdio: 'pipe' });
    let peakMiB: number | undefined;
    let cpuS: number | undefined;
    const sample = setInterval(() => {
      peakMiB = residentPeak(child.pid) ?? peakMiB;
      cpuS = processorSeconds(child.pid) ?? cpuS;
    }, 10);
    let [stdout, stderr] = ['', ''];
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stdin.on('error', () => {}); // Not everybody reads it.
    child.stdin.end(stdin);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(sample);
      // Of what goes well nobody wants to know what was waited for.
      if (code !== 0) process.stderr.write(stderr);
      resolve({ exitCode: code ?? -1, wallMs: performance.now() - start, peakMiB, cpuS, stdout });
    });
  });
}

/** VmHWM of /proc: the kernel keeps the largest value itself, so that a rare look is enough. */
export function residentPeak(pid: number | undefined): number | undefined {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
  } catch {
    return undefined;
  }
}

/** Of all its threads and of the processes that it has waited for, in user and in system mode. Linux counts hundredths of a second. */
export function processorSeconds(pid: number | undefined): number | undefined {
  try {
    // The name of the program, in parentheses, may hold anything; utime, stime, cutime and cstime are fields 14 to 17.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
  } catch {
    return undefined;
  }
}
