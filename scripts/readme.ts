import { readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { runCli } from '../src/cli.ts';
import { systemClock } from '../src/clock.ts';
import { withGeneratedParts } from './readme-parts.ts';

/** Writes the generated parts of README.md anew, and records its session. */
const readme = readFileSync('README.md', 'utf8');
writeFileSync('README.md', await withGeneratedParts(withSession(readme, await recordSession())));

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
  const part = `$ kubectl seldon-lifecycle run -f demo/model.yaml\n${session}`;
  return text.replace(
    /(<!-- session.*? -->\n)[\s\S]*?(<!-- \/session -->)/,
    (_, start, end) => `${start}\`\`\`console\n${part}\`\`\`\n${end}`,
  );
}
