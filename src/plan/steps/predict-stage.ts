import { thatIsThere } from '../../lifecycle/sequence.ts';
import type { Stage } from '../../lifecycle/stage.ts';
import { predict } from '../../predict/predict.ts';
import { duration } from '../../text/age.ts';

/** Asks for one prediction, and shows the answer. */
export function predictStage(payload: string, predictor: string | undefined): Stage {
  return async (standing, steps, around) => {
    const { deployment } = thatIsThere(standing);
    await steps.take('predict', async () => {
      const { cluster, clock, signal, timeoutMs } = around;
      const answer = await predict(deployment, { predictor, payload, timeoutMs }, { cluster, clock, signal });
      for (const line of answer.body.trimEnd().split('\n')) steps.show(line);
      const who = `predictor "${answer.endpoint.predictor}"${answer.pod === undefined ? '' : `, pod ${answer.pod}`}`;
      return { result: undefined, message: `predicted by ${who} in ${duration(answer.durationMs)}` };
    });
    return standing;
  };
}
