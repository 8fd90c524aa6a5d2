import { BadInput } from '../failures.ts';
import { existing, type PlannedStep } from '../lifecycle/step.ts';
import { predict } from '../predict/predict.ts';
import { readPayload } from '../predict/read-payload.ts';
import { type Ask, asks, type PredictionChoice, refuseChoice } from '../seldon/prediction-endpoint.ts';
import { duration } from '../text/age.ts';
import { quotedAnswer } from '../text/escape.ts';
import { saidOnly } from './said-only.ts';
import { fields, predictorNames, type StepDefinition, text, textOf } from './step-definition.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    predict: 'predict';
  }
}

export const predictDefinition: StepDefinition<'predict'> = {
  word: 'predict',
  says: 'Asks the model for a prediction, through the API server; an error ends the plan',
  fields: fields(
    {
      data: { says: 'The payload, in the format of the model’s protocol', shape: { is: 'anything' } },
      filename: { says: 'File with the payload, relative to the plan', shape: text('the name of a file') },
      ask: { says: 'What to request (default: a prediction)', shape: { is: 'word', words: asks } },
      predictor: {
        says: 'Send the request to this predictor; default: the one with the most traffic',
        shape: text('the name of a predictor'),
      },
      model: { says: 'Name of the model on the server', shape: text('the name of a model') },
      path: {
        says: 'Path to send the request to, instead of the path of the protocol',
        shape: text('a path that begins with /'),
      },
    },
    { oneOf: ['data', 'filename'] },
  ),
  namesIn: (spec) => ({ predictor: predictorNames(spec) }),
  load: async (told, { pathOf, stdin, budget }, mistake) => {
    const { filename, data, ...rest } = told;
    try {
      refuseChoice({ ...askOf(told), model: textOf(told.model), path: textOf(told.path) });
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      mistake(told.path === undefined ? 'model' : 'path', error.message);
    }
    if (filename === undefined && typeof data !== 'string') return told;
    try {
      // Text that begins so is no name of a file here, and no JSON.
      const given = filename === undefined ? String(data).replace(/^(@|-$)/, ' $1') : `@${pathOf(String(filename))}`;
      return { ...rest, data: await readPayload(given, stdin, budget) };
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      mistake(filename === undefined ? 'data' : 'filename', error.message);
      return told;
    }
  },
  // Text is taken for JSON that has been written already.
  read: ({ data, predictor, model, path, ...rest }) =>
    predictStep(typeof data === 'string' ? data : JSON.stringify(data ?? null), {
      predictor: textOf(predictor),
      model: textOf(model),
      path: textOf(path),
      ...askOf(rest),
    }),
};

function askOf({ ask }: { ask?: unknown }): { ask?: Ask } {
  return ask === undefined ? {} : { ask: ask as Ask };
}

const DONE: Readonly<Record<Ask, string>> = {
  prediction: 'predicted',
  explanation: 'explained',
  feedback: 'feedback accepted',
};

/** Asks for one prediction, and shows the answer. `payload` is JSON. */
export function predictStep(payload: string, choice: PredictionChoice): PlannedStep<'predict'> {
  return {
    word: 'predict',
    told: { payload, ...choice },
    names: ['predict'],
    run: async (state, progress, deps) => {
      const { deployment } = existing(state);
      await progress.take('predict', async () => {
        const { cluster, clock, signal, timeoutMs } = deps;
        const answer = await predict(deployment, { ...choice, payload, timeoutMs }, { cluster, clock, signal });
        for (const line of quotedAnswer(answer.body)) progress.show(line);
        const who = `predictor "${answer.endpoint.predictor}"${answer.pod === undefined ? '' : `, pod ${answer.pod}`}`;
        return {
          result: undefined,
          message: `${DONE[answer.endpoint.ask]} by ${who} in ${duration(answer.durationMs)}`,
        };
      });
      return state;
    },
    dryRun: saidOnly('predict', 'would request a prediction'),
  };
}
