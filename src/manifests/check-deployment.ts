import { BadInput } from '../failures.ts';
import { isObject, ownValue } from '../own-values.ts';
import {
  INGRESS_CLASS_ANNOTATION,
  INGRESS_HOST_ANNOTATION,
  INGRESS_TLS_SECRET_ANNOTATION,
} from '../seldon/model-annotations.ts';
import { SELDON_GROUP, type SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { checkedMetadata, checkTextsByKey } from './check-metadata.ts';
import { type FieldPath, type Manifest, type ParsedObject, pathInWords } from './manifest.ts';
import { hintsOf, inWords, type Mistake, type Tell, tellTo } from './mistakes.ts';
import { templateIn } from './template.ts';
import { isHostName, isObjectName } from './valid-names.ts';
import { withoutNulls } from './without-nulls.ts';

const SELDON_VERSION = new RegExp(`^${SELDON_GROUP}/[a-z0-9]+$`);

/** One object by itself, as `checkDeployment`. Throws BadInput of all that is wrong, in one line. */
export function toDeployment(parsed: ParsedObject): Manifest {
  const mistakes: Mistake[] = [];
  const manifest = checkDeployment(parsed, tellTo(mistakes, parsed));
  if (mistakes.length === 0) return manifest;
  throw new BadInput(mistakes.map(inWords).join('; '), hintsOf(mistakes));
}

/**
 * An object of kind SeldonDeployment, checked as far as this program reads it, without the fields that are null and those
 * that only the server may write. What is wrong with it is told; then the answer is of no use.
 */
export function checkDeployment({ object: asWritten, positionOf }: ParsedObject, tell: Tell): Manifest {
  const nulls: FieldPath[] = [];
  const object = withoutNulls(asWritten, (path) => nulls.push(path));
  const { apiVersion, metadata, spec } = object;
  if (typeof apiVersion !== 'string' || !SELDON_VERSION.test(apiVersion)) {
    const found = typeof apiVersion === 'string' ? `found ${apiVersion}` : 'it is not set';
    tell(['apiVersion'], `expected an apiVersion of ${SELDON_GROUP}, for example ${SELDON_GROUP}/v1: ${found}`);
  }
  const checked = checkedMetadata(metadata, tell);
  if (isObject(spec)) checkPredictors(spec, tell);
  else tell(['spec'], `${checked.name ? `seldondeployment "${checked.name}"` : 'it'} has no spec`);
  if (isObject(checked.annotations)) checkIngress(checked.annotations, tell);
  const { status: _, ...rest } = object;
  return { deployment: { ...rest, metadata: checked } as unknown as SeldonDeployment, positionOf, nulls };
}

/** What would be found out only after the deployment is changed: the Ingress is made by its annotations. */
function checkIngress(annotations: Readonly<Record<string, string>>, tell: Tell) {
  const {
    [INGRESS_CLASS_ANNOTATION]: ingressClass,
    [INGRESS_HOST_ANNOTATION]: host,
    [INGRESS_TLS_SECRET_ANNOTATION]: tlsSecret,
  } = annotations;
  // What is no text is told already.
  if ([ingressClass, host, tlsSecret].some((value) => value !== undefined && typeof value !== 'string')) return;
  const failAtKey = (key: string, problem: string) =>
    tell(['metadata', 'annotations', key], `annotations: ${key}${problem}`);
  if (ingressClass && !host) return failAtKey(INGRESS_CLASS_ANNOTATION, ` needs ${INGRESS_HOST_ANNOTATION} too`);
  if (host && !ingressClass) return failAtKey(INGRESS_HOST_ANNOTATION, ` needs ${INGRESS_CLASS_ANNOTATION} too`);
  if (tlsSecret && !ingressClass) {
    return failAtKey(INGRESS_TLS_SECRET_ANNOTATION, ` needs ${INGRESS_CLASS_ANNOTATION} too`);
  }
  if (host && !isHostName(host)) failAtKey(INGRESS_HOST_ANNOTATION, `: "${host}" is not a valid host name`);
  if (ingressClass && !isObjectName(ingressClass)) {
    failAtKey(INGRESS_CLASS_ANNOTATION, `: "${ingressClass}" is not a valid name`);
  }
  if (tlsSecret && !isObjectName(tlsSecret)) {
    failAtKey(INGRESS_TLS_SECRET_ANNOTATION, `: "${tlsSecret}" is not a valid name`);
  }
}

/** Only what this program itself reads, and what is certain to fail later; everything else is for the API server to judge. */
function checkPredictors(spec: Record<string, unknown>, tell: Tell) {
  const { predictors } = spec;
  checkTexts(spec, ['protocol'], ['spec'], tell);
  checkReplicas(spec, ['spec'], tell);
  checkTextsByKey(spec, 'annotations', ['spec'], tell);
  if (!Array.isArray(predictors) || predictors.length === 0) {
    return tell(['spec', 'predictors'], 'spec.predictors: expected a list of at least one predictor');
  }
  for (const [index, predictor] of predictors.entries()) {
    const path = ['spec', 'predictors', index];
    if (isObject(predictor)) checkPredictor(predictor, path, tell);
    else tell(path, `spec.predictors[${index}]: expected an object`);
  }
  // The operator would write the Deployment of one over that of the other, again and again.
  tellDoubleNames(predictors, ['spec', 'predictors'], tell);
}

function checkPredictor(predictor: Record<string, unknown>, path: (string | number)[], tell: Tell) {
  const { name } = predictor;
  if (name === undefined || name === '') tell(path, `${pathInWords(path)}.name is not set`);
  else checkTexts(predictor, ['name'], path, tell, `${pathInWords(path)}.`);
  checkReplicas(predictor, path, tell);
  checkTextsByKey(predictor, 'annotations', path, tell);
  for (const key of ['svcOrchSpec', 'explainer']) {
    const part = ownValue(predictor, key) ?? {};
    if (!isObject(part)) {
      tell([...path, key], `${key}: expected an object`);
      continue;
    }
    checkReplicas(part, [...path, key], tell);
    checkTexts(part, ['type'], [...path, key], tell);
    checkEnvironment(part, [...path, key], tell);
  }
  if (predictor.graph) checkGraph(predictor.graph, [...path, 'graph'], tell);
  const components = predictor.componentSpecs ?? [];
  if (!Array.isArray(components)) return tell([...path, 'componentSpecs'], 'componentSpecs: expected a list');
  for (const [place, component] of components.entries()) {
    const componentPath = [...path, 'componentSpecs', place];
    if (isObject(component)) checkComponent(component, componentPath, tell);
    else tell(componentPath, `componentSpecs[${place}]: expected an object`);
  }
}

function checkComponent(component: Record<string, unknown>, path: (string | number)[], tell: Tell) {
  checkReplicas(component, path, tell);
  // It becomes a part of the name of the Deployment.
  if (isObject(component.metadata)) {
    checkTexts(component.metadata, ['name'], [...path, 'metadata'], tell, 'metadata.');
  }
  checkContainers(component, path, tell);
}

function checkGraph(node: unknown, path: (string | number)[], tell: Tell) {
  if (!isObject(node)) return tell(path, 'graph: expected an object');
  checkTexts(node, ['name', 'implementation', 'modelUri'], path, tell);
  const children = node.children ?? [];
  if (!Array.isArray(children)) return tell([...path, 'children'], 'children: expected a list');
  for (const [index, child] of children.entries()) checkGraph(child, [...path, 'children', index], tell);
}

/** Of two with the same name the second is told. */
function tellDoubleNames(items: readonly unknown[], path: (string | number)[], tell: Tell) {
  const names = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (!isObject(item) || typeof item.name !== 'string' || item.name === '') continue;
    if (names.has(item.name)) {
      tell(
        [...path, index, 'name'],
        `${pathInWords([...path, index, 'name'])}: "${item.name}" is already the name of another one`,
      );
    }
    names.add(item.name);
  }
}

/** Numbers and words such as true are often meant as text. */
function checkTexts(
  holder: Record<string, unknown>,
  keys: readonly string[],
  path: (string | number)[],
  tell: Tell,
  within = '',
) {
  for (const key of keys) {
    const value = ownValue(holder, key) ?? '';
    if (typeof value === 'string') continue;
    tell([...path, key], `${within}${key}: expected text, found ${JSON.stringify(value)}: put it in quotes`);
  }
}

function checkContainers(component: Record<string, unknown>, path: (string | number)[], tell: Tell) {
  if (!isObject(component.spec)) return;
  const { containers = [] } = component.spec;
  const places = [...path, 'spec', 'containers'];
  if (!Array.isArray(containers)) return tell(places, 'containers: expected a list');
  for (const [index, container] of containers.entries()) {
    if (!isObject(container)) {
      tell([...places, index], `containers[${index}]: expected an object`);
      continue;
    }
    if (container.name === undefined) tell([...places, index], `containers[${index}].name is not set`);
    else checkTexts(container, ['name'], [...places, index], tell, `containers[${index}].`);
    checkTexts(container, ['image'], [...places, index], tell);
    // No image is called so: its pod would only say InvalidImageName.
    if (templateIn(container.image, '')) {
      tell([...places, index, 'image'], `image: ${JSON.stringify(container.image)} is not a valid image`);
    }
    checkEnvironment(container, [...places, index], tell);
  }
  tellDoubleNames(containers, places, tell);
}

/** The server would only say that some value is not of the right type. */
function checkEnvironment(holder: Record<string, unknown>, path: (string | number)[], tell: Tell) {
  const { env } = holder;
  if (!Array.isArray(env)) return;
  for (const [index, variable] of env.entries()) {
    if (isObject(variable)) checkTexts(variable, ['name', 'value'], [...path, 'env', index], tell, `env[${index}].`);
  }
}

function checkReplicas(holder: Record<string, unknown>, path: (string | number)[], tell: Tell) {
  const { replicas } = holder;
  if (replicas === undefined || replicas === null) return;
  if (!Number.isInteger(replicas) || (replicas as number) < 0 || (replicas as number) > 2 ** 31 - 1) {
    const advice = typeof replicas === 'string' && /^\d+$/.test(replicas) ? ': without the quotes' : '';
    tell([...path, 'replicas'], `replicas: expected a whole number from 0, found ${JSON.stringify(replicas)}${advice}`);
  }
}
