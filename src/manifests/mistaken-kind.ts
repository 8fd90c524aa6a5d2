import { isObject } from '../own-values.ts';
import { SELDON_GROUP, SELDON_KIND } from '../seldon/seldon-deployment.ts';
import { nearestWord } from '../text/nearest-word.ts';

/** Kubernetes takes no other name for a kind. */
const KIND = /^[A-Za-z]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?$/;
/** By which kubectl knows it too. */
const SHORT_NAME = 'sdep';

/**
 * What is wrong with a record of another kind that is rather one of ours with a mistake in it; undefined where it is
 * something else, which is none of our business. To take a deployment for something else would be to delete it.
 */
export function mistakenKind(record: Record<string, unknown>, kind: string): string | undefined {
  const found = `kind: found ${JSON.stringify(kind)}`;
  if (!KIND.test(kind)) return `${found}, which cannot be a kind`;
  if (kind.toLowerCase() === SHORT_NAME || nearestWord(kind, [SELDON_KIND]) !== undefined) {
    return `${found}: did you mean ${SELDON_KIND}?`;
  }
  const { apiVersion, spec, deployment } = record;
  if (apiVersion !== undefined && typeof apiVersion !== 'string') {
    return `apiVersion: expected text, found ${JSON.stringify(apiVersion)}`;
  }
  const [group = ''] = apiVersion?.trim().split('/') ?? [];
  if (nearestWord(group, [SELDON_GROUP]) !== undefined) {
    return `${found} in the API group ${group}, which has only the kind ${SELDON_KIND}`;
  }
  if (isObject(spec) && spec.predictors !== undefined) {
    return `${found} with spec.predictors: did you mean ${SELDON_KIND}?`;
  }
  if (deployment !== undefined) return `${found} with the field deployment of the short form, which has no kind`;
  return undefined;
}
