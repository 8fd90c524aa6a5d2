import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { runCli } from '../src/cli/run-cli.ts';
import { systemClock } from '../src/clock.ts';
import { startSandbox } from '../src/sandbox/start.ts';
import { generatedParts } from './generated-parts.ts';

/**
 * Writes the generated parts of the documents anew; with --record the sessions in README.md too, and the picture below the first,
 * whose times are those of this machine at this moment.
 */
for (const [file, generated] of Object.entries(generatedParts)) {
  writeFileSync(file, await generated(readFileSync(file, 'utf8')));
}
if (process.argv.includes('--record')) {
  let text = readFileSync('README.md', 'utf8');
  text = withSession(text, 'failure', await recordFailure());
  text = withSession(text, 'life', await recorded(['run', '-f', 'demo/model.yaml', '--sandbox'], {}));
  writeFileSync('README.md', text);
}

/** A model whose file is not where the image looks for it, as a terminal of 80 columns shows it; and the picture of its apply. */
async function recordFailure(): Promise<string> {
  const sandbox = await startSandbox({ clock: systemClock });
  const directory = mkdtempSync(path.join(tmpdir(), 'readme-'));
  const before = process.cwd();
  try {
    writeFileSync(path.join(directory, 'config'), sandbox.kubeconfig);
    const model = readFileSync('demo/model.yaml', 'utf8').replace(/image: (\S+):\S+/, 'image: $1:crash');
    writeFileSync(path.join(directory, 'model.yaml'), model);
    process.chdir(directory);
    const args = ['apply', '-f', 'model.yaml', '--wait', '--report=timeline.svg'];
    const env = { KUBECONFIG: path.join(directory, 'config'), NO_COLOR: '1' };
    await recorded(args, env);
    writeFileSync(path.join(before, 'docs/failing-model.svg'), readFileSync('timeline.svg', 'utf8'));
    const terminal = { isTTY: true, columns: 80 };
    return `${await recorded(['list'], env, terminal)}${await recorded(['diagnose', 'iris'], env, terminal)}`;
  } finally {
    process.chdir(before);
    rmSync(directory, { recursive: true });
    await sandbox.stop();
  }
}

async function recorded(args: readonly string[], env: Record<string, string>, terminal: object = {}): Promise<string> {
  let shown = '';
  // On a terminal both streams stand on the same screen.
  const screen = {
    ...terminal,
    write: (text: string) => {
      shown += text;
    },
  };
  await runCli(args, {
    stdin: Readable.from([]),
    stdout: screen,
    stderr: screen,
    env,
    clock: systemClock,
    signal: new AbortController().signal,
    userAgent: 'readme',
  });
  return `$ kubectl seldon-lifecycle ${args.join(' ')}\n${shown}`;
}

function withSession(text: string, name: string, session: string): string {
  return text.replace(
    new RegExp(`(<!-- session ${name}.*? -->\\n)[\\s\\S]*?(<!-- /session -->)`),
    (_, start, end) => `${start}\`\`\`console\n${session}\`\`\`\n${end}`,
  );
}
