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

const bad: readonly (readonly [name: string, content: string])[] = [
  ['text', 'hello'],
  ['a manifest', '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}'],
  ['two plans', `${JSON.stringify(fullPlan)}${JSON.stringify(fullPlan)}`],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a template of plans.
  ['a value that there is not', JSON.stringify(fullPlan).replace('"replicas":2}}', '"replicas":"${none}"}}')],
  ['a file that there is not', JSON.stringify(fullPlan).replace('model.yaml', 'none.yaml')],
  ['10,000 steps in', `kind: Plan\nsteps: ${'['.repeat(10_000)}`],
  ['a plan that applies itself', JSON.stringify(fullPlan).replace('model.yaml', 'input')],
];

export const planCases: readonly CorpusCase[] = [
  ...bad.map(([name, content]) => ({ name, content, expected: 'bad' as const })),
  { name: 'nothing', content: '', expected: 'bad', withoutPlace: true },
  { name: 'the whole language', content: JSON.stringify(fullPlan), expected: 'either' },
  ...wrongTypes(fullPlan),
];
