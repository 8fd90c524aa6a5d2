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
    assert.equal(main.stderr, 'predictor "big" is asked; --predictor asks another one: small, shadow\n');
    const shadow = await run([...args, '--predictor=shadow']);
    assert.equal(shadow.exitCode, 5, shadow.stderr);
    assert.match(
      shadow.stderr,
      /^error: cannot ask predictor "shadow" of seldondeployment "iris" for a prediction: no endpoints available for service "(http:)?iris-shadow(:http)?"\nSee what it waits for: /,
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
It was asked by the protocol seldon: POST /api/v1.0/predictions
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
      /^error: predictor "default" of seldondeployment "iris" has not answered within 0\.3 s\n/,
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
      new RegExp(`^30 predictions, 5 at a time: min ${time}, median ${time}, p99 ${time}\n$`),
    );
  });

  it('goes on after an error when it asks again and again, and counts them', async () => {
    const namespace = await deployed(modelYaml());
    const args = ['predict', 'iris', '-d', '{"data":{"ndarray":[[-1]]}}', '--repeat=3', '-n', namespace];
    const finished = await run(args);
    assert.equal(finished.exitCode, 5);
    assert.match(finished.stderr, /^3 predictions, 1 at a time, 3 failed\nerror: predictor .* answered 500\n/);
  });

  for (const [sentence, args, error] of [
    ['no payload', ['iris'], /^error: required flag\(s\) "data" not set\n/],
    ['a payload that is not JSON', ['iris', '-d', '{"data":'], /^error: the payload is not JSON: /],
    ['a file that is not there', ['iris', '-d', '@nothing.json'], /^error: the path "nothing\.json" does not exist\n/],
    ['nobody', ['-d', ROW], /^error: expected the name of one SeldonDeployment\n/],
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
