import { type Advice, advice, kubectl, lastingAdvice } from '../advice/advice.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { BadInput, ClusterNotReady } from '../failures.ts';
import type { Manifests } from '../manifests/manifest.ts';
import type { ScaleRequest } from '../seldon/scale-request.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { Companions } from './companions.ts';
import { createNamespaces } from './create-namespaces.ts';
import { removeNamespace } from './deletion/remove-namespace.ts';
import { explain } from './errors/api-errors.ts';
import { Life, type LifeEnd } from './life.ts';
import { openNamespaces } from './observed-namespaces.ts';
import { checkRightsOfRun } from './rights/rights-of-run.ts';
import type { RunEnvironment } from './run-environment.ts';
import type { Cleanup, RunOptions } from './run-options.ts';
import { type RunResult, sumUp } from './run-result.ts';
import { planned } from './scale/scale-step.ts';
import { liveAll, Together } from './together.ts';

/**
 * Takes every deployment through its whole life, by the route that is given, all at the same time, with the Events alongside from before the first
 * change to after the last object is gone. Each manifest has its namespace. Throws Failure for what is found out before
 * anything is changed; what goes wrong later ends that deployment and stands in its result.
 */
export async function run(
  { deployments: manifests, companions }: Manifests,
  options: RunOptions,
  environment: RunEnvironment,
): Promise<RunResult> {
  const { cluster, report, clock } = environment;
  const deployments = manifests.map(({ deployment }) => deployment);
  const named = deployments.map(({ metadata: { name, namespace = '' }, spec }) => ({ name, namespace, spec }));
  const tellOfAll = (level: 'info' | 'warning', message: string) =>
    report({ type: 'notice', time: clock.now(), level, message });
  const warn = (message: string) => tellOfAll('warning', message);
  const tellObject = (message: string) => report({ type: 'object', time: clock.now(), message });
  for (const request of options.route.scales) {
    for (const deployment of deployments) refuseWhatCannotBeScaled(deployment, request, cluster);
  }
  cluster.onWarning(warn);
  const watching = new AbortController();
  try {
    const [namespaces, found, existing] = await Promise.all([
      openNamespaces(named, environment, { ...options, signal: watching.signal }),
      Companions.find(companions, cluster).then(async (found) => {
        await checkRightsOfRun(deployments, found.kinds, options, cluster);
        return found;
      }),
      Promise.all(deployments.map((deployment) => findExisting(deployment, options.existing, cluster))),
    ]);
    for (const one of existing)
      if (one && options.existing.taken && options.existing.remark) warn(takenOver(one, options.existing.remark));
    const together = new Together(environment.signal, options.failTogether);
    const around = together.around(environment);
    const lives = named.map(({ name, namespace }) => {
      return new Life({ name, namespace }, options.route.steps, namespaces.get(namespace), around);
    });
    const made = options.createNamespace
      ? createNamespaces(lives, options)
      : new Map<string, Promise<string | undefined>>();
    const ready = Promise.all(made.values()).then(() => {
      const repeating = { clock, signal: together.signal, withinMs: options.timeoutMs, tell: tellOfAll };
      return found.apply(options.applying, repeating, tellObject);
    });
    const courses = manifests.map((manifest, index) => ({
      ...options.route.courseOf(manifest, existing[index]),
      ready,
    }));
    const ends = await liveAll(lives, courses, namespaces, options, together, environment);
    await tidyUp(ends, made, found, options, environment);
    return sumUp(ends);
  } finally {
    watching.abort();
  }
}

/** Removes what the run made for its deployments, once nothing of them is left that it was to delete. */
async function tidyUp(
  ends: readonly LifeEnd[],
  made: ReadonlyMap<string, Promise<string | undefined>>,
  companions: Companions,
  { cleanup, timeoutMs }: Pick<RunOptions, 'cleanup' | 'timeoutMs'>,
  { cluster, report, clock }: RunEnvironment,
): Promise<void> {
  // What was made has to go, whatever the user wants to stop.
  const { signal } = new AbortController();
  const noticed = (level: 'info' | 'warning', message: string) =>
    report({ type: 'notice', time: clock.now(), level, message });
  const repeating = { clock, signal, withinMs: timeoutMs, tell: noticed };
  const tell = (message: Advice) => report({ type: 'notice', time: clock.now(), level: 'info', message });
  const tellObject = (message: string) => report({ type: 'object', time: clock.now(), message });
  if (ends.every((end) => wasCleanedUp(end, cleanup))) await companions.remove(tellObject, tell, repeating);
  for (const { name, namespace } of companions.left) {
    const remove = kubectl(['delete', name], { namespace });
    tell(lastingAdvice`left in namespace ${namespace}: ${name}; to remove it: ${remove}`);
  }
  for (const [name, promise] of made) {
    const uid = await promise.catch(() => undefined);
    const inside = ends.filter(({ summary }) => summary.namespace === name);
    if (uid && inside.every((end) => wasCleanedUp(end, cleanup)))
      tell(await removeNamespace(cluster.namespaces, name, uid, repeating));
  }
}

/** By the subresource it takes a CRD that has one; the CRD of every Seldon Core v1 does. */
function refuseWhatCannotBeScaled(manifest: SeldonDeployment, request: ScaleRequest, cluster: SeldonCluster): void {
  planned(manifest, request);
  if (request.through === 'subresource' && !cluster.resource.scalable) {
    throw new ClusterNotReady('the SeldonDeployments of this cluster have no scale subresource', {
      hint: 'Use --scale-through=spec',
    });
  }
}

/** The deployment of this name that somebody has already: its deletion is not ours to make, unless we are told to. */
export async function findExisting(
  { metadata }: SeldonDeployment,
  existing: RunOptions['existing'],
  cluster: SeldonCluster,
): Promise<SeldonDeployment | undefined> {
  const { name, namespace = '' } = metadata;
  const found = await cluster
    .read(namespace, name)
    .catch((error) => explain(error, `read seldondeployment "${name}" in namespace "${namespace}"`));
  if (!found) return undefined;
  const which = `seldondeployment "${name}"`;
  if (found.metadata.deletionTimestamp) {
    throw new BadInput(`${which} in namespace "${namespace}" is being deleted`, {
      hint: advice`Wait until it is gone: ${kubectl(['wait', '--for=delete', `seldondeployment/${name}`], { namespace })}`,
    });
  }
  if (existing.taken) return found;
  throw new BadInput(
    `${which} already exists in namespace "${namespace}": a run deletes it at the end, so it takes only new ones`,
    {
      hint: advice`Use another name or namespace, remove it first (${kubectl(['delete', 'seldondeployment', name], { namespace })})${existing.advice}`,
    },
  );
}

function takenOver({ metadata: { name, namespace } }: SeldonDeployment, remark: string): string {
  return `seldondeployment "${name}" already exists in namespace "${namespace}": it is changed to what the file says${remark}`;
}

/** Whether nothing of a deployment is left that its run was to delete. */
function wasCleanedUp({ summary, exitCode }: LifeEnd, cleanup: Cleanup): boolean {
  return summary.left.length === 0 && (cleanup === 'always' || (cleanup === 'on-success' && exitCode === 0));
}
