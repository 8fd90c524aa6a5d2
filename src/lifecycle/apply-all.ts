import type { KubernetesObject } from '../cluster/objects.ts';
import type { Manifests } from '../manifests/manifest.ts';
import { Companions } from './companions.ts';
import { createNamespaces } from './create-namespaces.ts';
import { explain } from './errors/api-errors.ts';
import { alreadyExists } from './errors/kubectl-words.ts';
import { Life } from './life.ts';
import { type ObservedNamespace, openNamespaces } from './observed-namespaces.ts';
import type { Step } from './progress.ts';
import type { RunEnvironment } from './run-environment.ts';
import type { StepOptions } from './run-options.ts';
import { type RunResult, sumUp } from './run-result.ts';
import { applySequence } from './sequence.ts';
import { liveAll, Together } from './together.ts';

export interface ApplyOptions extends StepOptions {
  createNamespace: boolean;
  /** Until each is available. */
  wait: boolean;
  /** Told each object as the server has it. */
  tell(object: KubernetesObject): void;
}

/**
 * Applies the deployments and what stands beside them, which goes first, whether they exist or not. Throws Failure for
 * what is found out before anything is changed; what goes wrong later ends that deployment and stands in its result.
 */
export async function applyAll(
  { deployments: manifests, companions }: Manifests,
  options: ApplyOptions,
  environment: RunEnvironment,
): Promise<RunResult> {
  const { cluster, report, clock } = environment;
  const named = manifests.map(({ deployment: { metadata, spec } }) => {
    return { name: metadata.name, namespace: metadata.namespace ?? '', spec };
  });
  const tellOfAll = (level: 'info' | 'warning', message: string) =>
    report({ type: 'notice', time: clock.now(), level, message });
  cluster.onWarning((message) => tellOfAll('warning', message));
  const watching = new AbortController();
  try {
    const [namespaces, found, existing] = await Promise.all([
      options.wait
        ? openNamespaces(named, environment, { ...options, signal: watching.signal })
        : new Map<string, ObservedNamespace>(),
      Companions.find(companions, cluster),
      Promise.all(
        named.map(({ name, namespace }) =>
          cluster
            .read(namespace, name)
            .catch((error) => explain(error, `read seldondeployment "${name}" in namespace "${namespace}"`)),
        ),
      ),
    ]);
    for (const one of existing) if (one && options.applying.createOnly) throw alreadyExists(one);
    const together = new Together(environment.signal, options.failTogether);
    const around = together.around(environment);
    const steps: Step[] = options.wait ? ['apply', 'wait-available'] : ['apply'];
    const lives = named.map(({ name, namespace }) => {
      return new Life({ name, namespace }, steps, namespaces.get(namespace), around);
    });
    const made = options.createNamespace
      ? createNamespaces(lives, options)
      : new Map<string, Promise<string | undefined>>();
    const tellObject = (message: string, object?: KubernetesObject) => {
      report({ type: 'object', time: clock.now(), message });
      if (object) options.tell(object);
    };
    const ready = Promise.all(made.values()).then(() => {
      const repeating = { clock, signal: together.signal, withinMs: options.timeoutMs, tell: tellOfAll };
      return found.apply(options.applying, repeating, tellObject);
    });
    const courses = manifests.map((manifest, index) => {
      return { sequence: applySequence(manifest, existing[index], options), ready };
    });
    return sumUp(await liveAll(lives, courses, namespaces, options, together, environment));
  } finally {
    watching.abort();
  }
}
