import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { stringify } from 'yaml';
import { component, model, modelYaml } from './models.ts';
import { list, newNamespace, type ServerUnderTest } from './server-under-test.ts';

const ROW = '{"data":{"ndarray":[[1,2,3.5]]}}';

export function predictCases(server: () => ServerUnderTest): void {
  const run = (args: string[], stdin = '') => server().run(args, { stdin });
  const deployed = async (yaml: string) => {
    const namespace = await newNamespace(server());
    const applied = await run(['apply', '-f', '-', '--wait', '-n', namespace], yaml);
    assert.equal(applied.exitCode, 0, applied.stderr);
    return namespace;
  };
  const predictor = (name: string, more: object = {}) => ({
    name,
    graph: { name: 'classifier', type: 'MODEL' },
    componentSpecs: [component()],
    ...more,
  });

  for (const [protocol, payload, answer] of [
    [undefined, ROW, '{"data":{"names":["sum"],"ndarray":[[6.5]]},"meta":{}}\n'],
    ['seldon', ROW, '{"data":{"names":["sum"],"ndarray":[[6.5]]},"meta":{}}\n'],
    ['tensorflow', '{"instances":[[1,2],[3,4]]}', '{"predictions":[3,7]}\n'],
    [
      'v2',
      '{"inputs":[{"name":"x","datatype":"FP64","shape":[2],"data":[1,2]}]}',
      '{"model_name":"classifier","outputs":[{"name":"sum","datatype":"FP64","shape":[1],"data":[3]}]}\n',
    ],
    [
      'kfserving',
      '{"inputs":[{"name":"x","datatype":"FP64","shape":[2],"data":[1,2]}]}',
      '{"model_name":"classifier","outputs":[{"name":"sum","datatype":"FP64","shape":[1],"data":[3]}]}\n',
    ],
  ] as const) {
    it(`predicts by the protocol ${protocol ?? 'that a deployment has which says none'}`, async () => {
      const spec = { ...(protocol && { protocol }), predictors: [predictor('default')] };
      const namespace = await deployed(modelYaml({ spec }));
      const finished = await run(['predict', 'iris', '-d', payload, '-n', namespace]);
      assert.equal(finished.exitCode, 0, finished.stderr);
      assert.deepEqual([finished.stdout, finished.stderr], [answer, '']);
    });
  }

  it('asks a model by the name that its server has for it, or any path of the service', async () => {
    const payload = '{"inputs":[{"name":"x","datatype":"FP64","shape":[2],"data":[1,2]}]}';
    const node = { name: 'node', type: 'MODEL' };
    const componentSpecs = [{ spec: { containers: [{ name: 'node', image: 'example/iris:1.0' }] } }];
    const spec = { protocol: 'v2', predictors: [{ name: 'default', graph: node, componentSpecs }] };
    const namespace = await deployed(modelYaml({ spec }));
    const ask = (...args: string[]) => run(['predict', 'iris', '-d', payload, '-n', namespace, ...args]);
    const byNode = await ask();
    assert.equal(byNode.exitCode, 5);
    assert.match(byNode.stderr, /POST \/v2\/models\/node\/infer/);
    const answer = { model_name: 'classifier', outputs: [{ name: 'sum', datatype: 'FP64', shape: [1], data: [3] }] };
    for (const flag of ['--model=classifier', '--path=/v2/models/classifier/infer']) {
      const asked = await ask(flag);
      assert.deepEqual([asked.exitCode, asked.stdout], [0, `${JSON.stringify(answer)}\n`], asked.stderr);
    }
    const plan = path.join(mkdtempSync(path.join(tmpdir(), 'predict-')), 'plan.yaml');
    writeFileSync(path.join(path.dirname(plan), 'model.yaml'), modelYaml({ spec }));
    const predict = { data: JSON.parse(payload), model: 'classifier' };
    const steps = [{ apply: { filename: 'model.yaml' } }, { wait: { for: 'available' } }, { predict }];
    writeFileSync(plan, stringify({ apiVersion: 'seldon-lifecycle.io/v1alpha1', kind: 'Plan', steps }));
    const planned = await run(['plan', 'run', '-f', plan, '-n', namespace]);
    rmSync(path.dirname(plan), { recursive: true });
    assert.match(planned.stdout, /"model_name":"classifier"/, planned.stderr);
  });

  it('takes the payload from a file or standard input, and the name as kubectl does', async () => {
    const namespace = await deployed(modelYaml());
    const directory = mkdtempSync(path.join(tmpdir(), 'predict-'));
    try {
      const file = path.join(directory, 'payload.json');
      writeFileSync(file, ROW);
      for (const [name, data, stdin] of [
        ['iris', `@${file}`, ''],
        ['sdep/iris', '-', ROW],
        ['iris', '@-', ROW],
      ] as const) {
        const finished = await run(['predict', name, '-d', data, '-n', namespace], stdin);
        assert.equal(finished.exitCode, 0, finished.stderr);
        assert.equal(finished.stdout, '{"data":{"names":["sum"],"ndarray":[[6.5]]},"meta":{}}\n');
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('asks the predictor with the most traffic and says so, or the one that is named', async () => {
    const spec = {
      predictors: [
        predictor('small', { traffic: 20 }),
        predictor('big', { traffic: 80 }),
        // Without a pod nobody answers, which shows that it was asked.
        predictor('shadow', { shadow: true, replicas: 0 }),
      ],
    };
    const namespace = await newNamespace(server());
    const applied = await run(['apply', '-f', '-', '--wait', '-n', namespace], stringify(model({ spec })));
    assert.equal(applied.exitCode, 0, applied.stderr);
    const args = ['predict', 'iris', '-d', ROW, '-n', namespace];
    const main = await run(args);
    assert.equal(main.exitCode, 0, main.stderr);
    assert.equal(main.stderr, 'using predictor "big"; to use another one, set --predictor: small, shadow\n');
    const shadow = await run([...args, '--predictor=shadow']);
    assert.equal(shadow.exitCode, 5, shadow.stderr);
    assert.match(
      shadow.stderr,
      /^error: cannot ask predictor "shadow" of seldondeployment "iris" for a prediction: no endpoints available for service "(http:)?iris-shadow(:http)?"\nSee what the deployment waits for: /,
    );
    const nobody = await run([...args, '--predictor=nobody']);
    assert.equal(nobody.exitCode, 2);
    assert.match(
      nobody.stderr,
      /^error: seldondeployment "iris" has no predictor "nobody"\nIt has: small, big, shadow\n/,
    );
  });

  it('asks by the name that the annotation gives the service, at the container itself where there is no executor', async () => {
    const annotations = { 'seldon.io/svc-name': 'my-iris', 'seldon.io/no-engine': 'true' };
    const namespace = await deployed(modelYaml({ spec: { predictors: [predictor('default', { annotations })] } }));
    const finished = await run(['predict', 'iris', '-d', ROW, '-n', namespace]);
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.match(finished.stdout, /\[\[6\.5\]\]/);
  });

  it('says which pod has answered, where the answer does', async () => {
    const namespace = await deployed(modelYaml());
    const [pod] = await list(server(), `/api/v1/namespaces/${namespace}/pods`);
    const payload = JSON.stringify({ data: { ndarray: [[1]] }, meta: { tags: { pod: pod?.metadata.name } } });
    const finished = await run(['predict', 'iris', '-d', payload, '-n', namespace]);
    assert.equal(finished.stderr, `answered by pod "${pod?.metadata.name}"\n`);
  });

  it('ends with exit code 5 and the answer on standard error, when that is an error', async () => {
    const namespace = await deployed(modelYaml());
    const finished = await run(['predict', 'iris', '-d', '{"data":{"ndarray":[[-1]]}}', '-n', namespace]);
    assert.equal(finished.exitCode, 5);
    assert.equal(finished.stdout, '');
    assert.equal(
      finished.stderr,
      `error: predictor "default" of seldondeployment "iris" answered 500
{"status":{"code":-1,"info":"negative numbers are too much","status":"FAILURE"}}
The request used the protocol seldon: POST /api/v1.0/predictions
`,
    );
  });

  it('waits for an answer no longer than it is told to', async () => {
    const namespace = await deployed(modelYaml());
    const args = ['predict', 'iris', '-d', '{"data":{"ndarray":[[1000]]}}', '--timeout=300ms', '-n', namespace];
    const finished = await run(args);
    assert.equal(finished.exitCode, 4, finished.stderr);
    assert.match(
      finished.stderr,
      /^error: predictor "default" of seldondeployment "iris" did not answer within 0\.3 s\n/,
    );
  });

  it('asks again and again, several at a time, and says how long the answers took', async () => {
    const namespace = await deployed(modelYaml());
    const args = ['predict', 'iris', '-d', ROW, '--repeat=30', '--concurrency=5', '-n', namespace];
    const finished = await run(args);
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.equal(finished.stdout, '{"data":{"names":["sum"],"ndarray":[[6.5]]},"meta":{}}\n'.repeat(30));
    const time = String.raw`[\d.]+m?s`;
    assert.match(
      finished.stderr,
      new RegExp(`^ASKED   ANSWERED   FAILED   P50 +P90 +P99 +MAX\n30 +30 +0 +${time} +${time} +${time} +${time}\n$`),
    );
  });

  it('goes on after an error when it asks again and again, and counts them', async () => {
    const namespace = await deployed(modelYaml());
    const args = ['predict', 'iris', '-d', '{"data":{"ndarray":[[-1]]}}', '--repeat=3', '-n', namespace];
    const finished = await run(args);
    assert.equal(finished.exitCode, 5);
    assert.match(finished.stderr, /^ASKED .*\n3 +0 +3 +<none> .*\nerror: predictor .* answered 500\n/);
  });

  /** What it writes, a line of JSON for each input, in the order of the inputs, without how long it took. */
  const results = (stdout: string) =>
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => {
        const { latencyMs, ...rest } = JSON.parse(line);
        assert.equal(typeof latencyMs, 'number');
        return rest;
      })
      .sort((a, b) => a.index - b.index);
  const answerOf = (sum: number) => ({ data: { names: ['sum'], ndarray: [[sum]] }, meta: {} });

  it('asks for many inputs of a file, of which one fails, and writes what came of each beside it', async () => {
    const namespace = await deployed(modelYaml());
    const directory = mkdtempSync(path.join(tmpdir(), 'predict-'));
    const args = (file: string) => ['predict', 'iris', '--inputs', path.join(directory, file), '-n', namespace];
    try {
      writeFileSync(path.join(directory, 'rows.csv'), 'a,b\n1,2\n3,-1\n5,6.5\n');
      const csv = await run([...args('rows.csv'), '--concurrency=2']);
      assert.equal(csv.exitCode, 5, csv.stderr);
      const failure = { code: -1, info: 'negative numbers are too much', status: 'FAILURE' };
      const error = 'predictor "default" of seldondeployment "iris" answered 500';
      assert.deepEqual(results(csv.stdout), [
        { index: 0, input: [1, 2], answer: answerOf(3) },
        { index: 1, input: [3, -1], answer: { status: failure }, error, status: 500 },
        { index: 2, input: [5, 6.5], answer: answerOf(11.5) },
      ]);
      assert.match(csv.stderr, /rows\.csv: using the first line as the header: a, b$/m);
      assert.match(csv.stderr, /^ASKED .*\n3 +2 +1 +\S+ +\S+ +\S+ +\S+\nerror: predictor .* answered 500$/m);

      writeFileSync(path.join(directory, 'many.json'), JSON.stringify([[1, 1], JSON.parse(ROW), 'no row']));
      const json = await run(args('many.json'));
      assert.equal(json.exitCode, 2, json.stderr);
      const [first, second, third] = results(json.stdout);
      assert.deepEqual([first.answer, second.answer], [answerOf(2), answerOf(6.5)]);
      assert.match(
        third.error,
        /many\.json\[2\]: expected an object, which is the payload, or an array, which is a row$/,
      );

      const lines = Array.from({ length: 1000 }, (_, index) => JSON.stringify([index % 900])).join('\n');
      const piped = await run(['predict', 'iris', '--inputs=-', '--concurrency=20', '-n', namespace], lines);
      assert.equal(piped.exitCode, 0, piped.stderr);
      assert.deepEqual(
        results(piped.stdout).map(({ answer }) => answer.data.ndarray[0][0]),
        Array.from({ length: 1000 }, (_, index) => index % 900),
      );
      assert.match(piped.stderr, /^1000 +1000 +0 +/m);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('ends when the user wants it, with what was asked by then', async () => {
    const namespace = await deployed(modelYaml());
    // The third is pondered for ever.
    const inputs = '[1]\n[2]\n[1000]\n[3]\n';
    const finished = await server().run(['predict', 'iris', '--inputs=-', '-n', namespace], {
      stdin: inputs,
      interruptAfter: /"index":1,/,
    });
    assert.equal(finished.exitCode, 130, finished.stderr);
    assert.equal(results(finished.stdout).length, 2);
    assert.match(finished.stderr, /^ASKED .*\n[23] +2 +0 +\d/m);
  });

  it('asks again where nobody is there, and says how often', async () => {
    const spec = { predictors: [predictor('default', { replicas: 0 })] };
    const namespace = await newNamespace(server());
    const applied = await run(['apply', '-f', '-', '-n', namespace], stringify(model({ spec })));
    assert.equal(applied.exitCode, 0, applied.stderr);
    await run(['wait', 'iris', '--for=scaled=0', '--timeout=30s', '-n', namespace]);
    const finished = await run(['predict', 'iris', '--inputs=-', '--retries=1', '-n', namespace], '[1]\n');
    assert.equal(finished.exitCode, 5, finished.stderr);
    const [only] = results(finished.stdout);
    assert.deepEqual([only.attempts, only.status], [2, 503]);
    assert.match(only.error, /no endpoints available/);
  });

  it('asks one node of the graph by itself, an explainer, and takes feedback', async () => {
    const explainer = { type: 'AnchorTabular', containerSpec: { name: 'explainer', image: 'example/explainer:1.0' } };
    const yaml = modelYaml({ spec: { predictors: [predictor('default', { explainer })] } });
    const namespace = await deployed(yaml);
    const ask = async (data: string, ...args: string[]) =>
      await run(['predict', 'iris', '-d', data, '-n', namespace, '-v=6', ...args]);
    const node = await ask(ROW, '--model=classifier');
    assert.equal(node.stdout, `${JSON.stringify(answerOf(6.5))}\n`, node.stderr);
    assert.match(node.stderr, /\/services\/iris-default-classifier:http\/proxy\/api\/v1\.0\/predictions/);
    const explained = await ask(ROW, '--ask=explanation');
    assert.equal(JSON.parse(explained.stdout).meta.name, 'AnchorTabular', explained.stderr);
    assert.match(explained.stderr, /\/services\/iris-default-explainer:http\/proxy\/api\/v1\.0\/explain/);
    const feedback = await ask('{"reward":1}', '--ask=feedback');
    assert.deepEqual([feedback.exitCode, feedback.stdout], [0, '{"data":{},"meta":{}}\n'], feedback.stderr);
    const plan = path.join(mkdtempSync(path.join(tmpdir(), 'predict-')), 'plan.yaml');
    writeFileSync(path.join(path.dirname(plan), 'model.yaml'), yaml);
    const predict = { data: JSON.parse(ROW), ask: 'explanation' };
    const steps = [{ apply: { filename: 'model.yaml' } }, { predict }];
    writeFileSync(plan, stringify({ apiVersion: 'seldon-lifecycle.io/v1alpha1', kind: 'Plan', steps }));
    const planned = await run(['plan', 'run', '-f', plan, '-n', namespace]);
    rmSync(path.dirname(plan), { recursive: true });
    assert.match(planned.stdout, /explained by predictor "default"/, planned.stderr);
    const unknown = await ask(ROW, '--model=nobody');
    assert.equal(unknown.exitCode, 2);
    assert.match(unknown.stderr, /has no node "nobody" with a container of its own\nIt has: classifier$/m);
  });

  for (const [sentence, args, error] of [
    ['for two things', ['iris', '-d', ROW, '--inputs=-'], /^error: cannot use -d and --inputs together\n/],
    [
      'for inputs again and again',
      ['iris', '--inputs=-', '--repeat=2'],
      /^error: cannot use --repeat and --inputs together\n/,
    ],
    [
      'for inputs that are not there',
      ['iris', '--inputs=nothing.csv'],
      /^error: the path "nothing\.csv" does not exist\n/,
    ],
    ['for inputs in a directory', ['iris', '--inputs=/'], /^error: cannot read \/: it is a directory\n/],
    [
      'too often',
      ['iris', '-d', ROW, '--rate=5000'],
      /^error: invalid argument "5000" for "--rate": expected a number above 0, up to 1000\n/,
    ],
    ['no payload', ['iris'], /^error: required flag\(s\) "data" not set\n/],
    ['a payload that is not JSON', ['iris', '-d', '{"data":'], /^error: the payload is not JSON: /],
    ['a file that is not there', ['iris', '-d', '@nothing.json'], /^error: the path "nothing\.json" does not exist\n/],
    ['nobody', ['-d', ROW], /^error: expected the name of one SeldonDeployment\n/],
    ['a path that leads elsewhere', ['iris', '-d', ROW, '--path=/../admin'], /^error: invalid path "\/\.\.\/admin"/],
    ['two', ['iris', 'tulip', '-d', ROW], /^error: expected the name of one SeldonDeployment\n/],
    ['no number of times', ['iris', '-d', ROW, '--repeat=often'], /^error: invalid argument "often" for "--repeat"/],
  ] as const) {
    it(`refuses to ask ${sentence} for a prediction with exit code 2`, async () => {
      const finished = await run(['predict', ...args]);
      assert.equal(finished.exitCode, 2, finished.stderr);
      assert.match(finished.stderr, error);
    });
  }
}
