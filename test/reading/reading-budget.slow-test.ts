import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { readKubeconfigFiles } from '../../src/cluster/kubeconfig-files.ts';
import { readManifests } from '../../src/manifests/read-manifests.ts';
import { readPlan } from '../../src/plan/read-plan.ts';
import { readPayload } from '../../src/predict/read-payload.ts';
import { inputLimits, TooMuchInput } from '../../src/reading/input-limits.ts';
import { ReadingBudget } from '../../src/reading/reading-budget.ts';
import { readReports } from '../../src/report/read-reports.ts';
import { parseList } from '../../src/sync/desired/list-text.ts';
import { readFileSource } from '../../src/sync/source/file-source.ts';
import { parseMessage, type SourceMessage } from '../../src/sync/source/message.ts';
import { readStdinSource } from '../../src/sync/source/stdin-source.ts';
import { FakeClock } from '../fake-clock.ts';

/** Lists of a hundred of what stands before them. */
const hundreds = (levels: number, leaf = 'x') =>
  `a0: &a0 ${leaf}\n${Array.from(
    { length: levels },
    (_, level) => `a${level + 1}: &a${level + 1} [${Array(100).fill(`*a${level}`).join(',')}]\n`,
  ).join('')}`;
/** Two thirds of all the values that may be read, in a few hundred letters. */
const most = `b0: &b0 [${Array(100).fill('x').join(',')}]\nb: &b [${Array(100).fill('*b0').join(',')}]\nc: [${Array(65).fill('*b').join(',')}]\n`;
const manifest = (name: string) => `apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: {name: ${name}}
spec: {predictors: [{name: default, graph: {name: m, type: MODEL}}]}
`;
const kubeconfig = (name: string) => `clusters: [{name: ${name}, cluster: {server: 'http://127.0.0.1:1'}}]
users: []
contexts: [{name: ${name}, context: {cluster: ${name}}}]
`;
const plan = (...steps: string[]) =>
  `apiVersion: seldon-lifecycle.io/v1alpha1\nkind: Plan\nsteps:\n- apply: {filename: model.yaml}\n${steps.join('')}`;
const values = (written: string) =>
  written.replace('steps:', `values: {a: {default: "${'v'.repeat(2 ** 20)}"}}\nsteps:`);
const patch = (key: string, text: string) =>
  `- patch: {type: merge, patch: {metadata: {annotations: {${key}: "${text}"}}}}\n`;
const step = '{"type":"notice","time":"2026-01-01T00:00:00Z","message":"';

describe('What is read in all is bounded, refused with its place:', () => {
  let folder: string;
  const at = (name: string) => path.join(folder, name);
  const write = (name: string, text: string) => {
    writeFileSync(at(name), text);
    return at(name);
  };
  const stdin = (text = '') => Readable.from([text]);
  const reading = (text?: string) => ({ recursive: false, stdin: stdin(text), env: {} });
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'budget-'));
    write('model.yaml', manifest('iris'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const refused = async (read: () => unknown, message: RegExp) =>
    await assert.rejects(
      async () => await read(),
      (error: Error) => {
        const told = [error.message, ...((error as { details?: string[] }).details ?? [])].join('\n');
        assert.match(told, message);
        return true;
      },
    );
  const included = 'more than 1000000 values up to here, including expanded aliases';

  it('a manifest', () =>
    refused(
      () => readManifests(['-'], reading(manifest('a') + hundreds(9))),
      new RegExp(`^standard input:8:\\d+: ${included}`),
    ));
  it('a manifest of which one text stands in many places', () =>
    refused(
      () => readManifests(['-'], reading(manifest('a') + hundreds(2, `"${'x'.repeat(10_000)}"`))),
      /^standard input:7:\d+: more than 16 MiB of text up to here, including expanded aliases/,
    ));
  it('all files of -f together', async () => {
    const [a, b] = [write('a.yaml', manifest('a') + most), write('b.yaml', manifest('b') + most)];
    assert.equal((await readManifests([a], reading())).deployments.length, 1);
    assert.equal((await readManifests([b], reading())).deployments.length, 1);
    await refused(() => readManifests([a, b], reading()), new RegExp(`b\\.yaml:7:\\d+: ${included}`));
  });
  it('all documents of JSON together', () =>
    refused(
      () => readManifests(['-'], reading(`{"a":[${'0,'.repeat(600_000)}0]}{"a":[${'0,'.repeat(600_000)}0]}`)),
      /^standard input:1:\d+: more than 1000000 values up to here$/,
    ));
  it('a plan', () =>
    refused(() => readPlan('-', { set: [], env: {} }, stdin(plan() + hundreds(9))), new RegExp(included)));
  it('a plan and what it applies together', async () => {
    const two = plan('- apply: {filename: a.yaml}\n', '- apply: {filename: b.yaml}\n');
    await refused(
      () => readPlan(write('plan.yaml', two), { set: [], env: {} }, stdin()),
      new RegExp(`b\\.yaml:7:\\d+: ${included}`),
    );
  });
  it('a plan that applies the same large file again and again', async () => {
    write('large.yaml', `${manifest('large')}# ${'x'.repeat(2 ** 20)}\n`);
    const many = plan('- apply: {filename: large.yaml}\n'.repeat(20));
    await refused(
      () => readPlan(write('plan.yaml', many), { set: [], env: {} }, stdin()),
      /large\.yaml:1:1: together with the input before it larger than 16 MiB/,
    );
  });
  it('the payloads of a plan together', async () => {
    write('payload.json', `["${'x'.repeat(9 * 2 ** 20)}"]`);
    const two = plan('- wait: {for: available}\n', '- predict: {filename: payload.json}\n'.repeat(2));
    await refused(
      () => readPlan(write('plan.yaml', two), { set: [], env: {} }, stdin()),
      /plan\.yaml:7:\d+: .*payload\.json:1:1: together with the input before it larger than 16 MiB/,
    );
  });
  for (const [name, steps] of [
    ['a value of a plan that stands in one text again and again', [patch('a', `\${a}`.repeat(20))]],
    ['a value of a plan that stands in many texts', Array.from({ length: 20 }, (_, i) => patch(`a${i}`, `x\${a}`))],
    [
      'a value of a plan that is a whole text many times',
      Array.from({ length: 20 }, (_, i) => patch(`a${i}`, `\${a}`)),
    ],
  ] as const) {
    it(name, () =>
      refused(
        () => readPlan(write('plan.yaml', values(plan(...steps))), { set: [], env: {} }, stdin()),
        /plan\.yaml:\d+:\d+: more than 16 MiB of text up to here, including the values of the plan/,
      ),
    );
  }
  it('a value of a plan that comes from the environment or from --set', async () => {
    const text = 'v'.repeat(2 ** 20);
    const written = (value: string) =>
      write('plan.yaml', plan(patch('a', `\${a}`.repeat(20))).replace('steps:', `values: {a: {${value}}}\nsteps:`));
    await refused(
      () => readPlan(written('env: A'), { set: [], env: { A: text } }, stdin()),
      /plan\.yaml:6:\d+: more than 16 MiB of text/,
    );
    await refused(
      () => readPlan(written(''), { set: [`a=${text}`], env: {} }, stdin()),
      /plan\.yaml:6:\d+: more than 16 MiB of text/,
    );
  });

  it('a payload by its size alone, since nothing is made of its values', async () => {
    const payload = `[${'0,'.repeat(2_000_000)}0]`;
    assert.equal(await readPayload('-', stdin(payload)), payload);
    await refused(
      () => readPayload('-', stdin(`"${'x'.repeat(16 * 2 ** 20)}"`)),
      /^standard input:1:1: larger than 16 MiB/,
    );
  });
  it('each line of a saved stream', () => {
    const line = `${step}a, [b], {c}"}\n`;
    assert.equal(readReports('a', line.repeat(400), 1_000).length, 400);
    assert.throws(() => readReports('a', `${line}{"a":[${'0,'.repeat(1_000)}0]}`, 1_000), {
      constructor: TooMuchInput,
      message: 'a:2:1: more than 1000 values up to here',
    });
  });
  it('a kubeconfig', () => {
    const read = (text: string) => readKubeconfigFiles(write('kubeconfig', text), {});
    assert.equal(read(kubeconfig('a') + most).files.length, 1);
    assert.throws(() => read(kubeconfig('a') + hundreds(9)), {
      constructor: TooMuchInput,
      message: `cannot read the kubeconfig ${at('kubeconfig')}: line 7: ${included}`,
    });
  });
  it('all files of KUBECONFIG together', () => {
    const files = ['c', 'd'].map((name) => write(name, kubeconfig(name) + most));
    assert.throws(() => readKubeconfigFiles(undefined, { KUBECONFIG: files.join(path.delimiter) }), {
      constructor: TooMuchInput,
      message: `cannot read the kubeconfig ${files[1]}: line 6: ${included}`,
    });
  });
  it('a kubeconfig in which there is an alias of nothing, or one in itself', () => {
    const read = (text: string) => readKubeconfigFiles(write('kubeconfig', text), {});
    assert.throws(() => read('a: 1\nusers: *secret\n'), {
      message: `cannot read the kubeconfig ${at('kubeconfig')}: line 2: Unresolved alias: nothing before it has this name`,
    });
    assert.throws(() => read('a: &a [*a]\n'), /line 1: an alias inside the value that it refers to$/);
  });

  describe('the records of a source', () => {
    const record = (id: string, image = 'a') => `- id: ${id}\n  deployment: {image: '${image}'}\n`;
    const large = `- &large {id: a, deployment: {image: '${'x'.repeat(2 ** 20)}'}}\n${'- *large\n'.repeat(20)}`;

    it('of a list', () =>
      assert.throws(() => parseList(large, 'list'), {
        constructor: TooMuchInput,
        message: 'list:16:3: more than 16 MiB of text up to here, including expanded aliases',
      }));
    it('of a message', () =>
      assert.throws(() => parseMessage(`{"type":"snapshot","items":[${'0,'.repeat(1_000_000)}0]}`, 'stream', 3), {
        message: /^stream:3:\d+: more than 1000000 values up to here$/,
      }));
    it('of standard input, whose first line may be a message', () =>
      refused(
        () =>
          readStdinSource(
            { stdin: stdin(`[${'0,'.repeat(1_000_000)}0]`), once: true, signal: new AbortController().signal },
            told([]),
          ),
        /^standard input:1:\d+: more than 1000000 values up to here$/,
      ));
    it('of all files together, of which nothing is wanted then, and nothing given up', async () => {
      const files = [write('e.yaml', `${record('e')}- {x: {${most.trim().replaceAll('\n', ', ')}}}\n`)];
      const messages: SourceMessage[] = [];
      const troubles: string[] = [];
      const stop = new AbortController();
      const clock = new FakeClock();
      const options = { names: files, recursive: false, intervalMs: 1_000, clock, signal: stop.signal };
      await readFileSource({ ...options, once: true }, told(messages));
      assert.deepEqual(
        messages.map(({ type }) => type),
        ['snapshot'],
      );
      const both = [...files, write('f.yaml', `${record('f')}- {x: {${most.trim().replaceAll('\n', ', ')}}}\n`)];
      await refused(
        () => readFileSource({ ...options, names: both, once: true }, told(messages)),
        new RegExp(`f\\.yaml:3:\\d+: ${included}`),
      );
      const reader = {
        ...told(messages),
        trouble: (problem: string) => {
          troubles.push(problem);
          stop.abort();
        },
      };
      await readFileSource({ ...options, names: both, once: false }, reader);
      assert.equal(troubles.length, 1);
      assert.match(troubles[0] ?? '', new RegExp(included));
      assert.deepEqual(
        messages.map(({ type }) => type),
        ['snapshot'],
      );
    });
  });
});

function told(messages: SourceMessage[]) {
  return {
    message: (message: SourceMessage) => void messages.push(message),
    connected: () => {},
    trouble: (problem: string) => assert.fail(problem),
  };
}

describe('A budget', () => {
  it('is one for all that is counted, and says what there is too much of', () => {
    const budget = new ReadingBudget({ values: 3, letters: 1024 * 1024, bytes: 2 * 1024 * 1024, yamlTokens: 5 });
    assert.equal(budget.take('values', 3), undefined);
    assert.equal(budget.left('values'), 0);
    assert.equal(budget.take('values', 1), 'more than 3 values up to here');
    assert.equal(budget.take('letters', 1024 * 1024 + 1), 'more than 1 MiB of text up to here');
    assert.equal(budget.take('bytes', 2 * 1024 * 1024 + 1), 'larger than 2 MiB');
    assert.equal(budget.take('yamlTokens', 6), 'more than 5 tokens up to here');
  });

  it('is that of the limits where nothing else is said', () => {
    const budget = new ReadingBudget();
    assert.deepEqual(
      [budget.left('values'), budget.left('letters'), budget.left('bytes'), budget.left('yamlTokens')],
      [inputLimits.values, inputLimits.letters, inputLimits.bytes, inputLimits.yamlTokens],
    );
  });
});
