import { type FieldPath, pathInWords } from '../manifests/manifest.ts';
import { ownValue } from '../own-values.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { cutShort } from '../text/cut-short.ts';

/** A field that is other than it was, its values as JSON on one line; undefined where it is not there. */
export interface FieldChange {
  /** spec.predictors[0].replicas, status.state */
  path: string;
  from: string | undefined;
  to: string | undefined;
}

/** Values are for reading; whoever wants them whole asks for the object. */
const LONGEST_VALUE = 200;

/** Times say when, which the line itself does. */
const TIMES = new Set(['lastTransitionTime', 'lastUpdateTime']);

/** What has changed in the spec and the status from one state of a deployment to the next, in the order of the fields. */
export function fieldChanges(before: SeldonDeployment, after: SeldonDeployment): FieldChange[] {
  return [
    ...changesBetween(before.spec, after.spec, ['spec']),
    ...changesBetween(before.status, after.status, ['status']),
  ];
}

function changesBetween(before: unknown, after: unknown, path: FieldPath): FieldChange[] {
  if (isHolder(before) && isHolder(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !TIMES.has(key));
    return keys.flatMap((key) => {
      const part = Array.isArray(after) ? Number(key) : key;
      return changesBetween(ownValue(before, key), ownValue(after, key), [...path, part]);
    });
  }
  const [from, to] = [written(before), written(after)];
  return from === to ? [] : [{ path: pathInWords(path), from, to }];
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Texts without quotes, as they are read. */
function written(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return cutShort(typeof value === 'string' ? value : JSON.stringify(value), LONGEST_VALUE);
}
