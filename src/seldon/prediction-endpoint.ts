import { BadInput } from '../failures.ts';
import { isDnsLabel } from '../kubernetes/dns-label.ts';
import {
  expectedDeployments,
  hashedWhenLong,
  nodesOf,
  predictorService,
  SERVICE_NAME,
} from './expected-deployments.ts';
import type { Predictor, SeldonDeployment } from './seldon-deployment.ts';

export type Protocol = 'seldon' | 'tensorflow' | 'v2';

/** What a predictor can be asked for; feedback tells it how good an answer was. */
export const asks = ['prediction', 'explanation', 'feedback'] as const;
export type Ask = (typeof asks)[number];

/** Where one predictor of a deployment takes predictions. */
export interface PredictionEndpoint {
  ask: Ask;
  predictor: string;
  /** The node of the graph that is asked by itself, without those before and behind it. */
  node?: string;
  /** The others that could have been asked. */
  others: string[];
  /** One of Protocol, or as the deployment has it where that is not known here. */
  protocol: string;
  /** The Service, the name of its port, and the path behind it. */
  service: string;
  port: string;
  path: string;
}

/** What of a deployment is asked for a prediction. */
export interface PredictionChoice {
  /** By its name; the one with the most traffic that is no shadow, if none is named. */
  predictor?: string | undefined;
  /**
   * The name under which a server has the model, as MLServer in its model-settings.json; that of the graph's node if not given.
   * Seldon's own protocol names no model: there it is a node of the graph, which is asked at its own Service.
   */
  model?: string | undefined;
  /** Behind the predictor's Service, instead of that of the protocol. */
  path?: string | undefined;
  /** A prediction, if nothing else is said. */
  ask?: Ask | undefined;
}

/**
 * Where to ask for a prediction. Throws BadInput where there is no such predictor, node or explainer, where the protocol is not
 * known or takes no feedback, and for a path that would lead elsewhere than below the Service.
 */
export function predictionEndpoint(deployment: SeldonDeployment, choice: PredictionChoice = {}): PredictionEndpoint {
  const { predictor: name, model, path, ask = 'prediction' } = choice;
  refuseChoice(choice);
  const predictors = deployment.spec?.predictors ?? [];
  const predictor = name === undefined ? mainPredictor(deployment) : predictors.find((one) => one.name === name);
  if (!predictor) {
    const has = predictors.length === 0 ? 'It has none' : `It has: ${predictors.map((one) => one.name).join(', ')}`;
    throw new BadInput(
      `seldondeployment "${deployment.metadata.name}" has no predictor${name === undefined ? '' : ` "${name}"`}`,
      { hint: has },
    );
  }
  const protocol =
    path === undefined ? protocolOf(deployment) : (knownProtocol(deployment) ?? deployment.spec?.protocol ?? '');
  const isNode = ask === 'prediction' && protocol === 'seldon' && model !== undefined;
  return {
    ask,
    predictor: predictor.name,
    ...(isNode && { node: model }),
    others: predictors.filter((one) => one !== predictor).map((one) => one.name),
    protocol,
    service: isNode
      ? nodeService(deployment, predictor, model)
      : ask === 'explanation'
        ? explainerService(deployment, predictor)
        : serviceIn(deployment, predictor),
    port: PREDICTION_PORT,
    path: path ?? pathOf(protocol as Protocol, predictor, { model, ask }),
  };
}

/**
 * The Service of one container of the graph, by which the executor asks it too (createContainerService). Throws BadInput
 * where there is no such node, or the executor does its work itself.
 */
function nodeService(deployment: SeldonDeployment, predictor: Predictor, node: string): string {
  const nodes = (predictor.graph ? nodesOf(predictor.graph) : []).map(({ name }) => name);
  const containers = expectedDeployments(deployment)
    .filter((one) => one.predictor === predictor.name)
    .flatMap((one) => one.containers ?? []);
  const askable = nodes.filter((name) => containers.includes(name));
  if (!askable.includes(node)) {
    throw new BadInput(
      `the graph of predictor "${predictor.name}" of seldondeployment "${deployment.metadata.name}" has no node "${node}" with a container of its own`,
      { hint: `It has: ${askable.join(', ') || 'none'}` },
    );
  }
  return hashedWhenLong(`${deployment.metadata.name}-${predictor.name}-${node}`);
}

function explainerService(deployment: SeldonDeployment, predictor: Predictor): string {
  const explainers = expectedDeployments(deployment).filter(({ role }) => role === 'explainer');
  const found = explainers.find((one) => one.predictor === predictor.name);
  if (found) return found.name;
  const having = explainers.map((one) => one.predictor).join(', ');
  throw new BadInput(
    `predictor "${predictor.name}" of seldondeployment "${deployment.metadata.name}" has no explainer`,
    { hint: having === '' ? 'None of its predictors has one' : `These predictors have one: ${having}` },
  );
}

/**
 * The name of the Service, which becomes a part of a path: NAME:PORT. Throws BadInput for one that no Service can have, as
 * an annotation may say it to lead a prediction elsewhere.
 */
function serviceIn(deployment: SeldonDeployment, predictor: Predictor): string {
  const service = predictorService(deployment, predictor);
  if (isDnsLabel(service)) return service;
  throw new BadInput(`"${service}" is not a valid name of a Service: no request was sent`, {
    hint: `Correct the annotation ${SERVICE_NAME} of predictor "${predictor.name}" of seldondeployment "${deployment.metadata.name}"`,
  });
}

/** Throws BadInput: of what can be seen before the deployment is. */
export function refuseChoice({ model, path, ask }: PredictionChoice): void {
  if (ask === 'feedback' && (model !== undefined || path !== undefined)) {
    throw new BadInput('feedback cannot have a model or a path', {
      hint: 'The whole graph of the predictor gets the feedback',
    });
  }
  if (model !== undefined && path !== undefined) {
    throw new BadInput('use either a model or a path, not both', { hint: 'The path contains the model' });
  }
  if (model !== undefined && (model === '' || /^\.{1,2}$/.test(model) || /[/\\%?#\s]/.test(model))) {
    throw new BadInput(`invalid model "${model}": expected the name of one model`);
  }
  if (path !== undefined && !isPathBelow(path)) {
    throw new BadInput(`invalid path "${path}": expected a path of the service, such as /v2/models/iris/infer`, {
      hint: 'The path must begin with /, without //, ., .., ?, # or escapes of these',
    });
  }
}

/** Nothing in it leads out of the service's proxy, whatever is done to it on the way. */
function isPathBelow(path: string): boolean {
  const [start, ...parts] = path.split('/');
  return start === '' && parts.length > 0 && parts.every((part) => PART.test(part) && !/^\.{1,2}$/.test(part));
}

/** As in src/cluster/plain-path.ts, which looks once more. */
const PART = /^(?:[\w.~:@!$&'()*+,;=-]|%(?!2e|2f|5c|25)[\da-f]{2})+$/i;

/**
 * The port of a predictor's Service, by its name, because without the executor it has the number of the container's own
 * port (createPredictorService).
 */
export const PREDICTION_PORT = 'http';

/** The predictor with the most traffic that is no shadow. */
export function mainPredictor({ spec }: SeldonDeployment): Predictor | undefined {
  const [first, ...others] = (spec?.predictors ?? []).filter(({ shadow }) => !shadow);
  const more = (a: Predictor, b: Predictor) => ((b.traffic ?? 0) > (a.traffic ?? 0) ? b : a);
  return first && others.reduce(more, first);
}

/** The path behind the Service of the predictor with the most traffic; undefined where it speaks what is not known here. */
export function predictionPath(deployment: SeldonDeployment): string | undefined {
  const predictor = mainPredictor(deployment);
  const protocol = knownProtocol(deployment);
  return predictor && protocol && pathOf(protocol, predictor);
}

/** The words of operator/apis/machinelearning.seldon.io/v1/seldondeployment_types.go; kfserving is v2 by its old name. */
function knownProtocol({ spec }: SeldonDeployment): Protocol | undefined {
  const protocol = spec?.protocol || 'seldon';
  if (protocol === 'kfserving' || protocol === 'v2') return 'v2';
  return protocol === 'seldon' || protocol === 'tensorflow' ? protocol : undefined;
}

function protocolOf(deployment: SeldonDeployment): Protocol {
  const known = knownProtocol(deployment);
  if (known) return known;
  const { metadata, spec } = deployment;
  throw new BadInput(
    `seldondeployment "${metadata.name}" uses the protocol "${spec?.protocol}", which this plugin does not know`,
    { hint: 'Known protocols: seldon, tensorflow, v2' },
  );
}

/**
 * The routes of executor/api/rest/server.go, and of an explainer those of components/alibi-explain-server; a model's name
 * there is that of its node in the graph.
 */
function pathOf(
  protocol: Protocol,
  { name, graph }: Predictor,
  { model: served, ask = 'prediction' }: Pick<PredictionChoice, 'model' | 'ask'> = {},
): string {
  const model = encodeURIComponent(served ?? graph?.name ?? name);
  if (ask === 'feedback' && protocol !== 'seldon') {
    throw new BadInput(`the protocol ${protocol} has no feedback`, { hint: 'Only the protocol seldon has feedback' });
  }
  const isExplained = ask === 'explanation';
  if (protocol === 'tensorflow') return `/v1/models/${model}:${isExplained ? 'explain' : 'predict'}`;
  if (protocol === 'v2') return `/v2/models/${model}/${isExplained ? 'explain' : 'infer'}`;
  if (ask === 'feedback') return '/api/v1.0/feedback';
  return isExplained ? '/api/v1.0/explain' : '/api/v1.0/predictions';
}
