import { ownValue } from '../own-values.ts';
import { SELDON_GROUP, type SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { checkedMetadata, checkTextsByKey, type Fail, failAt, isObject } from './check-metadata.ts';
import type { Manifest, ParsedObject } from './manifest.ts';

const SELDON_VERSION = new RegExp(`^${SELDON_GROUP}/[a-z0-9]+$`);

/** An object of kind SeldonDeployment, checked as far as this program reads it. Throws BadInput at what is wrong. */
export function toDeployment({ object, positionOf }: ParsedObject): Manifest {
  const fail: Fail = failAt(positionOf);
  const { apiVersion, metadata, spec } = object;
  if (typeof apiVersion !== 'string' || !SELDON_VERSION.test(apiVersion)) {
    const found = typeof apiVersion === 'string' ? `found ${apiVersion}` : 'it is not set';
    return fail(['apiVersion'], `expected an apiVersion of ${SELDON_GROUP}, for example ${SELDON_GROUP}/v1: ${found}`);
  }
  const checked = checkedMetadata(metadata, fail);
  if (!isObject(spec)) return fail(['spec'], `seldondeployment "${checked.name}" has no spec`);
  checkPredictors(spec, fail);
  const { status: _, ...rest } = object;
  return { deployment: { ...rest, metadata: checked } as unknown as SeldonDeployment, positionOf };
}

/** Only what this program itself reads; everything else is for the API server to judge. */
function checkPredictors(spec: Record<string, unknown>, fail: Fail) {
  const { predictors } = spec;
  if (!Array.isArray(predictors) || predictors.length === 0) {
    return fail(['spec', 'predictors'], 'spec.predictors: expected a list of at least one predictor');
  }
  checkTexts(spec, ['protocol'], ['spec'], fail);
  checkReplicas(spec, ['spec'], fail);
  checkTextsByKey(spec, 'annotations', ['spec'], fail);
  for (const [index, predictor] of predictors.entries()) {
    const path = ['spec', 'predictors', index];
    if (!isObject(predictor)) return fail(path, `spec.predictors[${index}]: expected an object`);
    if (typeof predictor.name !== 'string' || predictor.name === '') {
      return fail(path, `spec.predictors[${index}].name is not set`);
    }
    checkReplicas(predictor, path, fail);
    checkTextsByKey(predictor, 'annotations', path, fail);
    for (const key of ['svcOrchSpec', 'explainer']) {
      const part = ownValue(predictor, key) ?? {};
      if (!isObject(part)) return fail([...path, key], `${key}: expected an object`);
      checkReplicas(part, [...path, key], fail);
      checkTexts(part, ['type'], [...path, key], fail);
    }
    if (predictor.graph) checkGraph(predictor.graph, [...path, 'graph'], fail);
    const components = predictor.componentSpecs ?? [];
    if (!Array.isArray(components)) return fail([...path, 'componentSpecs'], 'componentSpecs: expected a list');
    for (const [place, component] of components.entries()) {
      const componentPath = [...path, 'componentSpecs', place];
      if (!isObject(component)) return fail(componentPath, `componentSpecs[${place}]: expected an object`);
      checkReplicas(component, componentPath, fail);
      // It becomes a part of the name of the Deployment.
      if (isObject(component.metadata)) {
        checkTexts(component.metadata, ['name'], [...componentPath, 'metadata'], fail, 'metadata.');
      }
      checkContainers(component, componentPath, fail);
    }
  }
}

function checkGraph(node: unknown, path: (string | number)[], fail: Fail) {
  if (!isObject(node)) return fail(path, 'graph: expected an object');
  checkTexts(node, ['name', 'implementation', 'modelUri'], path, fail);
  const children = node.children ?? [];
  if (!Array.isArray(children)) return fail([...path, 'children'], 'children: expected a list');
  for (const [index, child] of children.entries()) checkGraph(child, [...path, 'children', index], fail);
}

/** Numbers and words such as true are often meant as text. */
function checkTexts(
  holder: Record<string, unknown>,
  keys: readonly string[],
  path: (string | number)[],
  fail: Fail,
  within = '',
) {
  for (const key of keys) {
    const value = ownValue(holder, key) ?? '';
    if (typeof value === 'string') continue;
    fail([...path, key], `${within}${key}: expected text, found ${JSON.stringify(value)}: put it in quotes`);
  }
}

function checkContainers(component: Record<string, unknown>, path: (string | number)[], fail: Fail) {
  const containers = isObject(component.spec) ? (component.spec.containers ?? []) : [];
  const places = [...path, 'spec', 'containers'];
  if (!Array.isArray(containers)) return fail(places, 'containers: expected a list');
  for (const [index, container] of containers.entries()) {
    if (!isObject(container)) return fail([...places, index], `containers[${index}]: expected an object`);
    if (typeof container.name !== 'string') return fail([...places, index], `containers[${index}].name is not set`);
    checkTexts(container, ['image'], [...places, index], fail);
  }
}

function checkReplicas(holder: Record<string, unknown>, path: (string | number)[], fail: Fail) {
  const { replicas } = holder;
  if (replicas === undefined || replicas === null) return;
  if (!Number.isInteger(replicas) || (replicas as number) < 0 || (replicas as number) > 2 ** 31 - 1) {
    fail([...path, 'replicas'], `replicas: expected a whole number from 0, found ${JSON.stringify(replicas)}`);
  }
}
