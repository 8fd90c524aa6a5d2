import type { SeldonSpec } from '../seldon/seldon-deployment.ts';
import { Life } from './life.ts';
import { type ObservedNamespace, openNamespaces } from './observed-namespaces.ts';
import type { DeploymentName, Step } from './progress.ts';
import type { RunEnvironment } from './run-environment.ts';
import type { StepOptions } from './run-options.ts';
import { type RunResult, sumUp } from './run-result.ts';
import type { Sequence } from './stage.ts';
import { liveAll, Together } from './together.ts';

/** What is to be done with one deployment. */
export interface Task extends DeploymentName {
  /** What says which kinds it owns. */
  spec: SeldonSpec | undefined;
  sequence: Sequence;
}

/**
 * Carries out the same steps with each of several deployments, at the same time. Where nothing is waited for (`watches`
 * is false) nothing is watched. Throws Failure for what is found out before anything is changed.
 */
export async function carryOut(
  tasks: readonly Task[],
  steps: readonly Step[],
  watches: boolean,
  options: StepOptions,
  environment: RunEnvironment,
): Promise<RunResult> {
  const { cluster, report, clock } = environment;
  cluster.onWarning((message) => report({ type: 'notice', time: clock.now(), level: 'warning', message }));
  const watching = new AbortController();
  try {
    const namespaces = watches
      ? await openNamespaces(tasks, environment, { ...options, signal: watching.signal })
      : new Map<string, ObservedNamespace>();
    const together = new Together(environment.signal, options.failTogether);
    const around = together.around(environment);
    const lives = tasks.map(({ name, namespace }) => {
      return new Life({ name, namespace }, steps, namespaces.get(namespace), around);
    });
    return sumUp(await liveAll(lives, tasks, namespaces, options, together, environment));
  } finally {
    watching.abort();
  }
}
