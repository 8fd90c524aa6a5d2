import type { Fields, Shape } from '../steps/fields.ts';
import { duration, fields, text } from '../steps/step-definition.ts';
import { STEP_WORDS, stepTable } from '../steps/step-table.ts';

export const API_VERSION = 'seldon-lifecycle.io/v1alpha1';
export const KIND = 'Plan';

const step = fields(
  {
    name: { says: 'Name of the step in messages', shape: text('a name') },
    timeout: { says: 'Maximum time for the step, for example 90s or 5m', shape: duration },
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
  kind: { required: true, says: 'Marks the file as a plan', shape: { is: 'constant', value: KIND } },
  metadata: {
    says: 'Metadata of the plan',
    shape: fields({ name: { says: 'Name of the plan', shape: text('a name') } }),
  },
  values: {
    says: 'Values that the plan uses: below, a scalar may contain a name in braces after a dollar sign',
    shape: {
      is: 'named',
      of: fields({
        default: {
          says: 'The default; without one, the value must be set',
          shape: { is: 'text', like: 'text, or a number' },
        },
        env: {
          says: 'Environment variable that sets the value; --set wins',
          shape: text('the name of an environment variable'),
        },
      }),
    },
  },
  timeouts: {
    says: 'Maximum times, unless a step sets its own',
    shape: fields({
      step: { says: 'Each step', shape: duration },
      total: { says: 'All steps together', shape: duration },
    }),
  },
  steps: { required: true, says: 'The steps, in order; the first one applies', shape: steps },
  onFailure: { says: 'Steps to run after a failed step, but not after an interruption', shape: steps },
  finally: { says: 'Steps to run at the end in any case', shape: steps },
});
