import { pathInWords } from '../../manifests/manifest.ts';
import { ownValue } from '../../own-values.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { APPLIED_ANNOTATION, REVISION_ANNOTATION } from '../ownership.ts';

/** One field that would be different. */
export interface Difference {
  /** spec.predictors[0].replicas */
  path: string;
  /** Undefined: it is not there. */
  before: unknown;
  after: unknown;
}

/** What differs between two states of an object, in what a file can set; our own book-keeping is left out. */
export function differencesOf(before: SeldonDeployment | undefined, after: SeldonDeployment): Difference[] {
  return compare(settable(before), settable(after), []);
}

function settable(object: SeldonDeployment | undefined): object {
  if (!object) return {};
  const { labels = {}, annotations = {} } = object.metadata;
  const { [APPLIED_ANNOTATION]: _1, [REVISION_ANNOTATION]: _2, ...others } = annotations;
  return { metadata: { labels, annotations: others }, spec: object.spec };
}

function compare(before: unknown, after: unknown, path: readonly (string | number)[]): Difference[] {
  if (Array.isArray(before) && Array.isArray(after)) {
    const longer = before.length > after.length ? before : after;
    return longer.flatMap((_, index) => compare(before[index], after[index], [...path, index]));
  }
  if (isMap(before) && isMap(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => compare(ownValue(before, key), ownValue(after, key), [...path, key]));
  }
  // Something new is told field by field only where it is a map of fields at the top.
  if (before === undefined && isMap(after) && path.length < 2) return compare({}, after, path);
  return before === after ? [] : [{ path: pathInWords(path), before, after }];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
