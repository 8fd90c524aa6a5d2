import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BadInput } from '../../src/failures.ts';
import { jsonReader } from '../../src/output/json.ts';
import type { ProgressReport } from '../../src/progress/progress.ts';
import { readReports } from '../../src/report/read-reports.ts';
import { timelineHtml } from '../../src/report/timeline-html.ts';
import { CapturedOutput } from '../captured-output.ts';
import { EVIL, failedWith, timelineOf, wentWell } from './sample-reports.ts';

function saved(reports: readonly ProgressReport[], withChanges = true): string {
  const output = new CapturedOutput();
  const write = jsonReader(output, { withChanges });
  for (const report of reports) write(report);
  return output.text;
}

describe('A saved stream', () => {
  it('is drawn as what it was saved from', () => {
    for (const reports of [wentWell, failedWith('no such image')]) {
      const again = readReports('run.ndjson', saved(reports));
      assert.ok(timelineHtml(timelineOf(again)) === timelineHtml(timelineOf(reports)));
    }
  });

  it('has no replicas and pods where it is plain JSON output', () => {
    const plain = saved(wentWell, false);
    assert.doesNotMatch(plain, /"type":"(replicas|pod)"/);
    const [iris] = timelineOf(readReports('run.json', plain)).deployments;
    assert.deepEqual([iris?.steps.length, iris?.pods.length], [3, 0]);
  });

  it('may be cut short, and have lines of a kind that nobody knows', () => {
    const text = `{"type":"news","time":"2026-01-01T00:00:00Z"}\n\n${saved(wentWell)}{"type":"st`;
    assert.equal(readReports('run.ndjson', text).length, wentWell.length - 1);
  });

  it('is refused with the line that is none', () => {
    assert.throws(() => readReports('run.ndjson', `${saved(wentWell.slice(0, 2))}Hello\n[]\n`), {
      constructor: BadInput,
      message: 'run.ndjson:2:1: this line is not a JSON object',
    });
  });

  it('can bring nothing into a page, whatever kind of value it has in whatever place', () => {
    const evil = JSON.stringify(EVIL);
    const line = saved(failedWith('x')).replaceAll(/"(info|error|warning|failed|default|x)"|:(\d+)(?=[,}])/g, (all) =>
      all.startsWith(':') ? `:${evil}` : evil,
    );
    const page = timelineHtml(timelineOf(readReports('evil.ndjson', line)));
    assert.doesNotMatch(page, /<script|<img/i);
    assert.doesNotMatch(page, /NaN|undefined|\[object/);
  });
});
