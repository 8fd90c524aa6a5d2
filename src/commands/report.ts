import { statSync } from 'node:fs';
import { Command, Option } from 'clipanion';
import { BadInput, exitCodes } from '../failures.ts';
import { SeldonCommand } from './seldon-command.ts';

export class ReportCommand extends SeldonCommand {
  static override paths = [['report']];
  static override usage = Command.Usage({
    description: 'Draw a timeline, or write JUnit XML, from a saved stream of what happened',
    details: `
      Makes of a saved stream what --report makes at once: a timeline as a page (.html) or a cache (.svg), or JUnit XML
      (.xml). The stream is what --report FILE.ndjson has written, or -o json, which lacks the replicas and pods. No cluster is
      asked.
    `,
    examples: [
      ['A timeline of a run that was saved', '$0 report run.ndjson -o timeline.html'],
      [
        'Of the output of another command, several at once',
        '$0 run -f model.yaml -o json | $0 report - -o t.svg -o t.xml',
      ],
    ],
  });

  names = Option.Rest({ name: 'FILE' });
  output = Option.Array('-o,--output', [], {
    description: 'File to write, whose suffix says what: .html, .svg or .xml; repeatable',
  });

  async execute(): Promise<number> {
    const [name, ...others] = this.names;
    if (name === undefined || others.length > 0) {
      throw new BadInput('expected one file with a saved stream, or - for standard input');
    }
    if (this.output.length === 0) {
      throw new BadInput('required flag(s) "output" not set', { hint: 'For example: -o timeline.html' });
    }
    const { readReports } = await import('../report/read-reports.ts');
    const { readSource } = await import('../manifests/read-files.ts');
    const { ReportFiles } = await import('../report/report-files.ts');
    const source = name === '-' ? 'standard input' : name;
    const reports = readReports(source, await readSource(name, this.context.program.stdin));
    if (reports.length === 0) throw new BadInput(`there are no reports in ${source}`);
    for (const output of this.output) refuseSource(source, output);
    const files = await ReportFiles.open(this.output);
    for (const report of reports) files.see(report);
    files.finish();
    return exitCodes.done;
  }
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
  throw new BadInput(`${output} is the stream itself that the report is made from`, {
    hint: 'Name another file with -o',
  });
}
