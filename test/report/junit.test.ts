import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ProgressReport, StepName } from '../../src/progress/progress.ts';
import { junitXml } from '../../src/report/junit.ts';
import { EVIL, failedWith, step, timelineOf, wentWell } from './sample-reports.ts';
import { type Element, xmlTree } from './xml-tree.ts';

/**
 * What CI systems agree on: the elements of JUnit XML with what may be in them, and their attributes, those that have to
 * be there first; of each the form of its value.
 */
const SCHEMA: Record<string, { children: string[]; required: string[]; optional: string[] }> = {
  testsuites: { children: ['testsuite'], required: ['tests', 'failures', 'errors', 'time'], optional: ['name'] },
  testsuite: {
    children: ['testcase'],
    required: ['name', 'tests', 'failures', 'errors', 'skipped', 'time', 'timestamp'],
    optional: [],
  },
  testcase: {
    children: ['skipped', 'failure', 'error', 'system-out'],
    required: ['name', 'classname', 'time'],
    optional: [],
  },
  skipped: { children: [], required: [], optional: ['message'] },
  failure: { children: [], required: ['type', 'message'], optional: [] },
  error: { children: [], required: ['type', 'message'], optional: [] },
  'system-out': { children: [], required: [], optional: [] },
};
const FORMS: Record<string, RegExp> = {
  tests: /^\d+$/,
  failures: /^\d+$/,
  errors: /^\d+$/,
  skipped: /^\d+$/,
  time: /^\d+\.\d{3}$/,
  timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
};

function validated(reports: readonly ProgressReport[]): Element {
  const root = xmlTree(junitXml(timelineOf(reports)));
  assert.equal(root.name, 'testsuites');
  validate(root);
  return root;
}

function validate({ name, attributes, children, text }: Element): void {
  const { required, optional, children: allowed } = SCHEMA[name] ?? assert.fail(`JUnit has no ${name}`);
  for (const key of required) assert.ok(key in attributes, `${name} without ${key}`);
  for (const [key, value] of Object.entries(attributes)) {
    assert.ok([...required, ...optional].includes(key), `${name} with ${key}`);
    assert.match(value, FORMS[key] ?? /.*/s);
  }
  if (allowed.length > 0) assert.equal(text.trim(), '');
  const order = children.map((child) => allowed.indexOf(child.name));
  assert.ok(!order.includes(-1), `${name} with ${children.map((child) => child.name)}`);
  for (const child of children) validate(child);
  const cases = casesIn({ name, attributes, children, text });
  if (name.startsWith('testsuite')) {
    assert.equal(Number(attributes.tests), cases.length);
    assert.equal(Number(attributes.failures), cases.filter(has('failure')).length);
    assert.equal(Number(attributes.errors), cases.filter(has('error')).length);
    if (name === 'testsuite') assert.equal(Number(attributes.skipped), cases.filter(has('skipped')).length);
  }
}

const has = (child: string) => (one: Element) => one.children.some(({ name }) => name === child);

function casesIn(element: Element): Element[] {
  return element.name === 'testcase' ? [element] : element.children.flatMap(casesIn);
}

/** Names that are alike, in what they are or in how they are written. */
const NAMES = [
  'a',
  'a (2)',
  'a (3)',
  'a/b',
  'b',
  '',
  ' ',
  '\n',
  '\t',
  '\u0001',
  '\u0002',
  '\\u0001',
  '<',
  '&lt;',
  'ä',
  'a\u0308',
];

/** Steps of deployments in namespaces, each of any name, that have failed or not; the same for the same seed. */
function anyReports(seed: number) {
  let state = seed;
  const below = (count: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % count;
  };
  const any = () => NAMES[below(NAMES.length)] ?? '';
  const reports: ProgressReport[] = [];
  let failed = 0;
  const ended = 1 + below(60);
  for (let index = 0; index < ended; index += 1) {
    const isFailure = below(3) === 0;
    const deployment = { namespace: any(), name: any() };
    const name = below(2) === 0 ? {} : { name: any() };
    const head = { type: 'step', time: index, deployment, step: any() as StepName, ...name } as const;
    failed += isFailure ? 1 : 0;
    reports.push({ ...head, state: 'started' }, { ...head, state: isFailure ? 'failed' : 'succeeded' });
  }
  return { reports, ended, failed };
}

/** An attribute as a processor of XML hands it on: spaces of every kind are one. */
function asRead(value: string): string {
  return value.replaceAll(/[\n\r\t]/g, ' ');
}

describe('JUnit XML', () => {
  it('has a suite for each deployment, a test case for each step, and what came meanwhile as its output', () => {
    const root = validated(wentWell);
    assert.deepEqual(
      root.children.map(({ attributes }) => attributes.name),
      ['default/iris'],
    );
    assert.deepEqual(
      casesIn(root).map(({ attributes: { classname, name, time } }) => [classname, name, time]),
      [
        ['default/iris', 'apply', '0.010'],
        ['default/iris', 'wait-available', '0.990'],
        ['default/iris', 'delete', '0.010'],
      ],
    );
    assert.match(
      casesIn(root)[1]?.children[0]?.text ?? '',
      /^available\nNormal Pulling Pod\/iris-\S+: Pulling image\n/,
    );
  });

  it('has a failed step as a failure with its cause, and those after it as skipped', () => {
    const cases = casesIn(validated(failedWith('no such image')));
    assert.deepEqual(
      cases.map(({ children }) => children.map(({ name }) => name)[0]),
      ['system-out', 'failure', 'skipped'],
    );
    const [failure] = cases[1]?.children ?? [];
    assert.deepEqual(failure?.attributes, { type: 'failed', message: 'no such image' });
    assert.equal(failure?.text, 'error: no such image\nCheck the image');
  });

  it('has what was cut off as an error', () => {
    const [, cutOff] = casesIn(validated(failedWith('interrupted', 'interrupted')));
    assert.deepEqual(cutOff?.children[0]?.attributes, { type: 'interrupted', message: 'interrupted' });
    const [unfinished] = casesIn(validated([step(0, 'apply', 'started')]));
    assert.deepEqual(unfinished?.children[0]?.attributes, { type: 'unfinished', message: 'the step is unfinished' });
  });

  it('has what failed before any step as a case of its own', () => {
    const time = Date.parse('2026-01-01T00:00:00Z');
    const root = validated([
      { type: 'notice', time, level: 'error', message: 'no cluster' },
      { type: 'summary', time, outcome: 'failed', exitCode: 3, durationMs: 5, deployments: [] },
    ]);
    assert.equal(casesIn(root)[0]?.children[0]?.attributes.message, 'no cluster');
  });

  it('numbers a step that a plan repeats, the first keeps its name', () => {
    const reports = ['scale', 'wait-scaled', 'scale', 'wait-scaled', 'scale'].flatMap((name, index) => [
      step(index, name as StepName, 'started'),
      step(index + 0.5, name as StepName, index === 4 ? 'failed' : 'succeeded'),
    ]);
    const cases = casesIn(validated(reports));
    assert.deepEqual(
      cases.map(({ attributes }) => attributes.name),
      ['scale', 'wait-scaled', 'scale (2)', 'wait-scaled (2)', 'scale (3)'],
    );
    assert.deepEqual(cases.map(has('failure')), [false, false, false, false, true]);
  });

  it('has no two cases of one classname and name, whatever the steps, deployments and namespaces are called', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const { reports, ended, failed } = anyReports(seed);
      const cases = casesIn(validated(reports));
      const pairs = cases.map(({ attributes: { classname = '', name = '' } }) => asRead(`${classname}\0${name}`));
      assert.equal(new Set(pairs).size, pairs.length, `seed ${seed}: ${pairs.join('\n')}`);
      assert.deepEqual([cases.length, cases.filter(has('failure')).length], [ended, failed], `seed ${seed}`);
    }
  });

  it('stays well-formed whatever stands in it', () => {
    const [, failed] = casesIn(validated(failedWith(EVIL)));
    assert.match(failed?.children[0]?.attributes.message ?? '', /^<script>alert\(1\)<\/script>"'><img /);
  });
});
