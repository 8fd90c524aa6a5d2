/**
 * npm test: two groups at the same time. A process of its own costs half a second, which is more than most files of tests need, so
 * that they share one; the behaviour has one for each of its parts, since its cases wait for most of their time.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';

/** Hundreds of cases that run the whole program. */
const partsOfBehaviour = /[\\/]behaviour[\\/]sandbox-/;

const files = globSync('test/**/*.test.ts').sort();
const behaviour = files.filter((file) => partsOfBehaviour.test(file));
const groups = {
  'the parts': ['--isolation=none', ...files.filter((file) => !behaviour.includes(file))],
  'the behaviour': [`--concurrency=${behaviour.length}`, ...behaviour],
};

const ends = await Promise.all(
  Object.entries(groups).map(async ([name, args]) => ({
    name,
    ...(await run(['--test-timeout=600000', 'scripts/run-tests.ts', ...args])),
  })),
);
for (const { name, output, exitCode } of ends) {
  process.stdout.write(`\n${output}\nTests of ${name}: ${exitCode === 0 ? 'passed' : 'FAILED'}\n`);
}
process.exitCode = ends.some(({ exitCode }) => exitCode !== 0) ? 1 : 0;

/** Gathers the output, since lines of both at once would be read by nobody. */
function run(args: readonly string[]): Promise<{ output: string; exitCode: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      // Each process would compile the same files: a third of what a small one takes.
      env: { NODE_COMPILE_CACHE: 'node_modules/.cache/compiled-tests', ...process.env },
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ output, exitCode: code ?? 1 }));
  });
}
