import { isDeepStrictEqual } from 'node:util';
import type { Applied } from '../../cluster/seldon-cluster.ts';
import type { ApplyResult } from '../../progress/progress.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';

/**
 * What an apply did to the object that was there `before`. The server answers 201 when it made it. The generation counts
 * changes of the spec, in a dry run too. A resourceVersion changes in none, and otherwise also with the status, which the
 * operator writes all the time, so the part of the metadata that a file can set is compared itself.
 */
export function applyResult({ created, deployment: after }: Applied, before: SeldonDeployment): ApplyResult {
  if (created) return 'created';
  const sameSpec = after.metadata.generation === before.metadata.generation;
  return sameSpec && isDeepStrictEqual(settable(after), settable(before)) ? 'unchanged' : 'configured';
}

function settable({ metadata }: SeldonDeployment) {
  const { labels = {}, annotations = {}, finalizers = [], ownerReferences = [] } = metadata;
  return { labels, annotations, finalizers, ownerReferences };
}
