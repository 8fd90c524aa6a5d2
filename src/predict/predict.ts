import { advice, ourCommand } from '../advice/advice.ts';
import type { Clock } from '../clock.ts';
import type { PlainAnswer } from '../cluster/api.ts';
import { ApiFailure, Unreachable } from '../cluster/api-failure.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { exitCodes, Failure } from '../failures.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import { ownValue } from '../own-values.ts';
import { expectedDeployments } from '../seldon/expected-deployments.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { type PredictionEndpoint, predictionEndpoint } from './prediction-endpoint.ts';

export interface PredictionRequest {
  /** The one with the most traffic, if none is named. */
  predictor?: string | undefined;
  /** JSON, as the deployment's protocol has it. */
  payload: string;
  /** Milliseconds for the answer; 0: no limit. */
  timeoutMs: number;
}

export interface Prediction {
  endpoint: PredictionEndpoint;
  /** HTTP status code, 200 to 299. */
  status: number;
  /** As the model wrote it; JSON, unless the model does as it likes. */
  body: string;
  /** The pod that answered, where the answer says so. */
  pod: string | undefined;
  durationMs: number;
}

export interface PredictionEnvironment {
  cluster: SeldonCluster;
  clock: Clock;
  signal?: AbortSignal | undefined;
}

/**
 * Asks a deployment for one prediction, through the API server's service proxy, by the protocol that it speaks. Throws
 * BadInput where there is no such predictor; Failure with exit code 5 where the model answers anything but success, its
 * answer in the details, or cannot be reached; 4 where it takes too long; 3 or 1 for what the API server has against it.
 */
export async function predict(
  deployment: SeldonDeployment,
  { predictor, payload, timeoutMs }: PredictionRequest,
  { cluster, clock, signal }: PredictionEnvironment,
): Promise<Prediction> {
  const endpoint = predictionEndpoint(deployment, predictor);
  const namespace = deployment.metadata.namespace ?? '';
  const start = clock.now();
  const answer = await cluster
    .postToService({ namespace, ...endpoint }, payload, { timeoutMs, signal })
    .catch((error) => notAnswered(error, deployment, endpoint, timeoutMs));
  const { status, text: body } = answer;
  if (status < 200 || status > 299) throw refusal(answer, deployment, endpoint);
  return { endpoint, status, body, pod: answeringPod(deployment, answer), durationMs: clock.now() - start };
}

function notAnswered(
  error: unknown,
  deployment: SeldonDeployment,
  endpoint: PredictionEndpoint,
  timeoutMs: number,
): never {
  if (error instanceof Unreachable && error.code === 'TimeoutError') {
    const { who } = names(deployment, endpoint);
    throw new Failure(exitCodes.timedOut, `${who} has not answered within ${timeoutMs / 1_000} s`, {
      hint: 'Allow it more with --timeout',
      cause: error,
    });
  }
  explain(error, names(deployment, endpoint).tried);
}

/** Whose answer it is shows in its form: the API server's own is a Status. */
function refusal({ status, text, headers }: PlainAnswer, deployment: SeldonDeployment, endpoint: PredictionEndpoint) {
  const { who, tried } = names(deployment, endpoint);
  const ofServer = new ApiFailure(status, text, headers['retry-after']);
  if (ofServer.reason === '') {
    const pod = answeringPod(deployment, { headers, text });
    return new Failure(exitCodes.deploymentFailed, `${who}${pod ? `, pod "${pod}",` : ''} answered ${status}`, {
      details: text.trimEnd().split('\n'),
      hint: `It was asked by the protocol ${endpoint.protocol}: POST ${endpoint.path}`,
    });
  }
  if (status === 401 || status === 403) explain(ofServer, tried);
  const { name, namespace } = deployment.metadata;
  return new Failure(exitCodes.deploymentFailed, `cannot ${tried}: ${ofServer.message}`, {
    hint: advice`See what it waits for: ${ourCommand(['status', name], { namespace })}`,
    cause: ofServer,
  });
}

function names({ metadata: { name } }: SeldonDeployment, { predictor }: PredictionEndpoint) {
  const who = `predictor "${predictor}" of seldondeployment "${name}"`;
  return { who, tried: `ask ${who} for a prediction` };
}

/**
 * The pod that has answered, where the answer says so: Kubernetes and Seldon do not, but many models do, each in its own
 * place. So any header, and any text in the answer's metadata, that is the name of a pod of one of the deployment's
 * Deployments is taken for it.
 */
export function answeringPod(
  deployment: SeldonDeployment,
  { headers, text }: { headers: Readonly<Record<string, string>>; text: string },
): string | undefined {
  const names = expectedDeployments(deployment).flatMap(({ name, otherName }) =>
    otherName === undefined ? [name] : [name, otherName],
  );
  const isPod = (word: string) =>
    names.some((name) => word.startsWith(`${name}-`) && /^[a-z0-9]+-[a-z0-9]{5}$/.test(word.slice(name.length + 1)));
  return [...Object.values(headers), ...textsIn(metadataOf(text))].find(isPod);
}

/** Seldon's meta, and the parameters of the Open Inference protocol. */
function metadataOf(text: string): unknown[] {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null) return [];
    return ['meta', 'parameters'].map((key) => ownValue(answer as Record<string, unknown>, key));
  } catch {
    return [];
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
