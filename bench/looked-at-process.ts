import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

/** What a process has at one moment. */
export interface Look {
  /** Resident set, in MiB. */
  resident: number;
  /** What is alive after a full garbage collection, compiled code left out, in MiB: only this can leak. */
  alive: number;
  /** Open files, sockets included. */
  files: number;
}

/** A program of Node's that goes on, and is looked at meanwhile. */
export class LookedAtProcess {
  readonly looks: Look[] = [];
  /** Of its standard output: each once, and how many there were. */
  readonly lines = new Set<string>();
  lineCount = 0;
  readonly #child: ChildProcess;

  constructor(node: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    const flags = ['--expose-gc', '--import', new URL('tell-memory.mjs', import.meta.url).href];
    this.#child = spawn(node, [...flags, ...args], { env, stdio: ['ignore', 'pipe', 'ignore', 'ipc'] });
    let rest = '';
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      this.lineCount += lines.length;
      for (const line of lines) this.lines.add(line);
    });
  }

  /** With a file: a heap snapshot goes there, for Chrome's developer tools. */
  async look(snapshot?: string): Promise<void> {
    const { pid } = this.#child;
    const [, kibibytes = 0] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    const files = readdirSync(`/proc/${pid}/fd`).length;
    this.#child.send(snapshot === undefined ? {} : { snapshot });
    const [alive] = await once(this.#child, 'message');
    this.looks.push({ resident: Number(kibibytes) / 1024, alive: alive / 1024 / 1024, files });
  }

  interrupt(): void {
    this.#child.kill('SIGINT');
  }
}

/** By how much figures rise from one to the next over their second half: the line through them with the least squares. */
export function riseOfSecondHalf(figures: readonly number[]): number {
  const half = figures.slice(Math.floor(figures.length / 2));
  const middle = (half.length - 1) / 2;
  const mean = half.reduce((sum, figure) => sum + figure, 0) / half.length;
  const together = half.reduce((sum, figure, index) => sum + (index - middle) * (figure - mean), 0);
  return together / half.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
}
