import { advice, ourCommand } from '../advice/advice.ts';
import type { Clock } from '../clock.ts';
import type { PlainAnswer } from '../cluster/api.ts';
import { ApiFailure, Unreachable } from '../cluster/api-failure.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { exitCodes, Failure } from '../failures.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import { ownValue } from '../own-values.ts';
import { expectedDeployments } from '../seldon/expected-deployments.ts';
import { type PredictionChoice, type PredictionEndpoint, predictionEndpoint } from '../seldon/prediction-endpoint.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { quotedAnswer } from '../text/escape.ts';

export interface PredictionRequest extends PredictionChoice {
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

/** Instead of the API server's service proxy: the path is that of the endpoint. */
export type AskElsewhere = (
  path: string,
  payload: string,
  limit: { timeoutMs: number; signal?: AbortSignal | undefined },
) => Promise<PlainAnswer>;

export interface PredictionEnvironment {
  cluster: Pick<SeldonCluster, 'postToService'>;
  /** Undefined: through the API server. */
  elsewhere?: AskElsewhere | undefined;
  clock: Clock;
  signal?: AbortSignal | undefined;
}

/** Anything but success. */
export class NoSuccess extends Failure {
  /** HTTP status code. */
  readonly status: number;
  /** What the model has answered; undefined: it was not reached. */
  readonly body: string | undefined;

  constructor(
    status: number,
    body: string | undefined,
    ...[message, options]: [string, ConstructorParameters<typeof Failure>[2]]
  ) {
    super(exitCodes.deploymentFailed, message, options);
    this.status = status;
    this.body = body;
  }
}

/**
 * Asks a deployment for one prediction, through the API server's service proxy, by the protocol that it speaks. Throws
 * BadInput where there is no such predictor; Failure with exit code 5 where the model answers anything but success, its
 * answer in the details, or cannot be reached; 4 where it takes too long; 3 or 1 for what the API server has against it.
 */
export async function predict(
  deployment: SeldonDeployment,
  { payload, timeoutMs, ...choice }: PredictionRequest,
  { cluster, elsewhere, clock, signal }: PredictionEnvironment,
): Promise<Prediction> {
  const endpoint = predictionEndpoint(deployment, choice);
  const namespace = deployment.metadata.namespace ?? '';
  const start = clock.now();
  const limit = { timeoutMs, signal };
  const asked = elsewhere
    ? elsewhere(endpoint.path, payload, limit)
    : cluster.postToService({ namespace, ...endpoint }, payload, limit);
  const answer = await asked.catch((error) => notAnswered(error, deployment, endpoint, timeoutMs));
  const { status, text: body } = answer;
  if (status < 200 || status > 299) throw refusal(answer, deployment, endpoint, elsewhere !== undefined);
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
    throw new Failure(exitCodes.timedOut, `${who} did not answer within ${timeoutMs / 1_000} s`, {
      hint: 'Allow more time with --timeout',
      cause: error,
    });
  }
  explain(error, names(deployment, endpoint).tried);
}

/** Whose answer it is shows in its form: the API server's own is a Status. */
function refusal(
  { status, text, headers }: PlainAnswer,
  deployment: SeldonDeployment,
  endpoint: PredictionEndpoint,
  elsewhere: boolean,
) {
  const { who, tried } = names(deployment, endpoint);
  const ofServer = new ApiFailure(status, text, headers['retry-after']);
  if (elsewhere || ofServer.reason === '') {
    const pod = answeringPod(deployment, { headers, text });
    return new NoSuccess(status, text, `${who}${pod ? `, pod "${pod}",` : ''} answered ${status}`, {
      details: shownAnswer(text),
      hint: `The request used the protocol ${endpoint.protocol}: POST ${endpoint.path}`,
    });
  }
  if (status === 401 || status === 403) explain(ofServer, tried);
  const { name, namespace } = deployment.metadata;
  return new NoSuccess(status, undefined, `cannot ${tried}: ${ofServer.message}`, {
    hint: advice`See what the deployment waits for: ${ourCommand(['status', name], { namespace })}`,
    cause: ofServer,
  });
}

/** Letters and lines of what a model says of its failure that somebody reads: it may be a page, or a trace. */
const MOST_LETTERS = 16_384;
const MOST_LINES = 200;

function shownAnswer(text: string): string[] {
  const lines = quotedAnswer(text.slice(0, MOST_LETTERS));
  if (text.length <= MOST_LETTERS && lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `  … (${text.length} characters in all)`];
}

function names({ metadata: { name } }: SeldonDeployment, { predictor, node, ask }: PredictionEndpoint) {
  const part = node === undefined ? (ask === 'explanation' ? 'the explainer of ' : '') : `node "${node}" of `;
  const who = `${part}predictor "${predictor}" of seldondeployment "${name}"`;
  const article = ask === 'explanation' ? 'an' : 'a';
  return { who, tried: ask === 'feedback' ? `send feedback to ${who}` : `ask ${who} for ${article} ${ask}` };
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
  return [...Object.values(headers), ...metadataOf(text).flatMap((one) => textsIn(one))].find(isPod);
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

/** A model may nest as deep as its answer is long. */
function textsIn(value: unknown, levels = DEEPEST): string[] {
  if (typeof value === 'string') return [value];
  const isHolder = typeof value === 'object' && value !== null && levels > 0;
  return isHolder ? Object.values(value).flatMap((one) => textsIn(one, levels - 1)) : [];
}

const DEEPEST = 20;
