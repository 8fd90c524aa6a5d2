import type { Fields, Shape } from '../steps/fields.ts';
import { duration, fields, text } from '../steps/step-definition.ts';
import { STEP_WORDS, stepTable } from '../steps/step-table.ts';

export const API_VERSION = 'seldon-lifecycle.io/v1alpha1';
export const KIND = 'Plan';

const step = fields(
  {
    name: { says: 'What the step is for, in messages', shape: text('a name') },
    timeout: { says: 'How long the step may take, for example 90s or 5m', shape: duration },
    ...Object.fromEntries(Object.values(stepTable).map(({ word, says, fields: shape }) => [word, { says, shape }])),
  },
  { oneOf: STEP_WORDS },
);

const steps: Shape = { is: 'list', of: step };

/** The whole of a plan. What is not named here is not in the language. */
export const PLAN: Fields = fields({
  apiVersion: {
    required: true,
    says: 'The version of the plan language',
    shape: { is: 'constant', value: API_VERSION },
  },
  kind: { required: true, says: 'That this is a plan', shape: { is: 'constant', value: KIND } },
  metadata: { says: 'What to call it', shape: fields({ name: { says: 'Its name', shape: text('a name') } }) },
  values: {
    says: 'What names stand for below, where a scalar value has them in braces after a dollar sign',
    shape: {
      is: 'named',
      of: fields({
        default: {
          says: 'Where nobody says otherwise; without it somebody has to',
          shape: { is: 'text', like: 'text, or a number' },
        },
        env: {
          says: 'The environment variable that says otherwise; --set goes before it',
          shape: text('the name of an environment variable'),
        },
      }),
    },
  },
  timeouts: {
    says: 'How long things may take, unless a step says otherwise',
    shape: fields({
      step: { says: 'Each step', shape: duration },
      total: { says: 'All steps together', shape: duration },
    }),
  },
  steps: { required: true, says: 'What is done, in order; the first one applies', shape: steps },
  onFailure: { says: 'What is done when a step has failed, but not after an interruption', shape: steps },
  finally: { says: 'What is done at the end of all, whatever has happened', shape: steps },
});
