import { relaxedJsonPath } from '../jsonpath/jsonpath.ts';
import { CONDITION_WORDS, parseWaitFor } from '../lifecycle/waits/wait-conditions.ts';
import type { Field, Fields, Shape } from './shape.ts';

export const API_VERSION = 'seldon-lifecycle.io/v1alpha1';
export const KIND = 'Plan';

const text = (like: string): Shape => ({ is: 'text', like });
const number: Shape = { is: 'whole number', from: 0 };
const flag: Shape = { is: 'true or false' };
const duration: Shape = { is: 'duration' };

function fields(given: Record<string, Field>, rules: Pick<Fields, 'oneOf' | 'someOf'> = {}): Fields {
  return { is: 'fields', fields: given, ...rules };
}

const condition: Shape = {
  is: 'text',
  like: 'a condition such as available, scaled, scaled=3, deleted, event=REASON, condition=TYPE or jsonpath=PATH=VALUE',
  words: CONDITION_WORDS,
  // Alone it means as many as the last scaling has asked for, which a command on its own cannot know.
  parse: (words) => {
    if (words === 'scaled') return;
    for (const one of parseWaitFor(words)) if (one.kind === 'jsonpath') relaxedJsonPath(one.path);
  },
};

const path: Shape = {
  is: 'text',
  like: "a path of kubectl's JSONPath, such as {.deployment.status.state}",
  parse: relaxedJsonPath,
};

/** What each step can be told, under the word that says what it does. */
const doings = {
  apply: {
    says: 'Applies the SeldonDeployments of files; what stands beside them is applied before the first step',
    shape: fields({
      filename: {
        required: true,
        says: 'File or directory, relative to the plan; - is standard input',
        shape: { is: 'list', of: text('the name of a file or directory'), orOne: true },
      },
      recursive: { says: 'Read directories recursively', shape: flag },
    }),
  },
  wait: {
    says: 'Waits until the deployment and all that it owns are as wanted',
    shape: fields({
      for: {
        required: true,
        says: 'As in wait --for; scaled alone is the number of the last scale step. Of several all have to hold',
        shape: { is: 'list', of: condition, orOne: true },
      },
    }),
  },
  scale: {
    says: 'Sets the number of replicas by the field that governs it',
    shape: fields({
      replicas: { required: true, says: 'The number of replicas to scale to', shape: number },
      predictor: { says: 'Only the predictor of this name', shape: text('the name of a predictor') },
      includeSvcOrch: { says: 'Separate service orchestrators too', shape: flag },
      includeExplainer: { says: 'Explainers too', shape: flag },
      through: {
        says: 'By the field that governs, or by the scale subresource',
        shape: { is: 'word', words: ['spec', 'subresource'] },
      },
    }),
  },
  setImage: {
    says: 'Sets the image of a container',
    shape: fields({
      container: { required: true, says: 'The name of the container', shape: text('the name of a container') },
      image: { required: true, says: 'The new image', shape: text('an image') },
      predictor: { says: 'Only in the predictor of this name', shape: text('the name of a predictor') },
    }),
  },
  patch: {
    says: 'Patches the SeldonDeployment, as kubectl patch does',
    shape: fields({
      type: { says: 'merge (the default) or json', shape: { is: 'word', words: ['merge', 'json'] } },
      patch: {
        required: true,
        says: 'An object for merge, a list of operations for json',
        shape: { is: 'object or list' },
      },
    }),
  },
  predict: {
    says: 'Asks the model for a prediction, through the API server; anything but success ends the plan',
    shape: fields(
      {
        data: { says: 'The payload, as the model’s protocol has it', shape: { is: 'anything' } },
        filename: { says: 'The file that holds the payload, relative to the plan', shape: text('the name of a file') },
        predictor: { says: 'The predictor to ask, if not the main one', shape: text('the name of a predictor') },
      },
      { oneOf: ['data', 'filename'] },
    ),
  },
  hold: {
    says: 'Leaves the deployment standing for somebody to try it; what breaks it meanwhile ends the plan',
    shape: fields(
      {
        for: { says: 'For how long', shape: duration },
        prompt: {
          says: 'Until somebody presses Enter, which needs a terminal',
          shape: { is: 'constant', value: true },
        },
      },
      { oneOf: ['for', 'prompt'] },
    ),
  },
  logs: {
    says: 'Shows the last lines of the logs of all its pods',
    shape: fields({
      tail: { says: 'How many lines of each container; 10 if it is not said', shape: { is: 'whole number', from: 1 } },
      container: { says: 'Only containers of this name', shape: text('the name of a container') },
    }),
  },
  delete: {
    says: 'Deletes the deployment and waits until everything that it owned is gone',
    shape: fields({
      cascade: {
        says: 'How its dependents are deleted; foreground if it is not said',
        shape: { is: 'word', words: ['foreground', 'background', 'orphan'] },
      },
    }),
  },
  assert: {
    says: 'Ends the plan unless all of this holds now',
    shape: fields(
      {
        jsonpath: {
          says: 'A path in the picture: {.deployment}, {.deployments}, {.replicaSets}, {.pods}, {.others}',
          shape: path,
        },
        value: {
          says: 'What stands at that path, several values joined by spaces; anything at all if it is not said',
          shape: { is: 'text', like: 'text, or a number' },
        },
        noWarnings: {
          says: 'No Warning event so far, other than those that mend themselves',
          shape: { is: 'constant', value: true },
        },
        maxRestarts: { says: 'At most so many restarts of all containers together', shape: number },
      },
      { someOf: ['jsonpath', 'noWarnings', 'maxRestarts'] },
    ),
  },
} as const satisfies Record<string, Field & { shape: Fields }>;

export type StepWord = keyof typeof doings;
export const STEP_WORDS = Object.keys(doings) as StepWord[];

const step = fields(
  {
    name: { says: 'What the step is for, in messages', shape: text('a name') },
    timeout: { says: 'How long the step may take, for example 90s or 5m', shape: duration },
    ...doings,
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
