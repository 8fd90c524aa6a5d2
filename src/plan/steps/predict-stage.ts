import type { Clock } from '../../clock.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { thatIsThere } from '../../lifecycle/sequence.ts';
import type { Stage } from '../../lifecycle/stage.ts';
import { duration } from '../../output/age.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';

/** Asks a deployment for a prediction; throws Failure for anything but success. */
export type Predict = (
  deployment: SeldonDeployment,
  request: { predictor: string | undefined; payload: string; timeoutMs: number },
  environment: { cluster: SeldonCluster; clock: Clock; signal: AbortSignal },
) => Promise<{ endpoint: { predictor: string }; body: string; pod: string | undefined; durationMs: number }>;

/** Asks for one prediction, and shows the answer. */
export function predictStage(payload: string, predictor: string | undefined, predict: Predict): Stage {
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
