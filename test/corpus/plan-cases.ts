import type { CorpusCase } from './corpus-case.ts';
import { wrongTypes } from './wrong-types.ts';

const fullPlan = {
  apiVersion: 'seldon-lifecycle.io/v1alpha1',
  kind: 'Plan',
  values: { replicas: 2 },
  steps: [
    { apply: { filename: 'model.yaml' } },
    { wait: { for: ['available'] } },
    { scale: { replicas: 2 } },
    { setImage: { container: 'classifier', image: 'model:2' } },
    { patch: { type: 'merge', patch: { metadata: { labels: { a: 'b' } } } } },
    { predict: { data: { data: { ndarray: [[1]] } } } },
    { hold: { for: '1s' } },
    { logs: { tail: 3 } },
    { delete: {} },
  ],
  onFailure: [{ logs: {} }],
  finally: [{ delete: {} }],
};

const inMany = (text: string) => Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`a${index}`, text]));

/* biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are templates of plans. */
const bad: readonly (readonly [name: string, content: string])[] = [
  ['text', 'hello'],
  ['a manifest', '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}'],
  ['two plans', `${JSON.stringify(fullPlan)}${JSON.stringify(fullPlan)}`],
  ['a value that there is not', JSON.stringify(fullPlan).replace('"replicas":2}}', '"replicas":"${none}"}}')],
  ['a file that there is not', JSON.stringify(fullPlan).replace('model.yaml', 'none.yaml')],
  ['10,000 steps in', `kind: Plan\nsteps: ${'['.repeat(10_000)}`],
  ['beginnings of values', JSON.stringify({ ...fullPlan, steps: [{ hold: { for: '${'.repeat(500_000) } }] })],
  ['values that nobody has', JSON.stringify({ ...fullPlan, steps: [{ hold: { for: '${x}'.repeat(500_000) } }] })],
  [
    'many values, and many that nobody has',
    JSON.stringify({
      ...fullPlan,
      values: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`a${index}`, 1])),
      steps: Array.from({ length: 10_000 }, (_, index) => ({ hold: { for: `\${b${index}}` } })),
    }),
  ],
  [
    'values that become larger than all memory',
    JSON.stringify({
      ...fullPlan,
      values: { x: 'x'.repeat(1_000_000) },
      steps: [{ hold: { for: '${x}'.repeat(5_000) } }],
    }),
  ],
  [
    'a value in so many texts that they are larger than all memory',
    JSON.stringify({
      ...fullPlan,
      values: { x: { default: 'x'.repeat(1_000_000) } },
      steps: [
        { apply: { filename: 'model.yaml' } },
        { patch: { type: 'merge', patch: { metadata: { annotations: inMany('x${x}') } } } },
      ],
    }),
  ],
  [
    'a value that is so many texts that they are larger than all memory',
    JSON.stringify({
      ...fullPlan,
      values: { x: { default: 'x'.repeat(1_000_000) } },
      steps: [
        { apply: { filename: 'model.yaml' } },
        { patch: { type: 'merge', patch: { metadata: { annotations: inMany('${x}') } } } },
      ],
    }),
  ],
  [
    'a megabyte of values',
    JSON.stringify({
      ...fullPlan,
      values: { x: { default: 'x'.repeat(100) } },
      steps: [{ hold: { for: '${x}'.repeat(250_000) } }],
    }),
  ],
  [
    'a billion laughs in a patch',
    `apiVersion: seldon-lifecycle.io/v1alpha1\nkind: Plan\nsteps:\n- apply: {filename: model.yaml}\n- patch:\n    type: merge\n    patch:\n      a0: &a0 x\n${Array.from({ length: 9 }, (_, level) => `      a${level + 1}: &a${level + 1} [${Array(10).fill(`*a${level}`).join(',')}]\n`).join('')}`,
  ],
  ['a duration of digits', JSON.stringify(fullPlan).replace('"1s"', `"${'1'.repeat(100_000)}"`)],
  ['a word as long as a file', JSON.stringify(fullPlan).replace('"hold"', `"${'hold'.repeat(2_000_000)}"`)],
  ['a plan that applies itself', JSON.stringify(fullPlan).replace('model.yaml', 'input')],
];

/* biome-ignore-end lint/suspicious/noTemplateCurlyInString: they are templates of plans. */

export const planCases: readonly CorpusCase[] = [
  ...bad.map(([name, content]) => ({ name, content, expected: 'bad' as const })),
  { name: 'nothing', content: '', expected: 'bad', withoutPlace: true },
  { name: 'the whole language', content: JSON.stringify(fullPlan), expected: 'either' },
  ...wrongTypes(fullPlan),
];
