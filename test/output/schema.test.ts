import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { outputSchema } from '../../src/output/schema/output-schema.ts';
import { runInProcess } from '../behaviour/in-process.ts';
import { assertDescribed, jsonIn } from '../printed-json.ts';

const line = `
type: notice
time: '2026-01-01T00:00:00.250Z'
level: info
message: done`;
const summary = `
type: summary
time: '2026-01-01T00:00:00.250Z'
schema: seldon-lifecycle/v1
outcome: succeeded
exitCode: 0
durationMs: 12
deployments: []`;
const status = `
apiVersion: seldon-lifecycle.io/v1
kind: SeldonDeploymentStatus
metadata: {name: iris, namespace: default, uid: iris-1}
state: Available
tree: {kind: SeldonDeployment, name: iris, children: [{kind: Predictor, name: default, children: []}]}`;
const listOf = (item: string) => `
apiVersion: v1
kind: List
metadata: {resourceVersion: ''}
items: [${JSON.stringify(parse(item))}]`;
const model = `
apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata: {name: iris}
spec: {anything: at all}`;

const described: readonly [name: string, yaml: string][] = [
  ['a line', line],
  ['the summary of a run', summary],
  ['an object of Kubernetes, whatever is in it', model],
  ['a list of those', listOf(model)],
  ['the status of a deployment', status],
  ['a list of those', listOf(status)],
  ['no agents', '[]'],
];

const refused: readonly [name: string, yaml: string, expected: RegExp][] = [
  [
    'a field that it does not know',
    `${line}\nfurther: 1`,
    /as notice:\n {2}the whole .*"additionalProperty":"further"/,
  ],
  ['a line without what it has to have', 'type: notice', /as notice:\n.*"missingProperty":"time"/],
  [
    'a type that it does not know',
    `type: other${line.replace(/\ntype: .*/, '')}`,
    /does not describe \{"type":"other"/,
  ],
  ['a word that it does not know', line.replace('info', 'debug'), /\/level must be equal to one of the allowed values/],
  ['a time in another form', line.replace('.250Z', 'Z'), /\/time must match pattern/],
  [
    'a field that it does not know within another',
    summary.replace('[]', '[{namespace: a, name: b, outcome: failed, steps: [], events: 0, left: [], more: 1}]'),
    /as summary:\n {2}\/deployments\/0 .*"additionalProperty":"more"/,
  ],
  ['a field of a status that it does not know', `${status}\nfurther: 1`, /as deploymentStatus:\n.*"further"/],
  ['the same in a list', listOf(`${status}\nfurther: 1`), /does not describe/],
  ['a revision with a field that it does not know', `${model}\nrevision: {number: 1, more: 2}`, /does not describe/],
  ['what is no object at all', '"text"', /does not describe/],
];

describe('The schema of the output', () => {
  it('is a JSON Schema of draft 2020-12, and says of every field what it is', () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    const schema = outputSchema();
    assert.ok(ajv.validateSchema(schema), ajv.errorsText());
    const undescribed = JSON.stringify(schema, (_, value) =>
      value?.properties && value.additionalProperties === false && Object.values(value.properties).some(saysNothing)
        ? assert.fail(`without a description: ${Object.keys(value.properties)}`)
        : value,
    );
    assert.ok(undescribed.length > 0);
  });

  for (const [name, yaml] of described) it(`describes ${name}`, () => assertDescribed(parse(yaml)));

  for (const [name, yaml, expected] of refused) {
    it(`does not describe ${name}`, () => assert.throws(() => assertDescribed(parse(yaml)), { message: expected }));
  }

  it('is what the command prints', async () => {
    const { exitCode, stdout, stderr } = await runInProcess('/no/kubeconfig', ['schema']);
    assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    assert.deepEqual(JSON.parse(stdout), outputSchema());
  });
});

/** Where a schema stands for another, that one says it. */
function saysNothing(schema: unknown): boolean {
  const { description, $ref } = Object(schema);
  return description === undefined && $ref === undefined;
}

describe('JSON that a command prints', () => {
  it('is a value to a line, or over several lines', () => {
    assert.deepEqual(
      [...jsonIn('{"a":1}\n[]\n{\n    "b": {\n    }\n}\n[\n    1\n]\n')],
      [{ a: 1 }, [], { b: {} }, [1]],
    );
  });

  it('may break off where the command was stopped', () => {
    assert.deepEqual([...jsonIn('{"a":1}\n{"b"')], [{ a: 1 }]);
    assert.deepEqual([...jsonIn('{"a":1}\n{\n    "b": 1,\n')], [{ a: 1 }]);
  });
});
