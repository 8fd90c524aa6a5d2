import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { ownValue, setOwnValue } from '../../src/own-values.ts';
import { fromShortForm } from '../../src/sync/desired/short-form.ts';
import { runInProcess } from '../behaviour/in-process.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import { list, newNamespace, seldonPath } from '../behaviour/server-under-test.ts';
import { StandInApiServer } from '../cluster/stand-in-api-server.ts';
import { applyPatch, jsonPatch, mergePatch, startTestServer, strategicMergePatch } from '../sandbox/api-client.ts';

/** What every object inherits, and so seems to have. */
const KEYS = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'] as const;

/** An object with this key of its own: a literal would take __proto__ for what is inherited. */
const one = (key: string, value: unknown = 'x') => Object.fromEntries([[key, value]]);
const json = (value: unknown) => JSON.stringify(value);
const hasOwn = (object: unknown, key: string, value: unknown = 'x') => {
  assert.ok(Object.hasOwn(object as object, key), `${json(object)} has no ${key} of its own`);
  assert.deepEqual((object as Record<string, unknown>)[key], value);
};

interface Around {
  sandbox: SandboxUnderTest;
  namespace: string;
  /** Runs the program, in the namespace. */
  run(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  /** The path of a file that holds this. */
  file(content: unknown, name?: string): string;
}

/** As far as it is looked into. */
interface Spec {
  predictors: { annotations: Record<string, string> }[];
}

type Check = (key: string, around: Around) => Promise<unknown> | unknown;

const deployment = (predictor: object = {}, spec: object = {}, metadata: object = {}) => ({
  apiVersion: 'machinelearning.seldon.io/v1',
  kind: 'SeldonDeployment',
  metadata: { name: 'iris', ...metadata },
  spec: {
    predictors: [
      {
        name: 'default',
        graph: { name: 'classifier', type: 'MODEL' },
        componentSpecs: [{ spec: { containers: [{ name: 'classifier', image: 'example/iris:1.0' }] } }],
        ...predictor,
      },
    ],
    ...spec,
  },
});
const plan = (more: object = {}, ...steps: object[]) => ({
  apiVersion: 'seldon-lifecycle.io/v1alpha1',
  kind: 'Plan',
  steps: [{ apply: { filename: 'model.json' } }, ...steps],
  ...more,
});
const record = (more: object = {}, inner: object = {}) => ({
  id: 'iris',
  deployment: { image: 'example/iris:1.0', ...inner },
  ...more,
});
const kubeconfig = (cluster: object, user: object = {}, context = 'a') => ({
  clusters: [{ name: 'a', cluster: { server: 'http://127.0.0.1:1', ...cluster } }],
  users: [{ name: 'a', user }],
  contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
  'current-context': context,
});

async function applied(
  { run, file, sandbox, namespace }: Around,
  object: object,
): Promise<KubernetesObject & { spec: Spec }> {
  const { exitCode, stderr } = await run('apply', '-f', file(object));
  assert.equal(exitCode, 0, stderr);
  const { body } = await sandbox.api.call<KubernetesObject & { spec: Spec }>({
    method: 'GET',
    path: `${seldonPath(namespace)}/iris`,
  });
  return body;
}

async function refused(finished: ReturnType<Around['run']>, words: string): Promise<void> {
  const { exitCode, stderr, stdout } = await finished;
  assert.equal(exitCode, 2, `${stdout}${stderr}`);
  assert.ok(stderr.includes(words), `${words} is not in ${stderr}`);
}

const validate = async ({ run, file }: Around, written: object, ...flags: string[]) => {
  file(deployment(), 'model.json');
  return await run('plan', 'validate', '-f', file(written), ...flags);
};

const commands: Readonly<Record<string, Check>> = {
  'of a manifest: an annotation of a predictor': async (key, around) =>
    hasOwn((await applied(around, deployment({ annotations: one(key) }))).spec.predictors[0]?.annotations, key),
  'of a manifest: a field that nobody knows': async (key, { run, file }) => {
    const { exitCode, stderr } = await run('apply', '-f', file(deployment({}, one(key))));
    assert.notEqual(exitCode, 0, stderr);
    assert.match(stderr, new RegExp(`\\.spec\\.${key}|spec.${key}`));
  },
  'of a manifest: the role of a node': async (key, around) => {
    await applied(around, deployment({ graph: { name: 'classifier', type: key } }));
    await around.run('wait', 'iris', '--for=available');
    const path = `/apis/apps/v1/namespaces/${around.namespace}/deployments`;
    const [made] = await list(around.sandbox, path);
    assert.ok(made);
    assert.doesNotMatch(json(made), /native code/);
  },
  'of a manifest: a server that there is not': async (key, around) => {
    const graph = { name: 'classifier', implementation: key, modelUri: 'gs://a/b' };
    const { exitCode, stderr } = await around.run('apply', '-f', around.file(deployment({ graph })));
    assert.doesNotMatch(stderr, /TypeError|function/);
    assert.ok(exitCode < 6);
  },
  'of a manifest: a protocol': async (key, around) => {
    const { stderr } = await around.run('apply', '-f', around.file(deployment({}, { protocol: key })));
    assert.doesNotMatch(stderr, /TypeError|function/);
  },
  'of a manifest, as the difference that diff shows': async (key, around) => {
    await applied(around, deployment());
    const { run, file } = around;
    const { exitCode, stdout, stderr } = await run('diff', '-f', file(deployment({ annotations: one(key) })));
    assert.equal(exitCode, 7, stderr);
    assert.match(stdout, new RegExp(`^\\+ +${key}: x$`, 'm'));
  },
  'of a Secret, as what diff hides': async (key, around) => {
    const secret = (data: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data });
    const both = (data: object) => ({ apiVersion: 'v1', kind: 'List', items: [deployment(), secret(data)] });
    await applied(around, both(one('a', 'YQ==')));
    const { stdout } = await around.run('diff', '-f', around.file(both({ ...one('a', 'YQ=='), ...one(key, 'Yg==') })));
    assert.match(stdout, new RegExp(`^\\+ +${key}: '?\\*\\*\\*'?$`, 'm'));
    assert.doesNotMatch(stdout, /Yg==|\(after\)/);
  },
  'of a plan: a field': async (key, around) =>
    refused(Promise.resolve(await validate(around, plan(one(key)))), `unknown field "${key}" in the plan`),
  'of a plan: a field of a step': async (key, around) => {
    const step = { scale: { replicas: 2, ...one(key) } };
    await refused(Promise.resolve(await validate(around, plan({}, step))), `unknown field "${key}" in steps[1].scale`);
  },
  'of a plan: a step': async (key, around) =>
    refused(Promise.resolve(await validate(around, plan({}, one(key, {})))), `unknown field "${key}" in steps[1]`),
  'of a plan: a value that it declares': async (key, around) => {
    const values = one(key, { default: 'model.json' });
    const written = plan({ values, steps: [{ apply: { filename: `\${${key}}` } }] });
    const { exitCode, stderr } = await validate(around, written);
    assert.equal(exitCode, 0, stderr);
    const set = await validate(around, written, '--set', `${key}=nosuch.json`);
    assert.match(set.stderr, /nosuch\.json/);
  },
  'of a plan: a value that it does not declare': async (key, around) => {
    const written = plan({ values: { size: { default: 2 } } }, { assert: { jsonpath: '{.a}', value: `\${${key}}` } });
    await refused(Promise.resolve(await validate(around, written)), `there is no value "${key}"`);
    await refused(
      Promise.resolve(await validate(around, plan({ values: { size: { default: 2 } } }), '--set', `${key}=1`)),
      `there is no value "${key}"`,
    );
  },
  'of a plan: a variable of the environment': async (key, around) => {
    const written = plan({ values: { size: { env: key } } }, { scale: { replicas: `\${size}` } });
    await refused(Promise.resolve(await validate(around, written)), 'the value "size" is not set');
  },
  'of a plan: a path of a JSON patch': async (key, around) => {
    around.file(deployment({ annotations: { a: 'b' } }), 'model.json');
    const patch = [{ op: 'add', path: `/spec/predictors/0/annotations/${key}`, value: 'x' }];
    const written = plan({}, { wait: { for: 'available' } }, { patch: { type: 'json', patch } });
    const { exitCode, stderr } = await around.run('plan', 'run', '-f', around.file(written));
    assert.equal(exitCode, 0, stderr);
    const path = `${seldonPath(around.namespace)}/iris`;
    const { body } = await around.sandbox.api.call<{ spec: Spec }>({ method: 'GET', path });
    hasOwn(body.spec.predictors[0]?.annotations, key);
  },
  'of a record: a field of the short form': async (key, { run, file }) => {
    const { exitCode, stdout, stderr } = await run('sync', file([record(one(key))]), '--owner=a', '--once');
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout + stderr, new RegExp(`not supported and ignored: ${key}$`, 'm'));
  },
  'of a record: a field of its deployment': async (key, { run, file }) => {
    const { exitCode, stdout, stderr } = await run('sync', file([record({}, one(key))]), '--owner=a', '--once');
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout + stderr, new RegExp(`ignored: deployment\\.${key}$`, 'm'));
  },
  'of a record: a label': (key) => {
    const { metadata } = fromShortForm(record({ labels: one(key) })).object as unknown as KubernetesObject;
    hasOwn(metadata.labels, key);
  },
  'of a record: its id, and that of a deletion': async (key, { sandbox, namespace }) => {
    const lines = [
      { type: 'snapshot', items: [record({ id: key, name: 'iris' })] },
      { type: 'delete', id: key },
      { type: 'upsert', item: record({ id: key, name: 'iris' }) },
    ];
    const args = ['sync', '-', '--owner=a', '--once', '-n', namespace];
    const { exitCode, stderr } = await sandbox.run(args, { stdin: lines.map((line) => `${json(line)}\n`).join('') });
    assert.equal(exitCode, 0, stderr);
    const { body } = await sandbox.api.call<KubernetesObject>({ method: 'GET', path: `${seldonPath(namespace)}/iris` });
    assert.equal(body.metadata.annotations?.['seldon-lifecycle.io/id'], key);
  },
  'of a message: its type': async (key, { sandbox, namespace }) => {
    const stdin = `${json({ type: 'snapshot', items: [] })}\n${json({ type: key })}\n`;
    await refused(
      sandbox.run(['sync', '-', '--owner=a', '--once', '-n', namespace], { stdin }),
      `unknown type "${key}"`,
    );
  },
  'of JSONPath: what an object does not have': async (key, around) => {
    await applied(around, deployment());
    for (const template of [
      `{.metadata.${key}}`,
      `{.metadata['${key}']}`,
      `{..${key}}`,
      `{.spec.predictors[?(@.${key})]}`,
    ]) {
      const { exitCode, stdout, stderr } = await around.run('list', 'iris', '-o', `jsonpath=${template}`);
      assert.deepEqual([exitCode, stdout], [0, ''], `${template}: ${stdout}${stderr}`);
    }
  },
  'of JSONPath: what an object has': async (key, around) => {
    await applied(around, deployment({ annotations: one(key, 'mine') }));
    const { stdout } = await around.run('list', 'iris', '-o', `jsonpath={.spec.predictors[0].annotations.${key}}`);
    assert.equal(stdout, 'mine');
    const written = await around.run('list', 'iris', '-o', 'json');
    hasOwn(JSON.parse(written.stdout).spec.predictors[0]?.annotations, key, 'mine');
    const yaml = await around.run('list', 'iris', '-o', 'yaml');
    assert.match(yaml.stdout, new RegExp(`^ +${key}: mine$`, 'm'));
  },
  'of JSONPath, waited for': async (key, around) => {
    await applied(around, deployment());
    const flags = [`--for=jsonpath={.metadata.${key}}`, '--timeout=50ms'];
    const { exitCode, stderr } = await around.run('wait', 'iris', ...flags);
    assert.equal(exitCode, 4, stderr);
  },
  'of a selector': async (key, around) => {
    await applied(around, deployment());
    const names = async (selector: string) => (await around.run('list', '-l', selector, '-o', 'name')).stdout;
    assert.equal(await names(key), '');
    assert.equal(await names(`${key}=x`), '');
    assert.equal(await names(`${key} in (x)`), '');
    for (const all of [`!${key}`, `${key}!=x`, `${key} notin (x)`]) assert.match(await names(all), /iris/, all);
  },
  'of a kubeconfig: a field that nobody knows': (key) => {
    const text = json({ ...kubeconfig(one(key), one(key)), ...one(key) });
    assert.equal(kubeconfigFromText(text, 'test').connection.server, 'http://127.0.0.1:1');
  },
  'of a kubeconfig: a context that there is not': async (key, { run, file }) => {
    await refused(run('list', '--kubeconfig', file(kubeconfig({}, {}, key))), key);
    for (const flag of ['--context', '--cluster', '--user']) {
      await refused(run('list', '--kubeconfig', file(kubeconfig({})), flag, key), key);
    }
  },
  'of a kubeconfig: whom to act as further': async (key) => {
    const server = await StandInApiServer.start();
    try {
      const api = server.api({}, { as: 'jane', 'as-user-extra': one(key, ['x', 'y']) });
      await api.call({ method: 'GET', path: '/version' }).catch(() => {});
      assert.deepEqual(server.received[0]?.lines(`impersonate-extra-${key.toLowerCase()}`), ['x', 'y']);
    } finally {
      await server.close();
    }
  },
  'of a flag: --as-user-extra': async (key) => {
    const server = await StandInApiServer.start();
    try {
      const extra = ['--as=jane', `--as-user-extra=${key}=x`, `--as-user-extra=${key}=y`];
      await runInProcess('/nowhere', ['list', '--server', server.url, ...extra]);
      assert.deepEqual(server.received[0]?.lines(`impersonate-extra-${key.toLowerCase()}`), ['x', 'y']);
    } finally {
      await server.close();
    }
  },
  'of a command line: a command, a flag and a word': async (key, { run }) => {
    await refused(run(key), key);
    await refused(run('plan', key), key);
    await refused(run('list', `--${key}`), key);
    for (const args of [
      ['sample', key],
      ['completion', key],
      ['help', key],
      ['delete', 'a', `--cascade=${key}`],
      ['list', '-o', key],
      ['run', '-f', 'a', `--events=${key}`],
      ['run', '-f', 'a', `--cleanup=${key}`],
      ['run', '-f', 'a', `--report=a.${key}`],
      ['list', `--request-timeout=5${key}`],
      ['plan', 'show', key],
    ]) {
      const { exitCode, stderr } = await run(...args);
      assert.equal(exitCode, 2, `${args.join(' ')}: ${stderr}`);
      assert.doesNotMatch(stderr, /TypeError|native code|is not a function/);
    }
  },
  'of a command line that is completed': async (key, { run }) => {
    for (const line of [[key], [key, ''], ['list', `--${key}`, ''], ['list', `--${key}=`], ['completion', key]]) {
      const { exitCode, stdout, stderr } = await run('__complete', ...line);
      assert.equal(exitCode, 0, stderr);
      assert.doesNotMatch(stdout + stderr, /TypeError|native code|is not a function/);
    }
  },
  'of a saved stream': async (key, { run, file }) => {
    const about = { time: '2026-01-01T00:00:00Z', deployment: { namespace: key, name: key }, ...one(key) };
    const lines = [
      { ...about, type: key },
      { ...about, type: 'step', step: key, state: key },
      { ...about, type: 'step', step: key, name: key, state: 'succeeded', durationMs: 5 },
      { ...about, type: 'event', event: { uid: key, type: key, reason: key, object: { kind: key, name: key } } },
      { ...about, type: 'summary', outcome: key, exitCode: 0, deployments: [{ namespace: key, name: key }] },
    ];
    const stream = file(lines.map((line) => `${json(line)}\n`).join(''), 'stream.ndjson');
    const drawn = ['html', 'svg', 'xml'].flatMap((suffix) => ['-o', path.join(path.dirname(stream), `out.${suffix}`)]);
    const { exitCode, stderr } = await run('report', stream, ...drawn);
    assert.equal(exitCode, 0, stderr);
    await refused(run('report', stream, '-o', `out.${key}`), key);
  },
  'of a payload': async (key, around) => {
    await applied(around, deployment());
    await around.run('wait', 'iris', '--for=available');
    const { stderr } = await around.run('predict', 'iris', '-d', json(one(key)));
    assert.match(stderr, /answered 404/);
  },
};

describe('A key that every object seems to have', () => {
  let sandbox: SandboxUnderTest;
  let folder: string;
  before(async () => {
    sandbox = await startSandboxUnderTest();
    folder = mkdtempSync(path.join(tmpdir(), 'keys-'));
  });
  after(async () => {
    assert.deepEqual([Object.keys(Object.prototype), Object.keys(Array.prototype)], [[], []]);
    rmSync(folder, { recursive: true });
    await sandbox.stop();
  });

  /** The path of a kubeconfig that works in it. */
  const inNamespace = (namespace: string) => {
    const config = parse(readFileSync(sandbox.kubeconfig, 'utf8'));
    for (const { context } of config.contexts) context.namespace = namespace;
    const file = path.join(folder, namespace);
    writeFileSync(file, json(config));
    return file;
  };

  for (const [where, check] of Object.entries(commands)) {
    describe(where, () => {
      for (const key of KEYS) {
        it(key, async () => {
          const namespace = await newNamespace(sandbox);
          await check(key, {
            sandbox,
            namespace,
            run: (...args) => sandbox.run(args, { kubeconfig: inNamespace(namespace) }),
            file: (content, name = 'input.json') => {
              const file = path.join(folder, name);
              writeFileSync(file, typeof content === 'string' ? content : json(content));
              return file;
            },
          });
        });
      }
    });
  }

  it('may be the name of a deployment, its predictor, container and namespace', async () => {
    const name = 'constructor';
    const metadata = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    await sandbox.api.call({ method: 'POST', path: '/api/v1/namespaces', body: metadata });
    const componentSpecs = [{ spec: { containers: [{ name, image: 'example/iris:1.0' }] } }];
    const object = deployment({ name, graph: { name, type: 'MODEL' }, componentSpecs }, {}, { name });
    const stdin = json(object);
    const { exitCode, stderr, stdout } = await sandbox.run(['run', '-f', '-', '-n', name], { stdin });
    assert.equal(exitCode, 0, `${stdout}${stderr}`);
  });
});

describe('A key that every object seems to have, in the sandbox’s API server', async () => {
  const { post, put, patch, get } = await startTestServer();
  const maps = '/api/v1/namespaces/default/configmaps';
  let count = 0;
  const configMap = async (data: object = { a: 'b' }) => {
    count += 1;
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `m${count}` }, data };
    const { code, body } = await post(maps, object);
    assert.equal(code, 201, json(body));
    return { object, path: `${maps}/m${count}`, body };
  };

  const requests: Readonly<Record<string, (key: string) => unknown>> = {
    'is kept where an object is made': async (key) => hasOwn((await configMap(one(key))).body.data, key),
    'is kept where an object is replaced': async (key) => {
      const { object, path } = await configMap();
      hasOwn((await put(path, { ...object, data: one(key) })).body.data, key);
      hasOwn((await get(path)).body.data, key);
    },
    'is set and removed by a merge patch': async (key) => {
      const { path } = await configMap();
      hasOwn((await patch(path, mergePatch, { data: one(key) })).body.data, key);
      assert.deepEqual((await patch(path, mergePatch, { data: one(key, null) })).body.data, { a: 'b' });
    },
    'is set and removed by a strategic merge patch': async (key) => {
      const { path } = await configMap();
      hasOwn((await patch(path, strategicMergePatch, { data: one(key) })).body.data, key);
      assert.deepEqual((await patch(path, strategicMergePatch, { data: one(key, null) })).body.data, { a: 'b' });
    },
    'is set and taken back by server-side apply': async (key) => {
      const { path, object } = await configMap();
      const mine = (data: object) => patch(`${path}?fieldManager=me`, applyPatch, { ...object, data });
      hasOwn((await mine(one(key))).body.data, key);
      assert.deepEqual((await mine({})).body.data, { a: 'b' });
    },
    'is owned by its manager': async (key) => {
      const { path, object } = await configMap();
      await patch(`${path}?fieldManager=me`, applyPatch, { ...object, data: one(key) });
      const other = await patch(`${path}?fieldManager=you`, applyPatch, { ...object, data: one(key, 'y') });
      assert.equal(other.code, 409, json(other.body));
      assert.match(other.body.message, new RegExp(`\\.data\\.${key}`));
    },
    'is added, read and removed by a JSON patch': async (key) => {
      const { path } = await configMap();
      const operate = (...operations: object[]) => patch(path, jsonPatch, operations);
      hasOwn((await operate({ op: 'add', path: `/data/${key}`, value: 'x' })).body.data, key);
      hasOwn((await operate({ op: 'copy', from: `/data/${key}`, path: '/data/c' })).body.data, 'c');
      assert.equal((await operate({ op: 'test', path: `/data/${key}`, value: 'x' })).code, 200);
      assert.deepEqual((await operate({ op: 'remove', path: `/data/${key}` })).body.data, { a: 'b', c: 'x' });
    },
    'is not found by a JSON patch where it is not': async (key) => {
      const { path } = await configMap();
      for (const operation of [
        { op: 'remove', path: `/data/${key}` },
        { op: 'replace', path: `/data/${key}`, value: 'x' },
        { op: 'move', from: `/data/${key}`, path: '/data/c' },
        { op: 'add', path: `/${key}/polluted`, value: 'x' },
        { op: 'add', path: `/data/${key}/polluted`, value: 'x' },
      ]) {
        const { code, body } = await patch(path, jsonPatch, [operation]);
        assert.equal(code, 422, `${json(operation)}: ${json(body)}`);
      }
      assert.ok(!('polluted' in {}));
    },
    'is no field that a schema declares': async (key) => {
      count += 1;
      const widget = {
        apiVersion: 'example.com/v1',
        kind: 'Widget',
        metadata: { name: `w${count}` },
        spec: { predictors: [], ...one(key) },
      };
      const path = '/apis/example.com/v1/namespaces/default/widgets';
      const strict = await post(`${path}?fieldValidation=Strict`, widget);
      assert.equal(strict.code, 400, json(strict.body));
      assert.match(strict.body.message, new RegExp(`unknown field "spec\\.${key}"`));
      const pruned = await post(path, widget);
      assert.equal(pruned.code, 201, json(pruned.body));
      assert.deepEqual(
        Object.keys(pruned.body.spec ?? {}).filter((field) => field === key),
        [],
      );
    },
    'is no kind, group, resource or verb of its own': async (key) => {
      for (const path of [`/apis/${key}`, `/apis/${key}/v1`, `/${key}`, `/api/v1/${key}`, `/apis/apps/v1/${key}`]) {
        assert.equal((await get(path)).code, 404, path);
      }
    },
  };

  for (const [sentence, check] of Object.entries(requests)) {
    describe(sentence, () => {
      for (const key of KEYS) it(key, async () => void (await check(key)));
    });
  }
});

describe('A value under a key', () => {
  for (const key of KEYS) {
    it(`${key} is not there until it is set, and then is an object’s own`, () => {
      const object: Record<string, unknown> = {};
      assert.equal(ownValue(object, key), undefined);
      setOwnValue(object, key, { polluted: true });
      assert.deepEqual(ownValue(object, key), { polluted: true });
      assert.deepEqual(Object.keys(object), [key]);
      assert.equal(JSON.stringify(object), `{"${key}":{"polluted":true}}`);
      setOwnValue(object, key, 2);
      assert.equal(ownValue(object, key), 2);
      assert.ok(!('polluted' in {}));
    });
  }

  it('of nothing is nothing', () => {
    assert.equal(ownValue(undefined, 'a'), undefined);
    assert.equal(ownValue(null, 'a'), undefined);
  });
});
