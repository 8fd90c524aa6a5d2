import { createHash } from 'node:crypto';
import { ownValue } from '../own-values.ts';
import type { ComponentSpec, PredictiveUnit, Predictor, SeldonDeployment, SeldonSpec } from './seldon-deployment.ts';

/** A Deployment that the operator will make from a SeldonDeployment. */
export interface ExpectedDeployment {
  name: string;
  /** Another name it has where the operator runs with DEPLOYMENT_NAME_AS_PREFIX=true. */
  otherName?: string;
  role: 'model' | 'service-orchestrator' | 'explainer';
  predictor: string;
  /** Of the model, by their names. */
  containers?: readonly string[];
  /** The containers whose image the spec says, by their names. */
  images?: Readonly<Record<string, string>>;
  /** What its pod template says of its last restart, where the spec says something of it. */
  restartedAt?: string;
  /** How many replicas it should have, and the field that says so. */
  replicas: ExpectedReplicas;
}

export type ExpectedReplicas =
  | { governedBy: 'field'; path: string; count: number }
  /** hpaSpec or kedaSpec: the autoscaler decides, and lets it have no fewer than `least`. */
  | { governedBy: 'autoscaler'; path: string; least: number }
  /** Set nowhere: 1 when the Deployment is made, later whatever it has. */
  | { governedBy: 'nothing' };

/** What of a predictor it is, where its name does not say so: the operator hashes long names. */
export function partInWords({ name, role, containers = [] }: ExpectedDeployment): string | undefined {
  if (!/[0-9a-f]{32}$/.test(name)) return undefined;
  return role === 'model' ? `container ${containers.join(', ')}` : role.replace('-', ' ');
}

/**
 * The Deployments that the operator makes, by the rules of createComponents in
 * operator/controllers/seldondeployment_controller.go at Seldon Core v1.18.2.
 */
export function expectedDeployments(deployment: SeldonDeployment): ExpectedDeployment[] {
  const predictors = deployment.spec?.predictors ?? [];
  return predictors.flatMap((predictor, index) => [
    ...modelDeployments(deployment, predictor, `spec.predictors[${index}]`),
    ...serviceOrchestrator(deployment, predictor, `spec.predictors[${index}]`),
    ...explainer(deployment, predictor, `spec.predictors[${index}]`),
  ]);
}

function modelDeployments(owner: SeldonDeployment, predictor: Predictor, path: string): ExpectedDeployment[] {
  return componentsWithServers(predictor).flatMap(({ component, containers }, index) => {
    if (containers.length === 0) return [];
    const suffix = component.metadata?.name || containers.join('-');
    const fullName = `${owner.metadata.name}-${predictor.name}-${index}-${suffix}`;
    const name = hashedWhenLong(fullName);
    return [
      {
        name,
        ...(name !== fullName && { otherName: `${owner.metadata.name}-${md5(fullName)}` }),
        role: 'model' as const,
        predictor: predictor.name,
        containers,
        images: imagesOf(component),
        ...restartedAtBy(owner.spec?.annotations, predictor.annotations, component.metadata?.annotations),
        replicas: modelReplicas(owner, predictor, component, path, index),
      },
    ];
  });
}

/** What kubectl rollout restart writes into a pod template, and our restart too: pkg/polymorphichelpers/objectrestarter.go. */
export const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/** The annotations of the whole, the predictor and the componentSpec, of which the last wins (createDeploymentWithoutEngine). */
function restartedAtBy(...annotations: (Readonly<Record<string, string>> | undefined)[]) {
  const restartedAt = annotations.findLast((one) => ownValue(one, RESTARTED_AT) !== undefined)?.[RESTARTED_AT];
  return restartedAt === undefined ? {} : { restartedAt };
}

function imagesOf({ spec }: ComponentSpec): Record<string, string> {
  const containers = spec?.containers ?? [];
  return Object.fromEntries(containers.flatMap(({ name, image }) => (image ? [[name, image]] : [])));
}

/** createComponents, the precedence of replicas: an explicit 0 counts, and KEDA wins over the autoscaler. */
function modelReplicas(
  owner: SeldonDeployment,
  predictor: Predictor,
  component: ComponentSpec,
  path: string,
  index: number,
): ExpectedReplicas {
  const componentPath = `${path}.componentSpecs[${index}]`;
  const { kedaSpec, hpaSpec } = component;
  if (kedaSpec)
    return { governedBy: 'autoscaler', path: `${componentPath}.kedaSpec`, least: kedaSpec.minReplicaCount ?? 0 };
  if (hpaSpec) return { governedBy: 'autoscaler', path: `${componentPath}.hpaSpec`, least: hpaSpec.minReplicas ?? 1 };
  return (
    field(`${componentPath}.replicas`, component.replicas) ??
    field(`${path}.replicas`, predictor.replicas) ??
    field('spec.replicas', owner.spec?.replicas) ?? { governedBy: 'nothing' }
  );
}

function serviceOrchestrator(owner: SeldonDeployment, predictor: Predictor, path: string): ExpectedDeployment[] {
  if (!isTrue(owner.spec?.annotations?.['seldon.io/engine-separate-pod']) || !hasExecutor(predictor)) return [];
  return [
    {
      name: hashedWhenLong(`${owner.metadata.name}-${predictor.name}-svc-orch`),
      role: 'service-orchestrator',
      predictor: predictor.name,
      replicas: field(`${path}.svcOrchSpec.replicas`, predictor.svcOrchSpec?.replicas) ??
        field(`${path}.replicas`, predictor.replicas) ??
        field('spec.replicas', owner.spec?.replicas) ?? { governedBy: 'field', path: 'the default', count: 1 },
    },
  ];
}

/** Whether a predictor is served through the executor; without it, requests go to the container itself. */
export function hasExecutor({ annotations }: Predictor): boolean {
  return !isTrue(annotations?.['seldon.io/no-engine']);
}

/** Annotations are read in any case of letters, and only from the object that they belong to. */
function isTrue(annotation: string | undefined): boolean {
  return String(annotation).toLowerCase() === 'true';
}

/** The annotation of a predictor that names its Service. */
export const SERVICE_NAME = 'seldon.io/svc-name';

/** The Service through which a predictor is reached (GetPredictorKey). */
export function predictorService(owner: SeldonDeployment, predictor: Predictor): string {
  return predictor.annotations?.[SERVICE_NAME] ?? hashedWhenLong(`${owner.metadata.name}-${predictor.name}`);
}

/** seldondeployment_explainers.go: none without a type, whatever its image; follows the predictor down to 0, but not up (seldon-core#3241). */
function explainer(owner: SeldonDeployment, predictor: Predictor, path: string): ExpectedDeployment[] {
  if (!predictor.explainer?.type) return [];
  const off = (predictor.replicas ?? owner.spec?.replicas) === 0;
  const offBecauseOf = predictor.replicas === 0 ? `${path}.replicas` : 'spec.replicas';
  return [
    {
      name: hashedWhenLong(`${owner.metadata.name}-${predictor.name}-explainer`),
      role: 'explainer',
      predictor: predictor.name,
      ...restartedAtBy(owner.spec?.annotations, predictor.annotations),
      replicas: off
        ? { governedBy: 'field', path: offBecauseOf, count: 0 }
        : (field(`${path}.explainer.replicas`, predictor.explainer.replicas) ?? { governedBy: 'nothing' }),
    },
  ];
}

/**
 * The componentSpecs with the names of their containers, the model servers included: for each graph node with an
 * implementation the operator adds a container named like the node to the first componentSpec, unless one has it.
 * (addModelServersAndInitContainers in prepackaged_servers.go; the stored spec does not show it.)
 */
function componentsWithServers(predictor: Predictor): { component: ComponentSpec; containers: string[] }[] {
  const components = (predictor.componentSpecs ?? []).map((component) => ({
    component,
    containers: (component.spec?.containers ?? []).map(({ name }) => name),
  }));
  for (const node of predictor.graph ? nodesOf(predictor.graph) : []) {
    if (!node.implementation || BUILT_INTO_THE_ENGINE.has(node.implementation)) continue;
    if (components.some(({ containers }) => containers.includes(node.name))) continue;
    if (components.length === 0) components.push({ component: {}, containers: [] });
    components[0]?.containers.push(node.name);
  }
  return components;
}

/** The executor's container (EngineContainerName in operator/controllers/seldondeployment_engine.go). */
export const EXECUTOR = 'seldon-container-engine';

/** The containers of the pods of these predictors, each once, without those that initialise and those of explainers. */
export function containerNames({ predictors = [] }: SeldonSpec): string[] {
  const names = predictors.flatMap((predictor) => [
    ...componentsWithServers(predictor).flatMap(({ containers }) => containers),
    ...(hasExecutor(predictor) ? [EXECUTOR] : []),
  ]);
  return [...new Set(names)];
}

/** Implementations that the executor itself carries out, so that no container is made for them. */
const BUILT_INTO_THE_ENGINE = new Set([
  'UNKNOWN_IMPLEMENTATION',
  'SIMPLE_MODEL',
  'SIMPLE_ROUTER',
  'RANDOM_ABTEST',
  'AVERAGE_COMBINER',
]);

/** The nodes of a graph, from the root on. */
export function nodesOf(node: PredictiveUnit): PredictiveUnit[] {
  return [node, ...(node.children ?? []).flatMap(nodesOf)];
}

/** Whether a Deployment of that name is the expected one. */
export function isNamed(expected: ExpectedDeployment, name: string): boolean {
  return name === expected.name || name === expected.otherName;
}

/** Names over 63 characters become seldon-<md5> (GetSeldonDeploymentName and its kin). */
export function hashedWhenLong(name: string): string {
  return name.length > 63 ? `seldon-${md5(name)}` : name;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function field(path: string, count: number | undefined): ExpectedReplicas | undefined {
  return count === undefined || count === null ? undefined : { governedBy: 'field', path, count };
}
