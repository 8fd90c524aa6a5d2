import { readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { runCli } from '../src/cli.ts';
import { systemClock } from '../src/clock.ts';
import { generatedParts } from './generated-parts.ts';

/**
 * Writes the generated parts of the documents anew; with --record the session in README.md too, whose times are those of
 * this machine at this moment.
 */
for (const [file, generated] of Object.entries(generatedParts)) {
  writeFileSync(file, await generated(readFileSync(file, 'utf8')));
}
if (process.argv.includes('--record')) {
  writeFileSync('README.md', withSession(readFileSync('README.md', 'utf8'), await recordSession()));
}

async function recordSession(): Promise<string> {
  let shown = '';
  // On a terminal both streams stand on the same screen.
  const screen = {
    write: (text: string) => {
      shown += text;
    },
  };
  await runCli(['run', '-f', 'demo/model.yaml', '--sandbox'], {
    stdin: Readable.from([]),
    stdout: screen,
    stderr: screen,
    env: {},
    clock: systemClock,
    signal: new AbortController().signal,
    userAgent: 'readme',
  });
  return shown;
}

function withSession(text: string, session: string): string {
  const part = `$ kubectl seldon-lifecycle run -f demo/model.yaml --sandbox\n${session}`;
  return text.replace(
    /(<!-- session.*? -->\n)[\s\S]*?(<!-- \/session -->)/,
    (_, start, end) => `${start}\`\`\`console\n${part}\`\`\`\n${end}`,
  );
}
