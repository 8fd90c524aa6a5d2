import type { CorpusCase } from './corpus-case.ts';
import { wrongTypes } from './wrong-types.ts';

const time = '2026-01-01T00:00:00.000Z';
const deployment = { namespace: 'default', name: 'iris' };
const object = { kind: 'Pod', namespace: 'default', name: 'iris-0', uid: 'u1' };

/** A line of each kind, with every field that is read. */
const reports = [
  { type: 'step', time, deployment, step: 'apply', state: 'started' },
  { type: 'step', time, deployment, step: 'apply', state: 'failed', durationMs: 5, message: 'created' },
  { type: 'waiting', time, deployment, step: 'wait', message: 'pods' },
  { type: 'replicas', time, deployment, object, desired: 2, available: 1 },
  { type: 'pod', time, deployment, object, status: 'Running', ready: true, restarts: 1, gone: true },
  {
    type: 'event',
    time,
    deployment,
    event: {
      uid: 'e1',
      type: 'Warning',
      reason: 'Failed',
      message: 'no',
      benign: true,
      count: 3,
      firstTime: time,
      lastTime: time,
      source: 'kubelet',
      object,
    },
  },
  { type: 'notice', time, deployment, level: 'error', message: 'oh' },
  { type: 'notice', time, level: 'warning', message: 'oh' },
  {
    type: 'summary',
    time,
    outcome: 'failed',
    exitCode: 5,
    durationMs: 10,
    deployments: [{ ...deployment, outcome: 'failed', events: 1, left: ['pod a'] }],
  },
];

const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const ALL = lines(reports);

const broken: readonly (readonly [name: string, content: string | Uint8Array])[] = [
  ['text in the middle', `${lines(reports.slice(0, 2))}hello\n${lines(reports.slice(2))}`],
  ['a list', `[]\n${ALL}`],
  ['a line that breaks off in the middle', `{"type":"st\n${ALL}`],
  ['a page', '<html>\n</html>\n'],
  ['a manifest', 'apiVersion: v1\nkind: Secret\n'],
  ['UTF-8 that is cut', Buffer.concat([Buffer.from(ALL), Buffer.from([0xe6, 0xa8])])],
  ['NUL', `${ALL}\0`],
  ['a line of a million and more numbers', `{"x":[${'0,'.repeat(1_000_000)}0]}\n${ALL}`],
  ['17 MiB', `${ALL}${' '.repeat(17 * 1024 * 1024)}`],
  ['100,000 lists in each other, cut off', `${'['.repeat(100_000)}\n${ALL}`],
];

const empty: readonly (readonly [name: string, content: string])[] = [
  ['nothing', ''],
  ['lines of nothing', '\n\n\n'],
  ['objects of nothing', '{}\n{}\n'],
];

/** Times that no calendar has, or that are far away; numbers that no picture can show. */
const strange: readonly (readonly [name: string, content: string])[] = [
  [
    'times before and behind all',
    ALL.replace(time, '1970-01-01T00:00:00.000Z').replace(time, '9999-12-31T23:59:59.999Z'),
  ],
  ['a count of events of 1e300', ALL.replace('"count":3', '"count":1e300')],
  ['replicas of 1e300', ALL.replace('"desired":2', '"desired":1e300')],
  ['replicas of -1e300', ALL.replace('"desired":2', '"desired":-1e300')],
  ['a step of 1e308 ms', ALL.replace('"durationMs":5', '"durationMs":1e308')],
  ['a deployment of __proto__', ALL.replaceAll('"iris"', '"__proto__"')],
];

const many = (count: number, line: object) => `${JSON.stringify(line)}\n`.repeat(count);

/** As much as a file may hold. */
const large: readonly (readonly [name: string, content: string])[] = [
  ['130,000 steps', many(130_000, { type: 'step', time, deployment: { name: 'a' }, step: 'a', state: 'started' })],
  ['40,000 times the same event', many(40_000, { ...reports[5] })],
  [
    '130,000 times something is waited for',
    many(65_000, { type: 'waiting', time, deployment: { name: 'a' }, message: 'a' }) +
      many(65_000, { type: 'waiting', time, deployment: { name: 'a' }, message: 'b' }),
  ],
  ['80,000 changes of replicas', many(80_000, { ...reports[3] })],
  ['70,000 changes of pods', many(70_000, { ...reports[4], gone: false })],
  [
    '30,000 deployments',
    Array.from({ length: 30_000 }, (_, index) =>
      JSON.stringify({ type: 'step', time, deployment: { name: `a${index}` }, step: 'a', state: 'failed' }),
    ).join('\n'),
  ],
  [
    '20,000 pods, and an event of each',
    Array.from({ length: 20_000 }, (_, index) => {
      const pod = { kind: 'Pod', name: `a-b-c-${index}`, uid: `${index}` };
      return [
        { type: 'pod', time, deployment: { name: 'a' }, object: pod, status: 'Running' },
        { type: 'event', time, deployment: { name: 'a' }, event: { uid: `e${index}`, object: pod } },
        { type: 'replicas', time, deployment: { name: 'a' }, object: { ...pod, kind: 'Deployment' } },
      ];
    })
      .flat()
      .map((line) => JSON.stringify(line))
      .join('\n'),
  ],
  ['150,000 notices', many(150_000, { type: 'notice', time, level: 'error', message: 'a' })],
];

export const reportCases: readonly CorpusCase[] = [
  { name: 'every line', content: ALL, expected: 'valid' },
  { name: 'a last line that breaks off', content: ALL.slice(0, -20), expected: 'valid' },
  ...broken.map(([name, content]) => ({ name, content, expected: 'bad' as const })),
  ...empty.map(([name, content]) => ({ name, content, expected: 'bad' as const, withoutPlace: true })),
  ...strange.map(([name, content]) => ({ name, content, expected: 'valid' as const })),
  ...large.map(([name, content]) => ({ name, content, expected: 'valid' as const })),
  ...reports.flatMap((report) =>
    wrongTypes(report).map((one) => ({
      ...one,
      name: `${report.type}: ${one.name}`,
      content: `${lines(reports)}${one.content}\n`,
    })),
  ),
];
