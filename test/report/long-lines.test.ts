import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { boundedReport } from '../../src/output/bounded-report.ts';
import { jsonReader } from '../../src/output/json.ts';
import type { ProgressReport } from '../../src/progress/progress.ts';
import { junitXml } from '../../src/report/junit.ts';
import { timelineHtml } from '../../src/report/timeline-html.ts';
import { timelineSvg } from '../../src/report/timeline-svg.ts';
import { failedWith, notice, timelineOf } from './sample-reports.ts';

const ENDLESS = `log of iris: ${'x'.repeat(3_000_000)}`;
const LEFT_OUT = /… \[\d+ characters left out\] …/;

function jsonOf(reports: readonly ProgressReport[]): string {
  let text = '';
  const read = jsonReader({ write: (more) => (text += more) }, { withChanges: true });
  for (const report of reports) read(boundedReport(report));
  return text;
}

const writers: [what: string, write: (reports: readonly ProgressReport[]) => string][] = [
  ['JSON', jsonOf],
  ['JUnit XML', (reports) => junitXml(timelineOf(reports))],
  ['a timeline as a page', (reports) => timelineHtml(timelineOf(reports))],
  ['a timeline as a picture', (reports) => timelineSvg(timelineOf(reports))],
];
const told: [what: string, reports: readonly ProgressReport[]][] = [
  ['everything that a cluster says', failedWith(ENDLESS)],
  [
    'a line of a log that a plan shows',
    [
      { type: 'object', time: 1, message: ENDLESS },
      { type: 'notice', time: 2, level: 'error', message: 'no cluster' },
      ...failedWith('it crashes'),
    ],
  ],
  ['a line of a log behind its cause', [...failedWith('it crashes').slice(0, -1), notice(4, 'info', ENDLESS)]],
];

describe('A line of 3 MB', () => {
  for (const [format, write] of writers) {
    for (const [what, reports] of told) {
      // Only that which was asked for stays whole where programs read it.
      if (format === 'JSON' && reports[0]?.type === 'object') continue;
      it(`is cut in ${format}, where it is ${what}, and that is said`, () => {
        const text = write(reports);
        assert.ok(text.length < 400_000, `${text.length} letters`);
        // A picture has a few words of it.
        if (format !== 'a timeline as a picture') assert.match(text, LEFT_OUT);
      });
    }
  }
});
