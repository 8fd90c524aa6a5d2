import type { Readable } from 'node:stream';
import { BadInput } from '../failures.ts';
import { SELDON_GROUP, SELDON_KIND, type SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { at, type Manifest, type ParsedObject } from './manifest.ts';
import { parseObjects } from './parse-objects.ts';
import { readSources } from './read-files.ts';
import { isNamespaceName, isObjectName } from './valid-names.ts';

/** Throws BadInput at the place of a field. */
type Fail = (path: (string | number)[], problem: string) => never;

/**
 * The SeldonDeployments in the files that `-f` names. All are read and checked before any is used; throws BadInput with
 * file, line and column of the first thing that is wrong.
 */
export async function readManifests(
  names: readonly string[],
  options: { recursive: boolean; stdin: Readable },
): Promise<Manifest[]> {
  if (names.length === 0) {
    throw new BadInput('must specify one of -f and a file, a directory, or - for standard input', {
      hint: 'For example: kubectl seldon-lifecycle run -f model.yaml',
    });
  }
  const sources = await readSources(names, options);
  return sources.flatMap(({ name, text }) => {
    const objects = parseObjects(text, name);
    if (objects.length === 0) throw new BadInput(`${name}: no SeldonDeployment in it: it is empty`);
    return objects.map(toManifest);
  });
}

function toManifest({ object, positionOf }: ParsedObject): Manifest {
  const fail: Fail = (path, problem) => {
    throw new BadInput(`${at(positionOf(path))}: ${problem}`);
  };
  const { apiVersion, kind, metadata, spec } = object;
  if (typeof kind !== 'string' || kind === '') return fail(['kind'], 'kind is not set');
  if (kind !== SELDON_KIND) return fail(['kind'], `expected kind ${SELDON_KIND}, found ${kind}`);
  if (typeof apiVersion !== 'string' || !apiVersion.startsWith(`${SELDON_GROUP}/`)) {
    const found = typeof apiVersion === 'string' ? `found ${apiVersion}` : 'it is not set';
    return fail(['apiVersion'], `expected an apiVersion of ${SELDON_GROUP}, for example ${SELDON_GROUP}/v1: ${found}`);
  }
  if (!isObject(metadata)) return fail(['metadata'], 'metadata.name is not set');
  const { name, namespace } = metadata;
  if (name === undefined || name === null || name === '') return fail(['metadata', 'name'], 'metadata.name is not set');
  if (typeof name !== 'string') {
    return fail(['metadata', 'name'], `metadata.name: expected text, found ${JSON.stringify(name)}: put it in quotes`);
  }
  if (!isObjectName(name)) {
    return fail(
      ['metadata', 'name'],
      `metadata.name "${name}" is not a valid name: lower case letters, digits, - and .`,
    );
  }
  if (namespace && (typeof namespace !== 'string' || !isNamespaceName(namespace))) {
    return fail(['metadata', 'namespace'], `metadata.namespace ${JSON.stringify(namespace)} is not a valid namespace`);
  }
  if (!isObject(spec)) return fail(['spec'], `seldondeployment "${name}" has no spec`);
  checkPredictors(spec, fail);
  return { deployment: withoutServerFields(object, metadata), positionOf };
}

/** A file that was saved from a cluster also holds what only the API server may write: it is left out. */
function withoutServerFields(object: Record<string, unknown>, metadata: Record<string, unknown>): SeldonDeployment {
  const { status: _status, ...rest } = object;
  const {
    creationTimestamp: _1,
    deletionTimestamp: _2,
    generation: _3,
    managedFields: _4,
    resourceVersion: _5,
    selfLink: _6,
    uid: _7,
    ...ours
  } = metadata;
  return { ...rest, metadata: ours } as unknown as SeldonDeployment;
}

/** Only what this program itself reads; everything else is for the API server to judge. */
function checkPredictors(spec: Record<string, unknown>, fail: Fail) {
  const { predictors } = spec;
  if (!Array.isArray(predictors) || predictors.length === 0) {
    return fail(['spec', 'predictors'], 'spec.predictors: expected a list of at least one predictor');
  }
  checkReplicas(spec, ['spec'], fail);
  for (const [index, predictor] of predictors.entries()) {
    const path = ['spec', 'predictors', index];
    if (!isObject(predictor)) return fail(path, `spec.predictors[${index}]: expected an object`);
    if (typeof predictor.name !== 'string' || predictor.name === '') {
      return fail(path, `spec.predictors[${index}].name is not set`);
    }
    checkReplicas(predictor, path, fail);
    for (const key of ['svcOrchSpec', 'explainer']) {
      const part = predictor[key] ?? {};
      if (!isObject(part)) return fail([...path, key], `${key}: expected an object`);
      checkReplicas(part, [...path, key], fail);
    }
    if (predictor.graph) checkGraph(predictor.graph, [...path, 'graph'], fail);
    const components = predictor.componentSpecs ?? [];
    if (!Array.isArray(components)) return fail([...path, 'componentSpecs'], 'componentSpecs: expected a list');
    for (const [place, component] of components.entries()) {
      const componentPath = [...path, 'componentSpecs', place];
      if (!isObject(component)) return fail(componentPath, `componentSpecs[${place}]: expected an object`);
      checkReplicas(component, componentPath, fail);
      checkContainers(component, componentPath, fail);
    }
  }
}

function checkGraph(node: unknown, path: (string | number)[], fail: Fail) {
  if (!isObject(node)) return fail(path, 'graph: expected an object');
  const children = node.children ?? [];
  if (!Array.isArray(children)) return fail([...path, 'children'], 'children: expected a list');
  for (const [index, child] of children.entries()) checkGraph(child, [...path, 'children', index], fail);
}

function checkContainers(component: Record<string, unknown>, path: (string | number)[], fail: Fail) {
  const containers = isObject(component.spec) ? (component.spec.containers ?? []) : [];
  const places = [...path, 'spec', 'containers'];
  if (!Array.isArray(containers)) return fail(places, 'containers: expected a list');
  for (const [index, container] of containers.entries()) {
    if (!isObject(container)) return fail([...places, index], `containers[${index}]: expected an object`);
    if (typeof container.name !== 'string') return fail([...places, index], `containers[${index}].name is not set`);
  }
}

function checkReplicas(holder: Record<string, unknown>, path: (string | number)[], fail: Fail) {
  const { replicas } = holder;
  if (replicas === undefined || replicas === null) return;
  if (!Number.isInteger(replicas) || (replicas as number) < 0 || (replicas as number) > 2 ** 31 - 1) {
    fail([...path, 'replicas'], `replicas: expected a whole number from 0, found ${JSON.stringify(replicas)}`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
