import type { CorpusCase } from './corpus-case.ts';
import { fullManifest } from './manifest-cases.ts';
import { wrongTypes } from './wrong-types.ts';

/** Every field of the short form. */
export const fullRecord = {
  id: 'iris',
  name: 'iris',
  namespace: 'default',
  labels: { team: 'vision' },
  imagePullSecrets: ['registry'],
  deployment: {
    image: 'model:1',
    modelUri: 'gs://bucket/model',
    implementation: 'SKLEARN_SERVER',
    replicas: 1,
    ports: [9000],
  },
  ingress: { class: 'nginx', host: 'iris.example.com', tlsSecret: 'iris-tls' },
  metrics: { classes: ['setosa', 'virginica'] },
};
const record = (more: object = {}) => ({ ...fullRecord, ...more });
const whole = {
  ...fullManifest,
  id: 'whole',
  metadata: { ...fullManifest.metadata, name: 'whole', namespace: 'default' },
};

const fullList = { kind: 'ModelList', metadata: { resourceVersion: '7' }, items: [record(), whole] };
const snapshot = { type: 'snapshot', revision: '7', items: [record(), whole] };
const messages = [
  snapshot,
  { type: 'upsert', revision: '8', item: record({ id: 'b', name: 'b' }) },
  { type: 'delete', id: 'b', revision: 9 },
  { type: 'heartbeat' },
  { type: 'logs', id: 'iris', tx: '1', container: 'model', sinceSeconds: 60, tailLines: 10 },
];
const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const json = JSON.stringify;

type Row = readonly [name: string, content: string | Uint8Array];

const utf16le = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

const validLists: readonly Row[] = [
  ['a list', json(fullList)],
  ['an array', json([record()])],
  ['one record', json(record())],
  ['JSON lines', lines([record(), record({ id: 'b', name: 'b' })])],
  ['a byte order mark', `\ufeff${json(fullList)}`],
  ['UTF-16', utf16le(json(fullList))],
  ['YAML', `id: a\ndeployment: {image: 'a:1'}\n---\nid: b\ndeployment: {image: 'b:1'}\n`],
  ['a comma too many, which YAML allows', `[${json(record())},]`],
  ['YAML that is a list', `- id: a\n  deployment: {image: 'a:1'}\n`],
  ['an id that is __proto__', json([record({ id: '__proto__' })])],
  ['an id of 4,000 letters', json([record({ id: 'x'.repeat(4_000) })])],
];

/** Nothing of it can be understood. */
const brokenLists: readonly Row[] = [
  ['a list that breaks off', json(fullList).slice(0, -10)],
  ['an array that breaks off', json([record(), record()]).slice(0, -1)],
  ['JSON lines that break off', lines([record(), record()]).slice(0, -20)],
  ['a text', '"hello"'],
  ['a number', '7'],
  ['words', 'hello world'],
  ['a login page', '<!DOCTYPE html><html><body>Sign in</body></html>'],
  ['a key that stands twice', '{"items": [], "items": [{"id": "a"}]}'],
  ['a number beyond all numbers', json([record()]).replace('"replicas":1', '"replicas":1e999')],
  ['a number that would lose digits', json([record()]).replace('9000', '90000000000000000000')],
  ['lists in each other', nested(300)],
  ['100,000 lists in each other', nested(100_000)],
  ['100,000 records in each other', `${'{"deployment":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['Lists in Lists', `${'{"kind":"List","items":['.repeat(300)}${']}'.repeat(300)}`],
  [
    'a billion laughs',
    `a: &a [x,x]\n${Array.from({ length: 40 }, (_, level) => `b${level}: &b${level} [*a, *a${level > 0 ? `, *b${level - 1}, *b${level - 1}` : ''}]\n`).join('')}`,
  ],
  [
    'a record of a megabyte that stands in 100 places',
    `- &x {id: a, deployment: {image: ${'x'.repeat(2 ** 20)}}}\n${'- *x\n'.repeat(100)}`,
  ],
  [
    'labels of which 1,000 records are made',
    `- {id: a, deployment: {image: a}, labels: &x {${Array.from({ length: 2_000 }, (_, index) => `k${index}: v`).join(', ')}}}\n${Array.from({ length: 1_000 }, (_, index) => `- {id: b${index}, deployment: {image: a}, labels: *x}\n`).join('')}`,
  ],
  [
    'a merge of which 1,000 records are made',
    `- &x {id: a, deployment: {image: ${'x'.repeat(20_000)}}}\n${Array.from({ length: 1_000 }, (_, index) => `- {<<: *x, id: b${index}}\n`).join('')}`,
  ],
  ['UTF-8 that is cut', Buffer.concat([Buffer.from('[{"id": "'), Buffer.from([0xe6, 0xa8])])],
  ['UTF-16 without a mark', Buffer.from(json(fullList), 'utf16le')],
  ['NUL', `[{"id": "a\0"}]`],
  ['ESC', `[] # \u001b[2J`],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ['two lists', `${json(fullList)}${json([])}`],
  ['17 MiB of spaces', ' '.repeat(17 * 1024 * 1024)],
  ['a million and more numbers', `[${'1,'.repeat(1_000_000)}1]`],
  ['a million and more lines', '{}\n'.repeat(1_000_001)],
  ['10,001 records', `[${Array(10_001).fill('{}').join(',')}]`],
  ['a revision of 50,000 letters', json({ revision: 'x'.repeat(50_000), items: [record()] })],
];

/** The list can be read, and a record of it cannot be carried out. */
const badRecords: readonly Row[] = [
  ['nothing in the list', json([record(), null])],
  ['a number in the list', json([7, record()])],
  ['an id of 50,000 letters', json([record(), record({ id: 'x'.repeat(50_000), name: 'b' })])],
  ['a list in the list', json([[record()]])],
  ['a record of nothing', json([{}])],
  ['a record without a deployment', json([{ id: 'a' }])],
  ['the same id twice', json([record(), record({ name: 'b' })])],
  ['the same name twice', json([record(), record({ id: 'b' })])],
  ['a name that is a path', json([record({ name: '../../secrets/x' })])],
  ['a name with ESC', json([record({ name: '\u001b[31m' })])],
  ['another namespace', json([record({ namespace: 'kube-system' })])],
  ['a namespace that is a path', json([record({ namespace: '../x' })])],
  ['replicas below 0', json([record({ deployment: { image: 'a', replicas: -1 } })])],
  ['ports that are texts', json([record({ deployment: { image: 'a', ports: ['9000'] } })])],
  ['a kind that is no text', json([record({ kind: { toString: null } })])],
];

const brokenMessages: readonly Row[] = [
  ['a message that breaks off', lines(messages).slice(0, -30)],
  ['no JSON', `${lines([snapshot])}hello\n`],
  ['a list of messages', `${lines([snapshot])}[]\n`],
  ['two messages in a line', `${lines([snapshot])}{"type":"heartbeat"}{"type":"heartbeat"}\n`],
  ['a snapshot without items', lines([{ type: 'snapshot' }])],
  ['an upsert of a number', lines([snapshot, { type: 'upsert', item: 7 }])],
  ['a delete without an id', lines([snapshot, { type: 'delete' }])],
  ['a delete of a number', lines([snapshot, { type: 'delete', id: 7 }])],
  ['a delete of 50,000 letters', lines([snapshot, { type: 'delete', id: 'x'.repeat(50_000) }])],
  ['a revision of 50,000 letters', lines([{ ...snapshot, revision: 'x'.repeat(50_000) }])],
  ['logs for a tx of 50,000 letters', lines([snapshot, { type: 'logs', id: 'iris', tx: 'x'.repeat(50_000) }])],
  ['logs of nothing', lines([snapshot, { type: 'logs' }])],
  ['a type that is no text', lines([snapshot, { type: { toString: null } }])],
  ['a type of __proto__', `${lines([snapshot])}{"type":"__proto__"}\n`],
  ['100,000 lists in each other', `${lines([snapshot])}{"type":"snapshot","items":${nested(100_000)}}\n`],
  [
    'a snapshot of a million and more numbers',
    `${lines([snapshot])}{"type":"snapshot","items":[${'1,'.repeat(1_000_000)}1]}\n`,
  ],
  ['a line without end', `${lines([snapshot])}{"id":"${'x'.repeat(17 * 1024 * 1024)}`],
];

export const listCases: readonly CorpusCase[] = [
  ...validLists.map(([name, content]) => ({ name, content, expected: 'valid' as const })),
  ...brokenLists.map(([name, content]) => ({ name, content, expected: 'bad' as const })),
  ...badRecords.map(([name, content]) => ({ name, content, expected: 'partly' as const })),
  ...wrongTypes(fullList),
  ...wrongTypes([record()]),
];

export const messageCases: readonly CorpusCase[] = [
  { name: 'every message', content: lines(messages), expected: 'valid' },
  ...brokenMessages.map(([name, content]) => ({ name, content, expected: 'bad' as const })),
  ...messages.flatMap((message) =>
    wrongTypes(message).map((one) => ({ ...one, name: `${message.type}: ${one.name}` })),
  ),
];
