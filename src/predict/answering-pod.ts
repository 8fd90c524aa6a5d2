import { ownValue } from '../own-values.ts';
import { expectedDeployments } from '../seldon/expected-deployments.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';

/**
 * The pod that has answered, where the answer says so: Kubernetes and Seldon do not, but many models do, each in its own
 * place. So any header, and any text in the answer's metadata, that is the name of a pod of one of the deployment's
 * Deployments is taken for it.
 */
export function answeringPod(
  deployment: SeldonDeployment,
  { headers, text }: { headers: Readonly<Record<string, string>>; text: string },
): string | undefined {
  const names = expectedDeployments(deployment).flatMap(({ name, otherName }) =>
    otherName === undefined ? [name] : [name, otherName],
  );
  const isPod = (word: string) =>
    names.some((name) => word.startsWith(`${name}-`) && /^[a-z0-9]+-[a-z0-9]{5}$/.test(word.slice(name.length + 1)));
  return [...Object.values(headers), ...textsIn(metadataOf(text))].find(isPod);
}

/** Seldon's meta, and the parameters of the Open Inference protocol. */
function metadataOf(text: string): unknown[] {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null) return [];
    return ['meta', 'parameters'].map((key) => ownValue(answer as Record<string, unknown>, key));
  } catch {
    return [];
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
