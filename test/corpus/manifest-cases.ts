import type { CorpusCase } from './corpus-case.ts';
import { wrongTypes } from './wrong-types.ts';

/** Every field that the program reads. */
export const fullManifest = {
  apiVersion: 'machinelearning.seldon.io/v1',
  kind: 'SeldonDeployment',
  metadata: {
    name: 'iris',
    namespace: 'models',
    labels: { team: 'vision' },
    annotations: {
      note: 'x',
      'seldon-lifecycle.io/ingress-class': 'nginx',
      'seldon-lifecycle.io/ingress-host': 'iris.example.com',
      'seldon-lifecycle.io/ingress-tls-secret': 'iris-tls',
    },
  },
  spec: {
    name: 'iris',
    protocol: 'seldon',
    annotations: { 'seldon.io/engine-separate-pod': 'true' },
    replicas: 1,
    predictors: [
      {
        name: 'default',
        replicas: 1,
        traffic: 100,
        annotations: { note: 'y' },
        graph: {
          name: 'classifier',
          implementation: 'SKLEARN_SERVER',
          modelUri: 'gs://bucket/model',
          children: [{ name: 'child', type: 'MODEL', children: [] }],
        },
        componentSpecs: [
          {
            metadata: { name: 'component' },
            replicas: 1,
            hpaSpec: { maxReplicas: 2 },
            spec: { containers: ['classifier', 'child'].map((name) => ({ name, image: 'model:1' })) },
          },
        ],
        svcOrchSpec: { replicas: 1 },
        explainer: { type: 'AnchorTabular', replicas: 1, containerSpec: { name: 'explainer', image: 'explainer:1' } },
      },
    ],
  },
};

/** A container is made for each node of its graph. */
const { componentSpecs: _, ...withServers } = fullManifest.spec.predictors[0] ?? {};
const prepackaged = { ...fullManifest, spec: { ...fullManifest.spec, predictors: [withServers] } };

const GOOD = JSON.stringify(fullManifest);
const yaml = (name = 'iris') => `apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata:
  name: ${name}
spec:
  predictors:
  - name: default
    graph: {name: classifier, type: MODEL}
`;
const named = (name: string) => JSON.stringify({ ...fullManifest, metadata: { name } });
const inNamespace = (namespace: unknown) => JSON.stringify({ ...fullManifest, metadata: { name: 'iris', namespace } });
const note = (text: string) => `${yaml()}# \nstatus: {}\nextra: ${text}\n`;

const utf8 = (text: string) => Buffer.from(text);
const utf16le = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const utf16be = (text: string) => utf16le(text).swap16();

/** 10 to the power of 10. */
const laughs = (levels: number) =>
  `a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from(
    { length: levels },
    (_, level) => `a${level + 1}: &a${level + 1} [${Array(10).fill(`*a${level}`).join(',')}]\n`,
  ).join('')}`;

const wide = (fields: number) => Array.from({ length: fields }, (_, index) => `k${index}: v`).join(', ');
const mergedMerges = (levels: number) =>
  `m0: &m0 {k: v}\n${Array.from({ length: levels }, (_, level) => `m${level + 1}: &m${level + 1} {<<: [*m${level}, *m${level}], k${level}: [*m${level}, *m${level}]}\n`).join('')}`;
const nestedByAliases = (levels: number) =>
  `n0: &n0 x\n${Array.from({ length: levels }, (_, level) => `n${level + 1}: &n${level + 1} [*n${level}]\n`).join('')}`;
const manyAnchors = (count: number) => {
  const indices = Array.from({ length: count }, (_, index) => index);
  return `x: [${indices.map((index) => `&a${index} ${index}`).join(', ')}]\ny: [${indices.map((index) => `*a${index}`).join(', ')}]\n`;
};

const list = (...items: string[]) => `{"apiVersion": "v1", "kind": "List", "items": [${items.join(',')}]}`;

type Row = readonly [name: string, content: string | Uint8Array];

const valid: readonly Row[] = [
  ['a manifest as JSON', GOOD],
  ['a manifest as YAML', yaml()],
  ['a byte order mark of UTF-8', utf8(`\ufeff${yaml()}`)],
  ['UTF-16, little end first', utf16le(yaml())],
  ['UTF-16, big end first', utf16be(yaml())],
  ['JSON in UTF-16', utf16le(GOOD)],
  ['Windows line ends', yaml().replaceAll('\n', '\r\n')],
  ['no line end at the end', yaml().trimEnd()],
  ['empty documents around', `---\n---\n${yaml()}---\n# nothing\n---\n`],
  ['documents that end with dots', `${yaml()}...\n---\n${yaml('other')}...\n`],
  ['a %YAML directive', `%YAML 1.1\n---\n${yaml()}`],
  ['JSON documents with nothing between them', `${named('a')}${named('b')}`],
  ['JSON documents with lines between them', `${named('a')}\n\n  ${named('b')}\n`],
  ['JSON, then YAML', `${named('a')}\n---\n${yaml('b')}`],
  ['JSON indented by tabs', JSON.stringify(fullManifest, null, '\t')],
  ['a List', list(GOOD)],
  ['a List of Lists', list(list(), list(list(GOOD), named('b')))],
  ['a List of its own kind', JSON.stringify({ kind: 'SeldonDeploymentList', items: [fullManifest] })],
  ['an empty List beside a manifest', `${list()}\n${GOOD}`],
  ['anchors and merges in measure', `${yaml()}x: &x {a: 1}\ny: {<<: *x, b: *x}\n`],
  ['comments of a million letters', `# ${'x'.repeat(1_000_000)}\n${yaml()}`],
  ['a text of 4 MB', note(`"${'x'.repeat(4_000_000)}"`)],
  ['a literal text of 100,000 lines', `${note('|')}${'  line\n'.repeat(100_000)}`],
  ['emoji, Chinese and Persian', note('"🚀 模型 می\u200cشود"')],
  ['escapes in text', note('"\\e[31m\\0\\u2028\\x07"')],
  ['a lone surrogate as an escape', note('"\\ud800"')],
  ['a name of 253 letters', named(`${'a'.repeat(251)}.b`)],
  ['a name of one letter', named('a')],
  ['a namespace of 63 letters', inNamespace('n'.repeat(63))],
  ['a key of __proto__', `{"__proto__": {"x": 1}, ${GOOD.slice(1)}`],
  ['a tag that nobody knows', note('!unknown {a: 1}')],
  ['thousands of aliases of a text', `${yaml()}x: &x y\nz: [${'*x,'.repeat(5_000)}]\n`],
  ['thousands of anchors, and an alias of each', `${yaml()}${manyAnchors(5_000)}`],
  ['aliases of aliases, and merges of them', `${yaml()}${laughs(3)}z: {<<: [{a: *a3}, {b: *a3}], c: [*a3, *a3]}\n`],
  ['an alias as a key', `${yaml()}x: &x a\ny: {*x : 1}\n`],
  ['a byte order mark before a later document', utf8(`${yaml()}---\n\ufeff${yaml('other')}`)],
  ['a byte order mark before ---', utf8(`${yaml()}\ufeff---\n${yaml('other')}`)],
  [
    'nulls wherever there may be nothing',
    `${yaml()}    explainer: null\n    replicas: ~\n    svcOrchSpec:\n  annotations: null\n`,
  ],
  ['labels and annotations of null', yaml().replace('name: iris', 'name: iris\n  labels: {a: null}\n  annotations: ~')],
  ['text that looks like a template', note(`"{{ .Values.x }} \${HOME} {% if %} <%= x %>"`)],
  [
    'Windows line ends and a byte order mark before each document',
    utf8(`\ufeff${yaml()}---\n\ufeff${yaml('b')}`.replaceAll('\n', '\r\n')),
  ],
  ['numbers of every kind', note('[0644, 0o17, 0x1F, 1_000, 1e3, -0, .5]')],
  ['nested 150 levels deep', note('['.repeat(150) + ']'.repeat(150))],
];

const broken: readonly Row[] = [
  ['a bracket that is not closed', `${yaml()}x: [1, 2\n`],
  ['a brace that is not closed', `${yaml()}x: {a: 1\n`],
  ['a quote that is not closed', `${yaml()}x: "a\n`],
  ['a single quote that is not closed', `${yaml()}x: 'a\n`],
  ['brackets that only close', `${yaml()}x: ]]]]\n`],
  ['a tab for indentation', yaml().replace('  name', '\tname')],
  ['indentation that does not fit', `${yaml()}   x: 1\n`],
  ['two values in one line', `${yaml()}x: a: b\n`],
  ['an alias of nothing', `${yaml()}x: *nothing\n`],
  ['an alias in itself', `${yaml()}x: &x [*x]\n`],
  ['an alias in itself, further down', `${yaml()}x: &x {a: {b: [*x]}}\n`],
  ['a merge of itself', `${yaml()}x: &x {<<: *x}\n`],
  ['a merge of a text', `${yaml()}x: {<<: text}\n`],
  ['two anchors on one value', `${yaml()}x: &a &b 1\n`],
  ['two tags on one value', `${yaml()}x: !a !b 1\n`],
  ['an escape that there is not', `${yaml()}x: "\\q"\n`],
  ['an at sign', `${yaml()}x: @a\n`],
  ['a backtick', `${yaml()}x: \`a\n`],
  ['a second document that is broken', `${yaml()}---\nx: [\n`],
  ['directives without end', '%a\n'.repeat(200_000)],
  ['a line of XML', '<?xml version="1.0"?><a/>'],
  ['a line of HTML, as a login page', '<!DOCTYPE html><html><body>Sign in</body></html>'],
  ['a script', '#!/bin/sh\nset -e\necho hello\n'],
  ['a Helm template', `${yaml()}x: {{ .Values.x }}\n`],
  ['a name of Helm in quotes', yaml('"{{ .Release.Name }}"')],
  ['blocks of Helm', `{{- if .Values.x }}\n${yaml()}{{- end }}\n`],
  ['a Jinja template', `{% if x %}\n${yaml()}{% endif %}\n`],
  ['an ERB template', yaml('<%= name %>')],
  ['a variable of the shell', yaml(`\${NAME}`)],
  ['a variable of the shell as a kind', yaml().replace('SeldonDeployment', `\${KIND}`)],
  ['a variable of the shell as replicas in JSON', GOOD.replace('"replicas":1', `"replicas":\${REPLICAS}`)],
  ['a kustomization', 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n'],
  ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n'],
  ['JSON with comments', GOOD.replace('{', '{\n// the model\n')],
  ['a broken document between good ones', `${yaml('a')}---\nx: [\n---\n${yaml('b')}`],
  ['a kind in small letters', yaml().replace('SeldonDeployment', 'seldondeployment')],
  ['a kind that lacks a letter', yaml().replace('SeldonDeployment', 'SeldonDeploymnet')],
  ['an apiVersion with spaces', yaml().replace('machinelearning.seldon.io/v1', '" machinelearning.seldon.io/v1 "')],
  ['a name to be made up', yaml().replace('name: iris', 'generateName: iris-')],
  [
    'a foreign kind with a name to be made up',
    'apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {generateName: a-}\n',
  ],
  ['two predictors of one name', `${yaml()}  - {name: default, graph: {name: b}}\n`],
  [
    'a variable that is a number',
    GOOD.replace('"image":"model:1"', '"image":"model:1","env":[{"name":"PORT","value":80}]'),
  ],
  ['a null in place of a predictor', yaml().replace('- name: default', '- null\n  - name: default')],
  ['settings of a model server', '{"name": "iris", "implementation": "mlserver_sklearn.SKLearnModel"}'],
  ['an environment of conda', 'name: x\nchannels: [defaults]\ndependencies: [python=3.9]\n'],
  ['a merge conflict', `<<<<<<< HEAD\n${yaml('a')}=======\n${yaml('b')}>>>>>>> other\n`],
  ['JSON that breaks off', GOOD.slice(0, -10)],
  ['JSON with a comma too many', GOOD.replace('"iris"', '"iris",,')],
  ['JSON without a colon', GOOD.replace('"name":', '"name" ')],
  ['a second JSON document that breaks off', `${GOOD}${GOOD.slice(0, 40)}`],
  ['text behind JSON', `${GOOD} hello`],
  ['a bracket behind JSON', `${GOOD}}`],
  ['a key that stands twice', `${yaml()}kind: SeldonDeployment\n`],
  ['a key that stands twice in JSON', GOOD.replace('"kind"', '"kind":"A","kind"')],
  ['a key that stands twice, one of them a number', `${yaml()}x: {1: a, "1": b}\n`],
  ['a billion laughs', laughs(9)],
  ['a billion laughs beside a manifest', `${yaml()}${laughs(8)}`],
  ['laughs by merges', `${yaml()}${laughs(6)}z: {<<: [{a: *a5}, {b: *a5}], c: [*a5, *a5, *a5]}\n`],
  ['a text of a megabyte in 100 places', `${yaml()}x: &x ${'x'.repeat(2 ** 20)}\nz: [${'*x,'.repeat(100)}]\n`],
  [
    'a key of a megabyte in 100 places',
    `${yaml()}x: &x {? ${'x'.repeat(1_000)}\n : 1}\nz: [${'*x,'.repeat(20_000)}]\n`,
  ],
  ['a wide map in 100 places', `${yaml()}x: &x {${wide(20_000)}}\nz: [${'*x,'.repeat(100)}]\n`],
  ['a wide map that is merged into 100', `${yaml()}x: &x {${wide(20_000)}}\nz: [${'{<<: *x},'.repeat(100)}]\n`],
  ['merges of merges', `${yaml()}${mergedMerges(300)}`],
  ['a List of the same manifest again and again', `x: &x ${GOOD}\nkind: List\nitems: [${'*x,'.repeat(30_000)}]\n`],
  ['lists that only aliases put into each other', `${yaml()}${nestedByAliases(1_000)}`],
  ['10,000 lists in each other', `${yaml()}x: ${'['.repeat(10_000)}`],
  ['10,000 lists in each other, closed', `${yaml()}x: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`],
  ['10,000 maps in each other', `${yaml()}x: ${'{a: '.repeat(10_000)}`],
  ['10,000 dashes', '- '.repeat(10_000)],
  ['10,000 question marks', '? '.repeat(10_000)],
  ['10,000 colons', ': '.repeat(10_000)],
  ['10,000 steps in', Array.from({ length: 1_000 }, (_, step) => `${' '.repeat(step)}a:`).join('\n')],
  ['10,000 objects of JSON in each other', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['10,000 lists of JSON in each other', `{"a":$'['.repeat(10_000)$']'.repeat(10_000)}`],
  ['Lists in Lists without end', `${'{"kind":"List","items":['.repeat(5_000)}`],
  ['a million brackets that only close', ']'.repeat(1_000_000)],
  ['a million commas', `[${','.repeat(1_000_000)}`],
  ['a million words', 'a '.repeat(1_000_000)],
  ['two million words', `[${'a,'.repeat(2_000_000)}]`],
  ['infinity', note('.inf')],
  ['what is no number', note('.nan')],
  ['a number beyond all numbers', note('1e999')],
  ['a number beyond all numbers in JSON', GOOD.replace('"replicas":1', '"replicas":1e999')],
  ['a number that would lose digits', note('123456789012345678901')],
  ['replicas of 2^31', GOOD.replace('"replicas":1', '"replicas":2147483648')],
  ['replicas of 2^63', GOOD.replace('"replicas":1', '"replicas":9223372036854775808')],
  ['replicas below 0', GOOD.replace('"replicas":1', '"replicas":-1')],
  ['half a replica', GOOD.replace('"replicas":1', '"replicas":0.5')],
  ['replicas as text', GOOD.replace('"replicas":1', '"replicas":"1"')],
  ['a name of 254 letters', named('a'.repeat(254))],
  ['a name of 100,000 letters', named('a'.repeat(100_000))],
  ['an empty name', named('')],
  ['a name in capitals', named('Iris')],
  ['a name with a space', named('i ris')],
  ['a name with a line end', named('iris\n')],
  ['a name that is a path', named('../../secrets/x')],
  ['a name with a question mark', named('iris?x=y')],
  ['a name that begins with a dash', named('-iris')],
  ['a name that ends with a dot', named('iris.')],
  ['a name with two dots', named('i..ris')],
  ['a name with ESC', named('\u001b[31miris')],
  ['a name that turns the direction', named('\u202esiri')],
  ['a name with a zero-width space', named('i\u200bris')],
  ['a name of Chinese', named('模型')],
  ['a name of letters that look like others', named('іris')],
  ['a name with a lone surrogate', named('iris\ud800')],
  ['a name with NUL', named('iris\0')],
  ['a namespace of 64 letters', inNamespace('n'.repeat(64))],
  ['a namespace with a dot', inNamespace('a.b')],
  ['a namespace that is a path', inNamespace('../kube-system')],
  ['a namespace that is a number', inNamespace(7)],
  ['the same deployment twice', `${yaml()}---\n${yaml()}`],
  ['the same deployment twice in JSON', `${GOOD}${GOOD}`],
  ['a list', '- a\n- b\n'],
  ['a number', '7'],
  ['a text', 'hello'],
  ['JSON of null in a List', list('null')],
  ['JSON of a number in a List', list('7')],
  ['a list in a List', list('[]')],
  ['another kind alone', '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}'],
  ['another group', yaml().replace('machinelearning.seldon.io', 'example.com')],
  ['the version of Seldon Core 2', yaml().replace('machinelearning.seldon.io/v1', 'mlops.seldon.io/v1alpha1')],
  ['an apiVersion that is a path', '{"apiVersion":"../v1","kind":"Secret","metadata":{"name":"a"}}'],
  ['no kind', yaml().replace('kind: SeldonDeployment\n', '')],
  ['no metadata', yaml().replace(/metadata:\n.*\n/, '')],
  ['no spec', yaml().replace(/spec:[sS]*/, '')],
  ['no predictors', yaml().replace(/ {2}predictors:[sS]*/, '  predictors: []\n')],
  ['UTF-8 that is cut', Buffer.concat([utf8(`${yaml()}# `), Buffer.from([0xe6, 0xa8])])],
  ['Latin-1', Buffer.from(`${yaml()}# modèle\n`, 'latin1')],
  ['UTF-8 that writes / in two bytes', Buffer.concat([utf8(`${yaml()}# `), Buffer.from([0xc0, 0xaf, 0x0a])])],
  ['UTF-8 of a surrogate', Buffer.concat([utf8(`${yaml()}# `), Buffer.from([0xed, 0xa0, 0x80, 0x0a])])],
  ['UTF-16 without a mark', Buffer.from(yaml(), 'utf16le')],
  ['UTF-16 with half a letter', utf16le(yaml()).subarray(0, -1)],
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ['an archive', Buffer.from('1f8b0800000000000003', 'hex')],
  ['an ELF program', Buffer.from('7f454c4602010100', 'hex')],
  ['all bytes', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
  ['ESC in a comment', `${yaml()}# \u001b[2J\n`],
  ['NUL in the middle', `${yaml()}\0`],
  ['a bell', `${yaml()}x: "\u0007"\n`],
];

const empty: readonly Row[] = [
  ['nothing', ''],
  ['a line end', '\n'],
  ['spaces', '   \n  \n'],
  ['a byte order mark alone', utf8('\ufeff')],
  ['a byte order mark of UTF-16 alone', utf16le('')],
  ['--- alone', '---'],
  ['--- many times', '---\n'.repeat(1_000)],
  ['... alone', '...\n'],
  ['a comment', '# nothing\n'],
  ['a directive without a document', '%YAML 1.1\n'],
  ['null', 'null\n'],
  ['a tilde', '~\n'],
  ['an empty List', list()],
  ['empty Lists in a List', list(list(), list(list()))],
];

export const manifestCases: readonly CorpusCase[] = [
  ...valid.map(([name, content]) => ({ name, content, expected: 'valid' as const })),
  ...broken.map(([name, content]) => ({ name, content, expected: 'bad' as const })),
  ...empty.map(([name, content]) => ({ name, content, expected: 'bad' as const, withoutPlace: true })),
  ...wrongTypes(fullManifest),
  ...wrongTypes(prepackaged).map((one) => ({ ...one, name: `without componentSpecs: ${one.name}` })),
];
