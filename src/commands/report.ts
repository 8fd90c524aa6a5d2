import { statSync } from 'node:fs';
import { Option } from 'clipanion';
import type { Context } from '../context.ts';
import { BadInput, exitCodes } from '../failures.ts';
import { commonFlags, takes, verbOf } from './verb.ts';

const declared = {
  ...commonFlags,
  names: takes('files', Option.Rest({ name: 'FILE' })),
  output: takes(
    'files',
    Option.Array('-o,--output', [], {
      description: 'File to write; its suffix decides the format: .html, .svg or .xml; repeatable',
    }),
  ),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['report'],
  usage: 'FILE',
  description: 'Create a timeline or JUnit XML from a saved event stream',
  details: `
    Creates a report from a saved event stream: a timeline as a page (.html) or a picture (.svg), or JUnit XML (.xml).
    Save the stream with --report FILE.ndjson, or with -o json, which lacks the replicas and pods. No cluster is
    needed.
  `,
  examples: [
    ['Create a timeline of a saved run', '$0 report run.ndjson -o timeline.html'],
    [
      'Create several reports from the output of another command',
      '$0 run -f model.yaml -o json | $0 report - -o t.svg -o t.xml',
    ],
  ],
  flags: declared,
  run,
});

async function run({ names, output: outputs }: Given, { stdin }: Context): Promise<number> {
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) {
    throw new BadInput('expected one file with a saved stream, or - for standard input');
  }
  if (outputs.length === 0) {
    throw new BadInput('required flag(s) "output" not set', { hint: 'For example: -o timeline.html' });
  }
  const { readReports } = await import('../report/read-reports.ts');
  const { readSource } = await import('../manifests/read-files.ts');
  const { ReportFiles } = await import('../report/report-files.ts');
  const source = name === '-' ? 'standard input' : name;
  const reports = readReports(source, await readSource(name, stdin));
  if (reports.length === 0) throw new BadInput(`${source} does not contain a saved event stream`);
  for (const output of outputs) refuseSource(source, output);
  const files = await ReportFiles.open(outputs);
  for (const report of reports) files.see(report);
  files.finish();
  return exitCodes.done;
}

function statOf(name: string) {
  try {
    return statSync(name, { bigint: true });
  } catch {
    // Why it cannot be read or written is told by those who do.
    return undefined;
  }
}

function refuseSource(source: string, output: string): void {
  const [from, to] = [source, output].map(statOf);
  if (!from || !to || from.ino !== to.ino || from.dev !== to.dev) return;
  throw new BadInput(`${output} is the input of the report`, {
    hint: 'Choose another file with -o',
  });
}
