import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { runCli } from '../../src/cli/run-cli.ts';
import { ReportFiles } from '../../src/report/report-files.ts';
import { CapturedOutput } from '../captured-output.ts';
import { FakeClock } from '../fake-clock.ts';
import { wentWell } from './sample-reports.ts';

describe('The files of reports', () => {
  let folder: string;
  const at = (name: string) => path.join(folder, name);
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'report-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const suffix of ['html', 'svg', 'xml', 'ndjson']) {
    for (const target of ['mine.txt', 'nowhere']) {
      it(`are never written through a link: ${suffix}, to ${target}`, async () => {
        writeFileSync(at('mine.txt'), 'mine');
        symlinkSync(target, at(`t.${suffix}`));
        await assert.rejects(ReportFiles.open([at(`t.${suffix}`)]), {
          exitCode: 2,
          message: `cannot write the report ${at(`t.${suffix}`)}: it is a symbolic link`,
          hint: 'Name the file itself, or remove the link',
        });
        assert.deepEqual(readdirSync(folder).sort(), ['mine.txt', `t.${suffix}`]);
        assert.equal(readFileSync(at('mine.txt'), 'utf8'), 'mine');
      });
    }
  }

  it('are left as they were where one of them cannot be written: what was there whole, and nothing new', async () => {
    writeFileSync(at('old.html'), 'old');
    mkdirSync(at('folder.xml'));
    const names = ['new.html', 'old.html', 'new.svg', 'folder.xml'].map(at);
    await assert.rejects(ReportFiles.open(names), { exitCode: 2, message: /folder\.xml: EISDIR/ });
    assert.deepEqual(readdirSync(folder).sort(), ['folder.xml', 'old.html']);
    assert.equal(readFileSync(at('old.html'), 'utf8'), 'old');
  });

  it('take the place of what was in a file of the name, once all is told', async () => {
    writeFileSync(at('t.xml'), 'x'.repeat(100_000));
    const files = await ReportFiles.open([at('t.xml')]);
    for (const report of wentWell) files.see(report);
    assert.equal(readFileSync(at('t.xml'), 'utf8').length, 100_000);
    files.finish();
    assert.match(readFileSync(at('t.xml'), 'utf8'), /^<\?xml [\s\S]*<\/testsuites>\n$/);
  });

  it('are never the stream that they are made from', async () => {
    const files = await ReportFiles.open([at('t.ndjson')]);
    for (const report of wentWell) files.see(report);
    files.finish();
    const stream = `${readFileSync(at('t.ndjson'), 'utf8')}{"type":"of tomorrow"}\n`;
    writeFileSync(at('t.ndjson'), stream);
    const stderr = new CapturedOutput();
    const exitCode = await runCli(['report', at('t.ndjson'), '-o', path.join(folder, 'x', '..', 't.ndjson')], {
      stdin: Readable.from([]),
      stdout: new CapturedOutput(),
      stderr,
      env: {},
      clock: new FakeClock(),
      signal: new AbortController().signal,
      userAgent: 'test',
    });
    assert.equal(exitCode, 2);
    assert.match(stderr.text, /^error: \S+t\.ndjson is the input of the report\nChoose another file with -o\n$/);
    assert.equal(readFileSync(at('t.ndjson'), 'utf8'), stream);
  });
});
