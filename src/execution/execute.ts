import { type Advice, advice, kubectl, lastingAdvice } from '../advice/advice.ts';
import type { Informer } from '../cluster/informer.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { concurrencyLimiter } from '../concurrency-limiter.ts';
import { BadInput, ClusterNotReady, exitCodes, type Failure, Interrupted, StoppedTogether } from '../failures.ts';
import { dryRunSuffix } from '../lifecycle/dry-run.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import { alreadyExists } from '../lifecycle/errors/kubectl-words.ts';
import type { RetryOptions } from '../lifecycle/retry/retry-write.ts';
import { planned } from '../lifecycle/scale/scale.ts';
import type { OtherResource } from '../manifests/manifest.ts';
import type { ScaleRequest } from '../seldon/scale-request.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { checkRights } from './check-rights.ts';
import { Execution, type ExecutionEnd, type Target } from './execution.ts';
import type { ExecutionDeps } from './execution-deps.ts';
import type { Cleanup, ExecutionOptions, Existing } from './execution-options.ts';
import { lastEvents } from './last-events.ts';
import { type ObservedNamespace, openNamespaces } from './observed-namespaces.ts';
import { OtherResources } from './other-resources.ts';
import { allSteps, manifestsOf, type Plan } from './plan.ts';
import { type ExecutionResult, sumUp } from './result.ts';
import { removeNamespace } from './run-namespaces.ts';

/** What is to be done with which deployments. */
export interface Work {
  plan: Plan;
  targets: readonly Target[];
  /** The other resources of the files, which are applied before the first step. */
  others: readonly OtherResource[];
}

/**
 * Takes every deployment through the plan, all at the same time, with their Events alongside from before the first change
 * to after the last object is gone. Throws Failure for what is found out before anything is changed; what goes wrong later
 * ends that deployment and stands in its result.
 */
export async function execute(work: Work, options: ExecutionOptions, deps: ExecutionDeps): Promise<ExecutionResult> {
  const { plan, targets } = work;
  const { cluster, report, clock } = deps;
  const notice: RetryOptions['tell'] = (level, message) =>
    report({ type: 'notice', time: clock.now(), level, message });
  refuseWhatCannotBeScaled(work, cluster);
  cluster.onWarning((message) => notice('warning', message));
  const watching = new AbortController();
  try {
    const [namespaces, others, existing] = await Promise.all([
      options.watch
        ? openNamespaces(targets, deps, { ...options, signal: watching.signal })
        : new Map<string, ObservedNamespace>(),
      OtherResources.find(work.others, cluster).then(async (found) => {
        if (options.checkRights) await checkRights(work, found.kinds, options, cluster);
        return found;
      }),
      Promise.all(targets.map((target) => target.live ?? findExisting(target, options.existing, cluster))),
    ]);
    const { existing: policy, applying } = options;
    for (const one of existing) if (one && applying.createOnly) throw alreadyExists(one);
    for (const one of existing) {
      if (one && policy !== 'any' && policy.taken && policy.remark) notice('warning', takenOver(one, policy.remark));
    }
    // A dry run that asks nobody begins as if there were nothing.
    const from = targets.map(({ live }, index) => (options.dryRun === 'client' ? live : existing[index]));
    const stop = new AbortController();
    const signal = AbortSignal.any([deps.signal, stop.signal]);
    const ofEach = { ...deps, signal, tellOfAll: onceOfAll(signal, deps) };
    const executions = targets.map((target) => {
      return new Execution(target, plan, namespaces.get(target.namespace), options, ofEach);
    });
    const made = options.createNamespace
      ? createNamespaces(executions)
      : new Map<string, Promise<string | undefined>>();
    const ready = Promise.all(made.values()).then(() => applyOthers(others, options, { ...deps, signal }));
    const deadline = clock.now() + options.totalTimeoutMs;
    const inTurn = concurrencyLimiter(options.concurrency);
    await Promise.all(
      executions.map(async (execution, index) => {
        await inTurn(() => execution.run(ready, from[index], deadline));
        if (options.failTogether && !signal.aborted) stopTogether(execution.end(), stop);
      }),
    );
    if (options.events !== 'none') {
      await Promise.all([...namespaces].map(([name, { watch }]) => untilLastEvents(watch, name, executions, deps)));
    }
    const ends = executions.map((execution) => execution.end());
    if (options.cleanup) await cleanUp(ends, made, others, options.cleanup, options, deps);
    return sumUp(ends);
  } finally {
    watching.abort();
  }
}

/** Carries out a plan of any deployments that its files hold. */
export async function executeFiles(
  plan: Plan,
  options: ExecutionOptions,
  deps: ExecutionDeps,
): Promise<ExecutionResult> {
  const { deployments, others } = manifestsOf(plan);
  const targets = deployments.map((manifest) => {
    const { metadata, spec } = manifest.deployment;
    return { name: metadata.name, namespace: metadata.namespace ?? '', spec, manifest };
  });
  return await execute({ plan, targets, others }, options, deps);
}

/** In each namespace one of the deployments makes it, and the others wait for that. The uids of those made now. */
function createNamespaces(executions: readonly Execution[]): Map<string, Promise<string | undefined>> {
  const made = new Map<string, Promise<string | undefined>>();
  for (const execution of executions) {
    const { namespace } = execution.deployment;
    if (!made.has(namespace)) made.set(namespace, execution.createNamespace());
  }
  return made;
}

async function applyOthers(others: OtherResources, options: ExecutionOptions, deps: ExecutionDeps): Promise<void> {
  const { clock, signal, report } = deps;
  const tell = (message: string) => report({ type: 'object', time: clock.now(), message });
  if (options.dryRun === 'client') {
    for (const name of others.names) tell(`${name} serverside-applied${dryRunSuffix('client')}`);
    return;
  }
  const notice: RetryOptions['tell'] = (level, message) =>
    report({ type: 'notice', time: clock.now(), level, message });
  const retry = { clock, signal, withinMs: options.timeoutMs, tell: notice };
  await others.apply(options.applying, retry, (message, object) => {
    tell(message);
    if (object) options.changed(object);
  });
}

/** Tells that the user wants to stop once, however many are stopped by it; false for anything else. */
function onceOfAll(signal: AbortSignal, { report, clock }: ExecutionDeps): (error: Failure) => boolean {
  let isTold = false;
  return (error) => {
    if (!(error instanceof Interrupted) || error !== signal.reason) return false;
    if (!isTold) report({ type: 'notice', time: clock.now(), level: 'error', message: error.message });
    isTold = true;
    return true;
  };
}

/** Ends all others once one has failed. */
function stopTogether({ summary, exitCode }: ExecutionEnd, stop: AbortController): void {
  if (exitCode === exitCodes.done) return;
  const { name, namespace } = summary;
  const why = `stopped because seldondeployment "${name}" in namespace "${namespace}" has failed (--fail-together)`;
  stop.abort(new StoppedTogether(exitCode, why));
}

async function untilLastEvents(
  watch: Informer,
  name: string,
  executions: readonly Execution[],
  { report, clock, signal }: ExecutionDeps,
): Promise<void> {
  const inside = executions.filter(({ deployment, lastSignOfLife }) => {
    return deployment.namespace === name && lastSignOfLife !== undefined;
  });
  if (inside.length === 0) return;
  const newest = () => Math.max(...inside.map(({ lastSignOfLife = 0 }) => lastSignOfLife));
  const problem = await lastEvents(watch, newest, { clock, signal });
  if (problem) report({ type: 'notice', time: clock.now(), level: 'warning', message: problem });
}

/** Removes what was made for the deployments, once nothing of them is left that was to be deleted. */
async function cleanUp(
  ends: readonly ExecutionEnd[],
  made: ReadonlyMap<string, Promise<string | undefined>>,
  others: OtherResources,
  cleanup: Cleanup,
  { timeoutMs }: Pick<ExecutionOptions, 'timeoutMs'>,
  { cluster, report, clock }: ExecutionDeps,
): Promise<void> {
  // What was made has to go, whatever the user wants to stop.
  const { signal } = new AbortController();
  const notice: RetryOptions['tell'] = (level, message) =>
    report({ type: 'notice', time: clock.now(), level, message });
  const retry = { clock, signal, withinMs: timeoutMs, tell: notice };
  const tell = (message: Advice) => report({ type: 'notice', time: clock.now(), level: 'info', message });
  const tellObject = (message: string) => report({ type: 'object', time: clock.now(), message });
  if (ends.every((end) => wasCleanedUp(end, cleanup))) await others.remove(tellObject, tell, retry);
  for (const { name, namespace } of others.left) {
    const remove = kubectl(['delete', name], { namespace });
    tell(lastingAdvice`left in namespace ${namespace}: ${name}; to remove it: ${remove}`);
  }
  for (const [name, promise] of made) {
    const uid = await promise.catch(() => undefined);
    const inside = ends.filter(({ summary }) => summary.namespace === name);
    if (uid && inside.every((end) => wasCleanedUp(end, cleanup)))
      tell(await removeNamespace(cluster.namespaces, name, uid, retry));
  }
}

/** What is from files is checked before anything is changed. */
function refuseWhatCannotBeScaled({ plan, targets }: Work, cluster: SeldonCluster): void {
  for (const { step } of allSteps(plan)) {
    for (const { manifest } of targets) {
      if (step.scales && manifest) refuseScaling(manifest.deployment, step.scales, cluster);
    }
  }
}

/** By the subresource it takes a CRD that has one; the CRD of every Seldon Core v1 does. */
function refuseScaling(manifest: SeldonDeployment, request: ScaleRequest, cluster: SeldonCluster): void {
  planned(manifest, request);
  if (request.through === 'subresource' && !cluster.resource.scalable) {
    throw new ClusterNotReady('the SeldonDeployments of this cluster have no scale subresource', {
      hint: 'Use --scale-through=spec',
    });
  }
}

/** The deployment of this name that somebody has already: its deletion is not ours to make, unless we are told to. */
async function findExisting(
  { name, namespace }: Target,
  existing: Existing,
  cluster: SeldonCluster,
): Promise<SeldonDeployment | undefined> {
  const found = await cluster
    .read(namespace, name)
    .catch((error) => explain(error, `read seldondeployment "${name}" in namespace "${namespace}"`));
  if (!found || existing === 'any') return found;
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
function wasCleanedUp({ summary, exitCode }: ExecutionEnd, cleanup: Cleanup): boolean {
  return summary.left.length === 0 && (cleanup === 'always' || (cleanup === 'on-success' && exitCode === 0));
}
