import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { assertOutputDescribed } from '../printed-json.ts';
import { xmlTree } from '../report/xml-tree.ts';
import { modelYaml } from './models.ts';
import { linesOf } from './reports.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

export function reportCases(server: () => ServerUnderTest): void {
  const inDirectory = async (work: (file: (name: string) => string) => Promise<void>) => {
    const directory = mkdtempSync(path.join(tmpdir(), 'report-'));
    try {
      await work((name) => path.join(directory, name));
    } finally {
      rmSync(directory, { recursive: true });
    }
  };
  const reportsTo = (file: (name: string) => string) =>
    ['t.html', 't.svg', 't.xml', 't.ndjson'].flatMap((name) => ['--report', file(name)]);

  it('reports a run as a timeline, a picture, JUnit XML and a stream', async () => {
    await inDirectory(async (file) => {
      const namespace = await newNamespace(server());
      const args = ['run', '-f', '-', '-n', namespace, '-o', 'json', ...reportsTo(file)];
      const finished = await server().run(args, { stdin: modelYaml({ tag: 'slow-300ms' }) });
      assert.equal(finished.exitCode, 0, finished.stderr);

      const page = readFileSync(file('t.html'), 'utf8');
      assert.match(page, /<title>iris succeeded after /);
      for (const what of ['0/1</text>', 'wait-deleted', 'ready', 'Terminating', 'SuccessfulCreate']) {
        assert.ok(page.includes(what), `the page has ${what}`);
      }
      assert.equal(xmlTree(readFileSync(file('t.svg'), 'utf8')).name, 'svg');
      const { attributes, children } = xmlTree(readFileSync(file('t.xml'), 'utf8'));
      assert.deepEqual([attributes.tests, attributes.failures, attributes.errors], ['6', '0', '0']);
      assert.deepEqual(
        children.map((suite) => suite.attributes.name),
        [`${namespace}/iris`],
      );
      assertOutputDescribed(readFileSync(file('t.ndjson'), 'utf8'));
      const lines = readFileSync(file('t.ndjson'), 'utf8').trimEnd().split('\n');
      const isChange = (line: string) => /^{"type":"(replicas|pod)"/.test(line);
      assert.equal(lines.filter((line) => !isChange(line)).join('\n'), finished.stdout.trimEnd());
      const changes = lines.filter(isChange).map((line) => JSON.parse(line));
      const states = changes.filter(({ type }) => type === 'pod').map(({ status, ready }) => `${status} ${ready}`);
      for (const state of ['Running true', 'Terminating false']) assert.ok(states.includes(state), states.join());
      assert.ok(
        changes.some(({ type, desired, available }) => type === 'replicas' && desired === 2 && available === 2),
      );
      assert.equal(changes.filter(({ gone }) => gone).length, 3, 'a Deployment and two pods are gone');
    });
  });

  it('reports a run that fails, with the cause', async () => {
    await inDirectory(async (file) => {
      const namespace = await newNamespace(server());
      const args = ['run', '-f', '-', '-n', namespace, '--fail-grace=0s', ...reportsTo(file)];
      const finished = await server().run(args, { stdin: modelYaml({ tag: 'missing' }) });
      assert.equal(finished.exitCode, 5, finished.stderr);
      assert.match(readFileSync(file('t.html'), 'utf8'), /<div class="cause">.*cannot become available: pod /);
      const suites = xmlTree(readFileSync(file('t.xml'), 'utf8'));
      assert.equal(suites.attributes.failures, '1');
      assert.deepEqual(
        suites.children[0]?.children.map(({ children }) =>
          children.map(({ name }) => name).find((name) => name !== 'system-out'),
        ),
        [undefined, 'failure', 'skipped', 'skipped', 'skipped', 'skipped'],
      );
    });
  });

  it('reports a run that is interrupted, as far as it has come', async () => {
    await inDirectory(async (file) => {
      const namespace = await newNamespace(server());
      const finished = await server().run(['run', '-f', '-', '-n', namespace, '-o', 'json', ...reportsTo(file)], {
        stdin: modelYaml({ tag: 'slow-1m' }),
        interruptAfter: /"step":"wait-available","state":"started"/,
      });
      assert.equal(finished.exitCode, 130);
      assert.match(readFileSync(file('t.html'), 'utf8'), /<title>iris interrupted after /);
      assert.equal(xmlTree(readFileSync(file('t.xml'), 'utf8')).attributes.errors, '1');
      assert.match(readFileSync(file('t.ndjson'), 'utf8'), /\n{"type":"summary"[^\n]*\n$/);
    });
  });

  it('reports what the other commands that take steps do, and several deployments', async () => {
    await inDirectory(async (file) => {
      const namespace = await newNamespace(server());
      const yaml = `${modelYaml({ name: 'a' })}---\n${modelYaml({ name: 'b' })}`;
      const report = (name: string) => ['--report', file(name), '-n', namespace];
      const casesOf = (name: string) =>
        xmlTree(readFileSync(file(name), 'utf8')).children.map(({ attributes, children }) => [
          attributes.name,
          children.map((one) => one.attributes.name),
        ]);
      for (const [command, steps] of [
        [
          ['apply', '-f', '-', '--wait'],
          ['apply', 'wait-available'],
        ],
        [['wait', 'a', 'b', '--for=available'], ['wait-available']],
        [
          ['scale', 'a', 'b', '--replicas=2', '--wait'],
          ['scale', 'wait-scaled'],
        ],
        [
          ['delete', 'a', 'b'],
          ['delete', 'wait-deleted'],
        ],
      ] as const) {
        const name = `${command[0]}.xml`;
        const finished = await server().run([...command, ...report(name)], { stdin: yaml });
        assert.equal(finished.exitCode, 0, finished.stderr);
        assert.deepEqual(casesOf(name), [
          [`${namespace}/a`, steps],
          [`${namespace}/b`, steps],
        ]);
      }
    });
  });

  it('draws the same from a saved stream, and less from JSON output', async () => {
    await inDirectory(async (file) => {
      const namespace = await newNamespace(server());
      const args = ['run', '-f', '-', '-n', namespace, '-o', 'json', ...reportsTo(file)];
      const finished = await server().run(args, { stdin: modelYaml() });
      assert.equal(finished.exitCode, 0, finished.stderr);
      const again = await server().run(['report', file('t.ndjson'), '-o', file('again.html'), '-o', file('again.xml')]);
      assert.equal(again.exitCode, 0, again.stderr);
      for (const suffix of ['html', 'xml']) {
        const [drawn, drawnAgain] = ['t', 'again'].map((name) => readFileSync(file(`${name}.${suffix}`), 'utf8'));
        assert.ok(drawn === drawnAgain, `the ${suffix} is the same`);
      }
      assert.ok(linesOf(finished).length > 10);
      const less = await server().run(['report', '-', '-o', file('less.html')], { stdin: finished.stdout });
      assert.equal(less.exitCode, 0, less.stderr);
      const page = readFileSync(file('less.html'), 'utf8');
      assert.match(page, /SuccessfulCreate/);
      assert.doesNotMatch(page, /class="available"/);
    });
  });

  it('finds out before anything is changed that a report cannot be written', async () => {
    await inDirectory(async (file) => {
      const namespace = await newNamespace(server());
      writeFileSync(file('file'), 'of somebody');
      for (const [name, error] of [
        ['nowhere/t.html', /^error: cannot write the report \S+nowhere\/t\.html: ENOENT/],
        ['file/t.xml', /^error: cannot write the report \S+file\/t\.xml: ENOTDIR/],
        ['t.pdf', /^error: the name of the report "\S+t\.pdf" does not show its format\nThe name must end in \.html, /],
      ] as const) {
        const args = ['apply', '-f', '-', '-n', namespace, '--report', file('good.html'), '--report', file(name)];
        const finished = await server().run(args, { stdin: modelYaml() });
        assert.equal(finished.exitCode, 2, finished.stderr);
        assert.match(finished.stderr, error);
      }
      assert.deepEqual(await list(server(), seldonPath(namespace)), []);
      assert.ok(!existsSync(file('t.pdf')));
    });
  });

  it('reports what goes wrong before there is any step', async () => {
    await inDirectory(async (file) => {
      const finished = await server().run(['run', '-f', file('nothing.yaml'), '--report', file('t.xml')]);
      assert.equal(finished.exitCode, 2);
      const [suite] = xmlTree(readFileSync(file('t.xml'), 'utf8')).children;
      assert.match(suite?.children[0]?.children[0]?.attributes.message ?? '', /nothing\.yaml" does not exist$/);
    });
  });

  for (const [sentence, args, stdin, error] of [
    ['nothing', ['-o', 't.html'], '', /^error: expected one file with a saved stream/],
    ['a stream into nothing', ['-'], '', /^error: required flag\(s\) "output" not set\n/],
    [
      'what is not there',
      ['nothing.ndjson', '-o', 't.html'],
      '',
      /^error: the path "nothing\.ndjson" does not exist\n/,
    ],
    [
      'what is no stream',
      ['-', '-o', 't.html'],
      'Hello\n',
      /^error: standard input:1:1: this line is not a JSON object\n/,
    ],
    ['an empty stream', ['-', '-o', 't.html'], '\n', /^error: standard input does not contain a saved event stream\n/],
  ] as const) {
    it(`refuses to draw ${sentence}`, async () => {
      const finished = await server().run(['report', ...args], { stdin });
      assert.equal(finished.exitCode, 2, finished.stderr);
      assert.match(finished.stderr, error);
      assert.ok(!existsSync('t.html'));
    });
  }
}
