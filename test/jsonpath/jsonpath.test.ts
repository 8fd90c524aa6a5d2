import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { BadInput } from '../../src/failures.ts';
import { JsonPath, relaxedJsonPath } from '../../src/jsonpath/jsonpath.ts';
import { jsonPathText } from '../../src/output/object-format.ts';

const object = parse(`
  metadata:
    name: iris
    labels: { app: iris, app.kubernetes.io/name: model }
  spec:
    predictors:
    - { name: main, replicas: 2, traffic: 75.5, graph: { name: classifier } }
    - { name: canary, replicas: 1, shadow: true, graph: { name: classifier } }
  status:
    state: Available
    description: null
    conditions:
    - { type: Ready, status: "True" }
    - { type: HpasReady, status: "False" }
    empty: []
`);

const templates: { it: string; template: string; text: string }[] = [
  { it: 'a field', template: '{.status.state}', text: 'Available' },
  { it: 'text only', template: 'status.state', text: 'status.state' },
  { it: 'text between paths', template: '{.metadata.name}: {.status.state}', text: 'iris: Available' },
  {
    it: 'text in quotes',
    template: '{.metadata.name}{"\\t"}{\'it\'}{"\\u0041\\x41\\101"}{"\\n"}',
    text: 'iris\titAAA\n',
  },
  {
    it: 'paths beginning with @ and $, and blanks',
    template: '{@.metadata.name} {$.metadata.name}{ .metadata.name }',
    text: 'iris irisiris',
  },
  { it: 'a field that there is not', template: '{.status.nope}', text: '' },
  { it: 'a field that is null', template: '{.status.description}', text: '<nil>' },
  { it: 'an inherited name, which is no field', template: '{.toString}', text: '' },
  { it: 'a field with escaped dots', template: '{.metadata.labels.app\\.kubernetes\\.io/name}', text: 'model' },
  { it: 'a key with escaped dots', template: "{.metadata.labels['app\\.kubernetes\\.io/name']}", text: 'model' },
  { it: 'a key whose dots lead on', template: "{['metadata.name']}", text: 'iris' },
  { it: 'an element', template: '{.spec.predictors[0].name}', text: 'main' },
  { it: 'the last element', template: '{.spec.predictors[-1].name}', text: 'canary' },
  { it: 'all elements', template: '{.spec.predictors[*].name}', text: 'main canary' },
  { it: 'some elements', template: '{.spec.predictors[0:1].name}{.spec.predictors[-1:].name}', text: 'maincanary' },
  { it: 'every other element', template: '{.spec.predictors[::2].name}', text: 'main' },
  { it: 'all elements of none', template: '{.status.empty[*].name}', text: '' },
  { it: 'elements of what there is not', template: '{.status.nope[0].name}', text: '' },
  { it: 'fields of every element', template: "{.spec.predictors[*]['name','replicas']}", text: 'main canary 2 1' },
  { it: 'elements of one type', template: '{.status.conditions[?(@.type=="Ready")].status}', text: 'True' },
  { it: 'a filter in single quotes', template: "{.status.conditions[?(@.type=='Ready')].status}", text: 'True' },
  {
    it: 'a filter with a bracket in its text',
    template: '{.status.conditions[?(@.type!="a)]b")].status}',
    text: 'True False',
  },
  { it: 'a filter by number', template: '{.spec.predictors[?(@.replicas>=2)].name}', text: 'main' },
  { it: 'a filter by boolean', template: '{.spec.predictors[?(@.shadow==true)].name}', text: 'canary' },
  { it: 'a filter by what there is', template: '{.spec.predictors[?(@.traffic)].name}', text: 'main' },
  {
    it: 'a filter by a deeper field',
    template: '{.spec.predictors[?(@.graph.name=="classifier")].name}',
    text: 'main canary',
  },
  { it: 'all that is somewhere inside', template: '{.spec..name}', text: 'main classifier canary classifier' },
  { it: 'all that an object holds', template: '{.metadata.labels.*}', text: 'iris model' },
  {
    it: 'a part for each element',
    template: '{range .spec.predictors[*]}{.name}={.replicas}{"\\n"}{end}done',
    text: 'main=2\ncanary=1\ndone',
  },
  {
    it: 'a part in a part',
    template: '{range .spec.predictors[*]}{.name}{range .graph}/{.name}{end};{end}',
    text: 'main/classifier;canary/classifier;',
  },
  { it: 'a part for none', template: '{range .status.nope[*]}{.name}{end}done', text: 'done' },
  {
    it: 'objects as JSON with sorted keys',
    template: '{.spec.predictors[0]}',
    text: '{"graph":{"name":"classifier"},"name":"main","replicas":2,"traffic":75.5}',
  },
  {
    it: 'a list as JSON',
    template: '{.status.conditions}',
    text: '[{"status":"True","type":"Ready"},{"status":"False","type":"HpasReady"}]',
  },
];

it('A key of ours without a value is written as nothing', () => {
  assert.equal(jsonPathText(new JsonPath('[{.waitingFor}]'), { waitingFor: undefined }), '[]');
});

describe('JSONPath templates', () => {
  for (const { it: sentence, template, text } of templates) {
    it(`write ${sentence}: ${template}`, () => assert.equal(jsonPathText(new JsonPath(template), object), text));
  }

  for (const [template, why] of [
    ['{.a', 'unclosed action'],
    ['{.a[}', 'unterminated array'],
    ['{.a[b]}', 'invalid array index b'],
    ['{.a[?(@.b}', 'unterminated filter'],
    ['{.a[?(@.b)}', 'unclosed array expect ]'],
    ['{.a....b}', 'invalid multiple recursive descent'],
    ['{"a}', 'unterminated quoted string'],
    ['{a}', 'unrecognized identifier a'],
    ['{)}', "unrecognized character in action: U+0029 ')'"],
    ['{end}', 'not in range, nothing to end'],
  ] as const) {
    it(`are refused: ${template}`, () => {
      assert.throws(() => new JsonPath(template), new BadInput(`error parsing jsonpath ${template}, ${why}`));
    });
  }

  for (const [template, why] of [
    ['{.spec.predictors[2].name}', 'array index out of bounds: index 2, length 2'],
    ['{.spec.predictors[0:3].name}', 'array index out of bounds: index 2, length 2'],
    ['{.spec.predictors[1:0].name}', 'starting index 1 is greater than ending index 0'],
    ['{.spec.predictors[0:2:0].name}', 'step must be > 0'],
    ['{.metadata.name[0]}', 'string is not array or slice'],
    ['{.spec.predictors[?(@.replicas=="1")]}', 'incompatible types for comparison'],
    ['{.spec.predictors[?(@.graph=="1")]}', 'invalid type for comparison'],
  ] as const) {
    it(`do not fit the object: ${template}`, () => {
      assert.throws(() => new JsonPath(template).valuesIn(object), {
        message: `error executing jsonpath "${template}": Error executing template: ${why}`,
      });
    });
  }
});

describe('A relaxed JSONPath', () => {
  for (const path of ['{.status.state}', '{status.state}', '.status.state', 'status.state']) {
    it(`may be written ${path}`, () => assert.deepEqual(relaxedJsonPath(path).valuesIn(object), [['Available']]));
  }

  it('takes a filter', () => {
    const path = 'status.conditions[?(@.type=="Ready")].status';
    assert.deepEqual(relaxedJsonPath(path).valuesIn(object), [['True']]);
  });

  it('is one path only', () => {
    for (const text of ['', '{.a}{.b}', '{.a', '{}']) assert.throws(() => relaxedJsonPath(text), BadInput);
  });
});
