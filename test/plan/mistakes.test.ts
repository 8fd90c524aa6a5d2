import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HEAD, mistakesIn, planOf, type Said } from './plan-file.ts';

const APPLY = '  - apply: {filename: model.yaml}\n';

/** What is wrong with one step, or with several, after one that applies; the first of them is on line 5. */
const steps: [sentence: string, text: string, mistakes: string[]][] = [
  [
    'a word that is no step',
    '  - scal: {replicas: 2}',
    ['plan.yaml:5:5: unknown field "scal" in steps[1]: did you mean "scale"?'],
  ],
  [
    'two things in one step',
    '  - wait: {for: available}\n    scale: {replicas: 2}',
    ['plan.yaml:6:5: steps[1]: wait and scale do not go together'],
  ],
  [
    'a file that is not there',
    '  - apply: {filename: modle.yaml}',
    ['plan.yaml:5:23: the path "modle.yaml" does not exist'],
  ],
  [
    'a condition that there is not',
    '  - wait: {for: availble}',
    ['plan.yaml:5:17: steps[1].wait.for: unrecognized condition: "availble": did you mean "available"?'],
  ],
  [
    'a number that nothing was scaled to',
    '  - wait: {for: scaled}',
    ['plan.yaml:5:17: no earlier step scales the deployment: give a number, for example scaled=3'],
  ],
  [
    'a number in words',
    '  - scale: {replicas: two}',
    ['plan.yaml:5:23: steps[1].scale.replicas: expected a whole number from 0, found "two"'],
  ],
  [
    'a predictor that the model does not have',
    '  - scale: {replicas: 2, predictor: defualt}',
    ['plan.yaml:5:37: seldondeployment "iris" has no predictor "defualt": did you mean "default"?'],
  ],
  [
    'a container that the model does not have',
    '  - setImage: {container: clasifier, image: a}',
    ['plan.yaml:5:27: seldondeployment "iris" has no container "clasifier": did you mean "classifier"?'],
  ],
  [
    'a list of operations that is none',
    '  - patch: {type: json, patch: {a: b}}',
    ['plan.yaml:5:32: patch.patch: expected a list of operations'],
  ],
  [
    'a payload from two places',
    '  - predict: {data: {}, filename: x.json}',
    ['plan.yaml:5:25: steps[1].predict: data and filename do not go together'],
  ],
  ['a hold of no time', '  - hold: {}', ['plan.yaml:5:11: steps[1].hold: expected one of for, prompt']],
  [
    'no lines of a log',
    '  - logs: {tail: 0}',
    ['plan.yaml:5:18: steps[1].logs.tail: expected a whole number from 1, found 0'],
  ],
  [
    'an assertion of nothing',
    '  - assert: {value: 3}',
    ['plan.yaml:5:13: steps[1].assert: expected at least one of jsonpath, noWarnings, maxRestarts'],
  ],
  [
    'a path that is none',
    "  - assert: {jsonpath: '{.pods[}'}",
    ['plan.yaml:5:24: steps[1].assert.jsonpath: error parsing jsonpath {.pods[}, unterminated array'],
  ],
  [
    'a word of a flag',
    '  - delete: {cascade: forground}',
    ['plan.yaml:5:23: steps[1].delete.cascade: unknown word "forground": did you mean "foreground"?'],
  ],
  [
    'what comes after the deletion',
    '  - delete:\n  - scale: {replicas: 2}',
    ['plan.yaml:6:5: nothing is left to scale: an earlier step deletes the deployment'],
  ],
  [
    'a timeout without a unit',
    '  - wait: {for: available}\n    timeout: 30',
    ['plan.yaml:6:14: steps[1].timeout: expected a duration such as 90s, 5m or 1m30s, found 30'],
  ],
];

describe('A mistake in a step of a plan', () => {
  for (const [sentence, text, expected] of steps) {
    it(sentence, async () => {
      const found = await mistakesIn(`${HEAD}steps:\n${APPLY}${text}\n`);
      assert.equal(found.length, expected.length, found.join('\n'));
      for (const [index, line] of expected.entries()) assert.ok(found[index]?.startsWith(line), found[index]);
    });
  }

  it('is told together with all others, in the order of the file', async () => {
    const found = await mistakesIn(`${HEAD}steps:\n${APPLY}${steps.map(([, text]) => text).join('\n')}\n`);
    const of = (line: string) => line.replace(/^plan\.yaml:\d+:\d+: /, '').replaceAll(/steps\[\d+\]/g, 'steps[N]');
    const told = new Set(found.map(of));
    for (const [sentence, , expected] of steps) {
      // Whether something has been scaled cannot be said behind a step that cannot be read.
      if (sentence === 'a number that nothing was scaled to') continue;
      for (const line of expected)
        assert.ok(
          [...told].some((one) => one.startsWith(of(line))),
          `${line}\nnot in\n${found.join('\n')}`,
        );
    }
    const lines = found.map((line) => Number(line.split(':')[1]));
    assert.deepEqual(
      lines,
      lines.toSorted((a, b) => a - b),
    );
  });
});

const plans: [sentence: string, text: string, mistakes: string[], said?: Said][] = [
  ['another kind', 'apiVersion: v1\nkind: Pod\n', ['plan.yaml:2:7: expected a plan, of kind: Plan, found "Pod"']],
  [
    'another version, and no steps',
    'apiVersion: seldon-lifecycle.io/v1\nkind: Plan\n',
    [
      'plan.yaml:1:1: the plan: steps is not set',
      'plan.yaml:1:13: apiVersion: expected "seldon-lifecycle.io/v1alpha1", found "seldon-lifecycle.io/v1"',
    ],
  ],
  [
    'a field that there is not',
    `${HEAD}step: []\nsteps:\n${APPLY}`,
    ['plan.yaml:3:1: unknown field "step" in the plan: did you mean "steps"?'],
  ],
  [
    'a first step that finds nothing',
    `${HEAD}steps:\n  - wait: {for: available}\n`,
    ['plan.yaml:4:5: the first step must apply the deployments of the plan'],
  ],
  [
    'a value that nobody says',
    `${HEAD}values:\n  most: {env: MOST}\nsteps:\n${APPLY}  - scale: {replicas: '\${most}'}\n`,
    ['plan.yaml:4:3: the value "most" is not set: set it with --set most=VALUE or MOST'],
  ],
  [
    'a value that is not declared',
    `${HEAD}values:\n  count: {default: 1}\nsteps:\n${APPLY}  - scale: {replicas: '\${coutn}'}\n`,
    ['plan.yaml:7:23: there is no value "coutn": did you mean "count"?'],
  ],
  [
    'a --set of nothing that is declared, and one that is none',
    `${HEAD}values:\n  count: {default: 1}\nsteps:\n${APPLY}`,
    ['--set coutn=2: there is no value "coutn": did you mean "count"?', '--set count: expected NAME=VALUE'],
    { set: ['coutn=2', 'count'] },
  ],
  [
    'a value of another kind than is asked for',
    `${HEAD}values:\n  most: {default: 1}\nsteps:\n${APPLY}  - scale: {replicas: '\${most}'}\n`,
    ['plan.yaml:7:23: steps[1].scale.replicas: expected a whole number from 0, found "many"'],
    { set: ['most=many'] },
  ],
  ['nothing at all', '', ['plan.yaml: expected a plan, but the file is empty']],
  ['two plans', `${HEAD}steps:\n${APPLY}---\n${HEAD}`, ['plan.yaml:6:1: a second document: a file contains one plan']],
];

describe('A mistake in a plan', () => {
  for (const [sentence, text, expected, said] of plans) {
    it(sentence, async () => assert.deepEqual(await mistakesIn(text, said), expected));
  }
});

describe('The values of a plan', () => {
  const text = `${HEAD}values:\n  most: {default: 1, env: MOST}\n  tag: {default: latest}\nsteps:\n${APPLY}  - scale: {replicas: '\${most}'}\n  - setImage: {container: classifier, image: 'a:\${tag}'}\n  - predict: {data: {text: '$\${tag}', list: ['\${most}']}}\n`;
  const cases: [sentence: string, said: Said, replicas: number, image: string][] = [
    ['are their defaults', {}, 1, 'a:latest'],
    ['are what the environment says', { env: { MOST: '2' } }, 2, 'a:latest'],
    ['are what --set says before that', { env: { MOST: '2' }, set: ['most=3', 'tag=1.0'] }, 3, 'a:1.0'],
  ];
  for (const [sentence, said, replicas, image] of cases) {
    it(sentence, async () => {
      const [, scale, setImage, predict] = (await planOf(text, said)).plan.steps.map(({ step }) => step);
      assert.equal(scale?.scales?.replicas, replicas);
      assert.deepEqual(setImage?.told, { container: 'classifier', image, predictor: undefined });
      const choice = { predictor: undefined, model: undefined, path: undefined };
      assert.deepEqual(predict?.told, { payload: `{"text":"\${tag}","list":[${replicas}]}`, ...choice });
    });
  }
});
