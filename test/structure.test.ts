import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const root = path.resolve(import.meta.dirname, '../src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/**
 * The floors of the house, from the roof down, one for each folder and each file beside them: an import goes down, types
 * included. A folder that is to be used by one above it is moved down, not imported upwards.
 */
const floors = [
  'main.ts',
  'ending',
  'cli',
  'commands',
  // What runs in the cluster is a sync with a lease.
  'agent',
  // Readers of what is told: they know what there is to tell, and nobody below knows them.
  'report',
  'output',
  'plan',
  'sync',
  'execution',
  'steps',
  // Each answers one question of the user's, of its own.
  'doctor',
  'preview',
  'diff',
  'predict',
  'logs',
  'lifecycle',
  'manifests',
  'events',
  'progress',
  'sandbox',
  'cluster',
  'jsonpath',
  'seldon',
  // What the operator makes, for its stand-in and for whoever wants to see it before it is made.
  'operator',
  'reading',
  'kubernetes',
  // What everybody speaks.
  'context.ts',
  'concurrency-limiter.ts',
  'once-for-each.ts',
  'linked-signal.ts',
  'spare-memory.ts',
  'version.ts',
  'write-all.ts',
  'failures.ts',
  'clock.ts',
  'advice',
  'text',
  'json-copy.ts',
  'own-values.ts',
];
const floorOf = (file: string) => floors.indexOf(place(file));

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

const imports: Import[] = files.flatMap((from) => {
  const text = readFileSync(path.join(root, from), 'utf8');
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/gm);
  return [...statements].map(([, type, target, dynamic]) => ({
    from,
    to: path.relative(root, path.resolve(root, path.dirname(from), target ?? dynamic ?? '')),
    typeOnly: type !== undefined,
  }));
});

const place = (file: string) => file.split(path.sep)[0] ?? '';

describe('The structure of the source', () => {
  it('has imports to look at', () => assert.ok(imports.length > 100));

  it('has no arrow that runs back up, of types neither', () => {
    const wrong = imports
      .filter(({ from, to }) => to.startsWith('..') === false && floorOf(from) > floorOf(to))
      .map(({ from, to }) => `${from} -> ${to}`);
    assert.deepEqual(wrong, []);
  });

  it('has a floor for every place, and a place for every floor', () => {
    assert.deepEqual([...new Set(files.map(place))].sort(), [...floors].sort());
  });

  it('loads the sandbox only when it is asked for', () => {
    const eager = imports.filter(
      ({ from, to, typeOnly }) => place(to) === 'sandbox' && place(from) !== 'sandbox' && !typeOnly,
    );
    const dynamic = files.filter((file) => readFileSync(path.join(root, file), 'utf8').includes("import('../sandbox/"));
    assert.deepEqual(
      [...new Set(eager.map(({ from }) => from))].filter((file) => !dynamic.includes(file)),
      [],
    );
  });

  it('shares no rule about Seldon with the sandbox, so that a mistake cannot cancel itself out', () => {
    const shared = imports.filter(
      ({ from, to }) => place(from) === 'sandbox' && ['seldon', 'lifecycle'].includes(place(to)),
    );
    assert.deepEqual(shared, []);
    const waiting = imports.filter(
      ({ from, to }) => ['seldon', 'lifecycle', 'steps'].includes(place(from)) && place(to) === 'operator',
    );
    assert.deepEqual(waiting, []);
  });

  it('imports client-node in cluster/ alone', () => {
    const users = files.filter((file) =>
      readFileSync(path.join(root, file), 'utf8').includes("'@kubernetes/client-node"),
    );
    assert.deepEqual([...new Set(users.map(place))], ['cluster']);
  });

  it('touches the process in main.ts alone', () => {
    const users = files.filter((file) =>
      /\bprocess\.\w|\bconsole\./.test(withoutComments(readFileSync(path.join(root, file), 'utf8'))),
    );
    assert.deepEqual(users, ['main.ts']);
  });

  it('has no import cycle, of types neither', () => {
    const targets = new Map<string, string[]>();
    for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to]);
    const finished = new Set<string>();
    const visit = (file: string, line: readonly string[]): void => {
      assert.ok(!line.includes(file), `cycle: ${[...line, file].join(' -> ')}`);
      if (finished.has(file)) return;
      for (const target of targets.get(file) ?? []) visit(target, [...line, file]);
      finished.add(file);
    };
    for (const file of files) visit(file, []);
  });
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}

/** How many arguments a call is given, from behind its opening bracket. */
function argumentsAt(text: string, from: number): number {
  let depth = 0;
  let commas = 0;
  for (let at = from; depth >= 0 && at < text.length; at += 1) {
    const letter = text.charAt(at);
    if ('([{'.includes(letter)) depth += 1;
    else if (')]}'.includes(letter)) depth -= 1;
    else if (letter === ',' && depth === 0 && !/^,\s*\)/.test(text.slice(at))) commas += 1;
  }
  return commas + 1;
}

describe('What the source may do', () => {
  const holding = (pattern: RegExp) =>
    files.filter((file) => pattern.test(withoutComments(readFileSync(path.join(root, file), 'utf8'))));

  it('starts other programs for a kubeconfig’s credential plugin alone, and never through a shell', () => {
    assert.deepEqual(holding(/child_process/), ['cluster/credential-plugin.ts']);
    assert.deepEqual(holding(/\bshell:/), []);
  });

  it('keeps nothing in temporary files, and writes only what a command line names', () => {
    assert.deepEqual(holding(/tmpdir|mkdtemp/), []);
    assert.deepEqual(
      holding(/\b(writeFile|appendFile|writeSync|createWriteStream|mkdir|rename|symlink|copyFile|chmod)/).sort(),
      ['commands/completion-install.ts', 'sandbox/kubeconfig-file.ts', 'write-all.ts'],
    );
    assert.deepEqual(
      imports.filter(({ to }) => to === 'write-all.ts').map(({ from }) => from),
      // The first one writes to standard output and standard error.
      ['ending/file-output.ts', 'report/report-files.ts'],
    );
  });

  it('asks servers in few places, none of which follows a redirect with credentials', () => {
    // Node's own fetch follows them.
    assert.deepEqual(holding(/(?<![.#\w])fetch\(/), []);
    assert.deepEqual(holding(/makeDispatcher\(/).sort(), [
      'cluster/connection.ts',
      'cluster/dispatcher.ts',
      'cluster/post-to-ingress.ts',
      'manifests/read-url.ts',
      'sync/source/source-connection.ts',
    ]);
  });

  it('shows addresses by one rule, and reads those of proxies in one place', () => {
    assert.deepEqual(holding(/\.password\b|\busername, password\b/).sort(), [
      'cluster/connection.ts',
      'cluster/kubeconfig-user.ts',
      'cluster/proxy-address.ts',
      'manifests/read-url.ts',
      'sync/source/address.ts',
    ]);
    assert.deepEqual(holding(/_PROXY\b/).sort(), ['cluster/proxy.ts', 'lifecycle/errors/connection-trouble.ts']);
  });

  it('believes no answer of the API server without its form', () => {
    // The last argument of a verb of KubernetesObjectApi are its options, which hold the form.
    const wanted = { call: 2, read: 5, list: 11, create: 5, replace: 5, patch: 7, delete: 8 };
    const calls = files
      .filter((file) => place(file) === 'cluster')
      .flatMap((file) => {
        const text = withoutComments(readFileSync(path.join(root, file), 'utf8'));
        const asked = text.matchAll(/\bapi\.(call|read|list|create|replace|patch|delete)(?:<[^()]*>)?\(/g);
        return [...asked].map(({ index, 0: begin, 1: method = '' }) => ({
          file,
          method,
          given: argumentsAt(text, index + begin.length),
        }));
      });
    assert.ok(calls.length > 15);
    assert.deepEqual([...new Set(calls.map(({ method }) => method))].sort(), Object.keys(wanted).sort());
    assert.deepEqual(
      calls.filter(({ method, given }) => given < wanted[method as keyof typeof wanted]),
      [],
    );
  });

  it('asks past KubernetesObjectApi’s verbs only for what CONTRIBUTING.md lists', () => {
    assert.deepEqual(holding(/\bapi\.(call|text|exchange|stream)\b/).sort(), [
      'cluster/inspection.ts',
      'cluster/log-lines.ts',
      'cluster/namespace-contents.ts',
      'cluster/openapi.ts',
      'cluster/seldon-cluster.ts',
      'cluster/watch-stream.ts',
    ]);
  });

  it('makes no code out of text', () => assert.deepEqual(holding(/\beval\(|new Function\(|node:vm/), []));

  it('leaves certificates unchecked only where the user says so', () => {
    assert.deepEqual(holding(/rejectUnauthorized/), ['cluster/connector.ts']);
    const ofApiServer = holding(/\binsecure\b(?!-)/).filter((file) => place(file) !== 'cluster');
    assert.deepEqual(ofApiServer, []);
  });
});

describe('What the tests may do', () => {
  it('give a program an environment of their own, so that CI, NO_COLOR and the like change no result', () => {
    const tests = path.resolve(import.meta.dirname);
    const giving = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && /\.\.\.process\.env/.test(readFileSync(path.join(tests, file), 'utf8')),
    );
    // npm and Go's compiler are asked as they are set up on this machine.
    assert.deepEqual(giving.filter((file) => file !== 'structure.test.ts').sort(), [
      'control-plane/build.ts',
      'shipping/npm-package.slow-test.ts',
    ]);
  });
});
