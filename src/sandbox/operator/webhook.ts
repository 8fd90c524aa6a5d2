import { findContainer, graphNodes } from '../../operator/defaulting.ts';
import { CONTROLLER_ID } from '../../operator/object-names.ts';
import { isPrepackaged } from '../../operator/prepackaged-servers.ts';
import type { GraphNode, Predictor, SeldonDeployment } from '../../operator/seldon-deployment.ts';
import { chartSettings } from '../../operator/settings.ts';

/** One thing that is wrong, where, with the value that is shown of it. */
export interface Objection {
  field: string;
  value: string;
  why: string;
}

/** A namespace with this label has no webhook, as where it was taken away: for trying what the operator makes of it. */
export const WITHOUT_WEBHOOK = 'sandbox/without-seldon-webhook';

/** Its name, and the labels of namespaces and objects that it is not asked about: those of other installations have the first. */
export const webhookConfiguration = {
  name: 'v1.vseldondeployment.kb.io',
  group: 'machinelearning.seldon.io',
  plural: 'seldondeployments',
  passesBy: [CONTROLLER_ID, WITHOUT_WEBHOOK],
};

/**
 * What Seldon's validating webhook finds wrong, in its words and its order; nothing where it lets the object pass.
 * Source: ValidateSeldonDeployment in operator/apis/machinelearning.seldon.io/v1/seldondeployment_webhook.go, v1.18.2.
 */
export function objectionsTo({ spec }: SeldonDeployment): Objection[] {
  const predictors = spec.predictors ?? [];
  return [
    ...wordObjections(spec),
    ...predictors.flatMap((predictor, index) => kafkaObjections(spec, predictor, at(index))),
    ...(predictors.length === 1 && predictors[0]?.shadow
      ? [objection(at(0), predictors[0].name, 'Shadow can not exist as only predictor')]
      : []),
    ...serviceNameObjections(predictors),
    ...(predictors.length === 0 ? [objection('spec', spec.transport ?? '', 'Graph contains no predictors')] : []),
    ...predictors.flatMap((predictor, index) => predictorObjections(spec, predictor, index)),
    ...transportObjections(spec, predictors),
    ...trafficObjections(predictors),
  ];
}

/**
 * What it refuses with, undefined where it finds nothing. The group is misspelt in the original, and the name is that of
 * spec.name, which nobody sets.
 */
export function refusalOf(sdep: SeldonDeployment): Refusal | undefined {
  const objections = objectionsTo(sdep);
  if (objections.length === 0) return undefined;
  const causes = objections.map(({ field, value, why }) => {
    const message = `Invalid value: ${JSON.stringify(value)}: ${why}`;
    return { reason: 'FieldValueInvalid', message, field };
  });
  const texts = causes.map(({ field, message }) => `${field}: ${message}`);
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const group = 'machinelearing.seldon.io';
  const { name = '' } = sdep.spec;
  return {
    message: `SeldonDeployment.${group} ${JSON.stringify(name)} is invalid: ${all}`,
    details: { ...(name && { name }), group, kind: 'SeldonDeployment', causes },
  };
}

/** The message and the details of a Status. */
export interface Refusal {
  message: string;
  details: { name?: string; group: string; kind: string; causes: { reason: string; message: string; field: string }[] };
}

const at = (index: number) => `spec.predictors[${index}]`;
const objection = (field: string, value: string, why: string): Objection => ({ field, value, why });

/** What may be written of the whole; nothing is the same as the first. */
const allowed = {
  protocol: ['seldon', 'tensorflow', 'kfserving', 'v2'],
  transport: ['rest', 'grpc'],
  serverType: ['rpc', 'kafka'],
} as const;

function wordObjections(spec: SeldonDeployment['spec']): Objection[] {
  return Object.entries(allowed).flatMap(([field, words]) => {
    const value = spec[field as keyof typeof allowed];
    return !value || (words as readonly string[]).includes(value) ? [] : [objection('spec', value, `Invalid ${field}`)];
  });
}

const KAFKA = ['KAFKA_BROKER', 'KAFKA_INPUT_TOPIC', 'KAFKA_OUTPUT_TOPIC'];

function kafkaObjections(spec: SeldonDeployment['spec'], predictor: Predictor, field: string): Objection[] {
  if (spec.serverType !== 'kafka') return [];
  const given = (predictor.svcOrchSpec?.env ?? []).filter(({ name }) => KAFKA.includes(name));
  const why = `For kafka please supply svcOrchSpec envs ${KAFKA.join(', ')}`;
  return given.length >= KAFKA.length ? [] : [objection(field, predictor.name, why)];
}

function serviceNameObjections(predictors: readonly Predictor[]): Objection[] {
  const seen = new Set<string>();
  return predictors.flatMap((predictor, index) => {
    const name = predictor.annotations?.['seldon.io/svc-name'];
    if (name === undefined) return [];
    if (seen.has(name)) {
      const why = `Found duplicate service name in seldon.io/svc-name with value ${name}`;
      return [objection(at(index), predictor.name, why)];
    }
    seen.add(name);
    return [];
  });
}

function predictorObjections(spec: SeldonDeployment['spec'], predictor: Predictor, index: number): Objection[] {
  const { name, annotations, graph } = predictor;
  const hasNoEngine = annotations?.['seldon.io/no-engine'] !== undefined;
  const isTwin = spec.predictors.findIndex((other) => other.name === name) < index;
  return [
    ...(hasNoEngine && [...graphNodes(graph)].length > 1
      ? [objection(at(index), name, 'Running without engine only valid for single element graphs')]
      : []),
    ...(isTwin ? [objection(at(index), name, 'Duplicate predictor name')] : []),
    ...nodeObjections(spec, predictor, graph, `${at(index)}.graph`),
  ];
}

function nodeObjections(
  spec: SeldonDeployment['spec'],
  predictor: Predictor,
  node: GraphNode,
  field: string,
): Objection[] {
  const found: Objection[] = [];
  const object = (why: string, value = node.name) => found.push(objection(field, value, why));
  const container = findContainer(predictor, node.name);
  const { implementation } = node;
  if (implementation === undefined || implementation === 'UNKNOWN_IMPLEMENTATION') {
    if (!container) object("Can't find container for Predictive Unit");
    if (node.type === 'UNKNOWN_TYPE' && !node.methods?.length) {
      object(
        'Predictive Unit has no implementation methods defined. Change to a known type or add what methods it defines',
      );
    }
  } else if (isPrepackaged(node)) {
    if (!node.modelUri && implementation !== 'HUGGINGFACE_SERVER') {
      object('Predictive unit modelUri required when using standalone servers');
    }
    if (spec.protocol === 'tensorflow' && speaksNoTensorflow.includes(implementation)) {
      object(`Prepackaged server does not handle tensorflow protocol ${implementation}`);
    }
    if (!container?.image && !Object.hasOwn(chartSettings.servers, implementation)) {
      object(`No entry in predictors map for ${implementation}`);
    }
  }
  if (node.logger && !node.logger.mode) object('No logger mode specified', '');
  const below = node.children ?? [];
  return [...found, ...below.flatMap((child, index) => nodeObjections(spec, predictor, child, `${field}[${index}]`))];
}

const speaksNoTensorflow = ['SKLEARN_SERVER', 'XGBOOST_SERVER', 'MLFLOW_SERVER', 'HUGGINGFACE_SERVER'];

function transportObjections(spec: SeldonDeployment['spec'], predictors: readonly Predictor[]): Objection[] {
  const nodes = predictors.flatMap(({ graph }) => [...graphNodes(graph)]);
  const types = new Set(nodes.flatMap(({ endpoint }) => endpoint?.type || []));
  if (types.size > 1) {
    const why = 'Multiple endpoint.types found - can only have 1 type in graph. Please use spec.transport';
    return [objection('spec', '', why)];
  }
  const [type] = types;
  const isMixed =
    !!spec.transport &&
    ((type === 'REST' && spec.transport !== 'rest') || (type === 'GRPC' && spec.transport !== 'grpc'));
  const why = 'Mixed transport types found. Remove graph endpoint.types if transport set at deployment level';
  return isMixed ? [objection('spec', '', why)] : [];
}

function trafficObjections(predictors: readonly Predictor[]): Objection[] {
  const found: Objection[] = [];
  const shadows = predictors.filter(({ shadow }) => shadow);
  for (const [index, { name, traffic = 0 }] of shadows.entries()) {
    if (index > 0) found.push(objection('spec', name, 'Multiple shadows are not allowed'));
    if (traffic < 0 || traffic > 100) {
      const why = 'shadow traffic is illegal, the traffic number should be between [0, 100]';
      found.push(objection('spec', name, why));
    }
  }
  const [first] = predictors;
  if (!first) return found;
  const sum = predictors.reduce((total, { shadow, traffic = 0 }) => total + (shadow ? 0 : traffic), 0);
  if (sum !== 100 && predictors.length - shadows.length > 1) {
    found.push(objection('spec', first.name, 'Traffic must sum to 100 for multiple predictors'));
  }
  if (sum > 0 && sum < 100 && predictors.length === 1) {
    found.push(objection('spec', first.name, 'Traffic must sum be 100 for a single predictor when set'));
  }
  return found;
}
