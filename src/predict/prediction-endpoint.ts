import { BadInput } from '../failures.ts';
import { predictorService } from '../seldon/expected-deployments.ts';
import type { Predictor, SeldonDeployment } from '../seldon/seldon-deployment.ts';

export type Protocol = 'seldon' | 'tensorflow' | 'v2';

/** Where one predictor of a deployment takes predictions. */
export interface PredictionEndpoint {
  predictor: string;
  /** The others that could have been asked. */
  others: string[];
  protocol: Protocol;
  /** The Service, the name of its port, and the path behind it. */
  service: string;
  port: string;
  path: string;
}

/**
 * Where to ask for a prediction: the predictor of that name or, where none is named, the one with the most traffic that
 * is no shadow. Throws BadInput where there is no such predictor.
 */
export function predictionEndpoint(deployment: SeldonDeployment, name: string | undefined): PredictionEndpoint {
  const predictors = deployment.spec?.predictors ?? [];
  const predictor = name === undefined ? mainPredictor(predictors) : predictors.find((one) => one.name === name);
  if (!predictor) {
    const has = predictors.length === 0 ? 'It has none' : `It has: ${predictors.map((one) => one.name).join(', ')}`;
    throw new BadInput(
      `seldondeployment "${deployment.metadata.name}" has no predictor${name === undefined ? '' : ` "${name}"`}`,
      { hint: has },
    );
  }
  const protocol = protocolOf(deployment);
  return {
    predictor: predictor.name,
    others: predictors.filter((one) => one !== predictor).map((one) => one.name),
    protocol,
    service: predictorService(deployment, predictor),
    // By its name, because without the executor it has the number of the container's own port (createPredictorService).
    port: 'http',
    path: pathOf(protocol, predictor),
  };
}

function mainPredictor(predictors: readonly Predictor[]): Predictor | undefined {
  const [first, ...others] = predictors.filter(({ shadow }) => !shadow);
  const more = (a: Predictor, b: Predictor) => ((b.traffic ?? 0) > (a.traffic ?? 0) ? b : a);
  return first && others.reduce(more, first);
}

/** The words of operator/apis/machinelearning.seldon.io/v1/seldondeployment_types.go; kfserving is v2 by its old name. */
function protocolOf({ metadata, spec }: SeldonDeployment): Protocol {
  const protocol = spec?.protocol || 'seldon';
  if (protocol === 'kfserving' || protocol === 'v2') return 'v2';
  if (protocol === 'seldon' || protocol === 'tensorflow') return protocol;
  throw new BadInput(`seldondeployment "${metadata.name}" speaks the protocol "${protocol}", which is not known here`, {
    hint: 'Known are: seldon, tensorflow, v2',
  });
}

/** The routes of executor/api/rest/server.go; a model's name there is that of its node in the graph. */
function pathOf(protocol: Protocol, { name, graph }: Predictor): string {
  const model = encodeURIComponent(graph?.name ?? name);
  if (protocol === 'tensorflow') return `/v1/models/${model}:predict`;
  if (protocol === 'v2') return `/v2/models/${model}/infer`;
  return '/api/v1.0/predictions';
}
