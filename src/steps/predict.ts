import { BadInput } from '../failures.ts';
import { existing, type PlannedStep } from '../lifecycle/step.ts';
import { predict } from '../predict/predict.ts';
import { readPayload } from '../predict/read-payload.ts';
import { duration } from '../text/age.ts';
import { saidOnly } from './said-only.ts';
import { fields, predictorNames, type StepDefinition, text, textOf } from './step-definition.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    predict: 'predict';
  }
}

export const predictDefinition: StepDefinition<'predict'> = {
  word: 'predict',
  says: 'Asks the model for a prediction, through the API server; anything but success ends the plan',
  fields: fields(
    {
      data: { says: 'The payload, as the model’s protocol has it', shape: { is: 'anything' } },
      filename: { says: 'The file that holds the payload, relative to the plan', shape: text('the name of a file') },
      predictor: { says: 'The predictor to ask, if not the main one', shape: text('the name of a predictor') },
    },
    { oneOf: ['data', 'filename'] },
  ),
  namesIn: (spec) => ({ predictor: predictorNames(spec) }),
  load: async (told, { pathOf, stdin, budget }, mistake) => {
    const { filename, data, ...rest } = told;
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
  read: ({ data, predictor }) =>
    predictStep(typeof data === 'string' ? data : JSON.stringify(data ?? null), textOf(predictor)),
};

/** Asks for one prediction, and shows the answer. `payload` is JSON. */
export function predictStep(payload: string, predictor: string | undefined): PlannedStep<'predict'> {
  return {
    word: 'predict',
    told: { payload, predictor },
    names: ['predict'],
    run: async (state, progress, deps) => {
      const { deployment } = existing(state);
      await progress.take('predict', async () => {
        const { cluster, clock, signal, timeoutMs } = deps;
        const answer = await predict(deployment, { predictor, payload, timeoutMs }, { cluster, clock, signal });
        for (const line of answer.body.trimEnd().split('\n')) progress.show(line);
        const who = `predictor "${answer.endpoint.predictor}"${answer.pod === undefined ? '' : `, pod ${answer.pod}`}`;
        return { result: undefined, message: `predicted by ${who} in ${duration(answer.durationMs)}` };
      });
      return state;
    },
    dryRun: saidOnly('predict', 'would be asked for a prediction'),
  };
}
