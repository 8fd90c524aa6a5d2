import type { Life } from './life.ts';
import type { StepOptions } from './run-options.ts';

/** In each namespace one of the deployments makes it, and the others wait for that. The uids of those made now. */
export function createNamespaces(
  lives: readonly Life[],
  options: Pick<StepOptions, 'timeoutMs'>,
): Map<string, Promise<string | undefined>> {
  const made = new Map<string, Promise<string | undefined>>();
  for (const life of lives) {
    const { namespace } = life.deployment;
    if (!made.has(namespace)) made.set(namespace, life.createNamespace(options));
  }
  return made;
}
