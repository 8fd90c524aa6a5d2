import { type Advice, kubectl, lastingAdvice } from '../advice/advice.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { concurrencyLimiter } from '../concurrency-limiter.ts';
import { ClusterNotReady, exitCodes, type Failure, Interrupted, StoppedTogether } from '../failures.ts';
import { refuseUnserved } from '../lifecycle/apply/served-version.ts';
import type { DeploymentInformer } from '../lifecycle/deployment-informer.ts';
import { dryRunSuffix } from '../lifecycle/dry-run.ts';
import { alreadyExists } from '../lifecycle/errors/kubectl-words.ts';
import { checkIngresses, type Intended } from '../lifecycle/ingress/check-ingress.ts';
import { planned } from '../lifecycle/scale/scale.ts';
import type { OtherResource } from '../manifests/manifest.ts';
import type { ScaleRequest } from '../seldon/scale-request.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { checkRights } from './check-rights.ts';
import { Execution, type ExecutionEnd, type Target } from './execution.ts';
import { type ExecutionDeps, noticeTo } from './execution-deps.ts';
import { type Cleanup, cleanupMs, type ExecutionOptions } from './execution-options.ts';
import { findExisting } from './find-existing.ts';
import { lastEvents } from './last-events.ts';
import { openNamespaces } from './observed-namespaces.ts';
import { OtherResources } from './other-resources.ts';
import { allSteps, manifestIn, manifestsOf, type Plan } from './plan.ts';
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
  const { cluster, clock } = deps;
  const notice = noticeTo(deps);
  refuseWhatCannotBeScaled(work, cluster);
  cluster.onWarning((message) => notice('warning', message));
  const watching = new AbortController();
  try {
    const [informers, others, existing] = await Promise.all([
      options.watch
        ? openNamespaces(targets, deps, {
            ...options,
            signal: watching.signal,
            missesEvents: usesEvents(plan, options),
          })
        : new Map<string, DeploymentInformer>(),
      OtherResources.find(work.others, cluster).then(async (found) => {
        if (options.checkRights) await checkRights(work, found.kinds, options, cluster);
        return found;
      }),
      findExisting(targets, { existing: options.existing, lists: options.watch }, cluster),
    ]);
    const { existing: policy } = options;
    // Of a dry run it turns out while it goes on which they are.
    const absent = new Set<string>();
    const applying = { ...options.applying, absentNamespaces: absent };
    for (const one of existing) if (one && applying.createOnly) throw alreadyExists(one);
    if (options.dryRun !== 'client') {
      const warn = (message: string) => notice('warning', message);
      await checkIngresses(intended(work, existing), { cluster, applying, warn });
    }
    for (const one of existing) {
      if (one && policy !== 'any' && policy.taken && policy.remark) notice('warning', takenOver(one, policy.remark));
    }
    // A dry run that asks nobody begins as if there were nothing.
    const from = targets.map(({ live }, index) => (options.dryRun === 'client' ? live : existing[index]));
    const stop = new AbortController();
    const signal = AbortSignal.any([deps.signal, stop.signal]);
    const { historyLimit: limit = 0, dryRun } = options;
    const history =
      limit > 0 && dryRun === 'none'
        ? { limit, undoes: plan.onFailure.some(({ step }) => step.word === 'undo') }
        : undefined;
    const ofEach = { ...deps, signal, history, tellOfAll: onceOfAll(signal, deps) };
    const executions = targets.map((target) => {
      return new Execution(target, plan, informers.get(target.namespace), { ...options, applying }, ofEach);
    });
    const made = options.createNamespace
      ? createNamespaces(executions)
      : new Map<string, Promise<string | undefined>>();
    const getReady = async () => {
      const uids = await Promise.all(made.values());
      const isTried = options.dryRun === 'server';
      for (const [index, name] of [...made.keys()].entries()) if (isTried && uids[index]) absent.add(name);
      await applyOthers(others, { ...options, applying }, { ...deps, signal });
      for (const name of others.madeNamespaces.keys()) if (isTried) absent.add(name);
      if (absent.size > 0) notice('warning', unchecked(absent));
    };
    const ready = getReady();
    const deadline = (options.begun ?? clock.now()) + options.totalTimeoutMs;
    const inTurn = concurrencyLimiter(options.concurrency);
    await Promise.all(
      executions.map(async (execution, index) => {
        await inTurn(() => execution.run(ready, from[index], deadline));
        if (options.failTogether && !signal.aborted) stopTogether(execution.end(), stop);
      }),
    );
    if (options.events !== 'none') {
      await Promise.all([...informers].map(([name, one]) => untilLastEvents(one, name, executions, deadline, deps)));
    }
    const ends = executions.map((execution) => execution.end());
    const result = sumUp(ends);
    const isClean =
      !options.cleanup ||
      (await cleanUp(ends, made, others, options.cleanup, cleanupMs(options, deadline, clock.now()), deps));
    if (isClean || result.exitCode !== exitCodes.done) return result;
    return { ...result, outcome: 'timed-out', exitCode: exitCodes.timedOut };
  } finally {
    watching.abort();
  }
}

/** They also tell more of a failure, where they may be read. */
function usesEvents(plan: Plan, { events }: ExecutionOptions): boolean {
  return events !== 'none' || allSteps(plan).some(({ step }) => step.usesEvents);
}

/** Carries out a plan of any deployments that its files hold. */
export async function executeFiles(
  plan: Plan,
  options: ExecutionOptions,
  deps: ExecutionDeps,
): Promise<ExecutionResult> {
  const { deployments, others } = manifestsOf(plan);
  const all = allSteps(plan).flatMap(({ manifests }) => manifests?.deployments ?? []);
  await refuseUnserved(all, deps.cluster);
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
  const retry = { clock, signal, withinMs: options.timeoutMs, tell: noticeTo(deps) };
  await others.apply(options.applying, retry, (message, object) => {
    tell(message);
    if (object) options.changed(object);
  });
}

/** Tells that the user wants to stop once, however many are stopped by it; false for anything else. */
function onceOfAll(signal: AbortSignal, deps: ExecutionDeps): (error: Failure) => boolean {
  let isTold = false;
  return (error) => {
    if (!(error instanceof Interrupted) || error !== signal.reason) return false;
    if (!isTold) noticeTo(deps)('error', error.message);
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
  informer: DeploymentInformer,
  name: string,
  executions: readonly Execution[],
  deadline: number,
  deps: ExecutionDeps,
): Promise<void> {
  const inside = executions.filter(({ deployment, waitsForEventsUntil }) => {
    return deployment.namespace === name && waitsForEventsUntil !== undefined;
  });
  if (inside.length === 0) return;
  const until = () => Math.max(...inside.map(({ waitsForEventsUntil = 0 }) => waitsForEventsUntil));
  const problem = await lastEvents(informer, until, deadline, deps);
  if (problem) noticeTo(deps)('warning', problem);
}

/**
 * Removes what was made for the deployments, once nothing of them is left that was to be deleted. False where a namespace
 * is not gone in time: until then the same command would fail.
 */
async function cleanUp(
  ends: readonly ExecutionEnd[],
  made: ReadonlyMap<string, Promise<string | undefined>>,
  others: OtherResources,
  cleanup: Cleanup,
  withinMs: number,
  deps: ExecutionDeps,
): Promise<boolean> {
  const { cluster, report, clock } = deps;
  // What was made has to go, whatever the user wants to stop.
  const { signal } = new AbortController();
  const notice = noticeTo(deps);
  const retry = { clock, signal, withinMs, tell: notice };
  const tell = (message: Advice) => notice('info', message);
  const tellObject = (message: string) => report({ type: 'object', time: clock.now(), message });
  if (ends.every((end) => wasCleanedUp(end, cleanup))) await others.remove(tellObject, tell, retry);
  for (const { name, namespace } of others.left) {
    const remove = kubectl(['delete', name], { namespace });
    tell(lastingAdvice`left in namespace ${namespace}: ${name}; to remove it: ${remove}`);
  }
  let areGone = true;
  for (const name of new Set([...made.keys(), ...others.madeNamespaces.keys()])) {
    const uid = (await made.get(name)?.catch(() => undefined)) ?? others.madeNamespaces.get(name);
    const inside = ends.filter(({ summary }) => summary.namespace === name);
    if (!uid || cleanup === 'never') continue;
    if (!inside.every((end) => wasCleanedUp(end, cleanup))) {
      const remove = kubectl(['delete', 'namespace', name]);
      tell(lastingAdvice`namespace "${name}" and its contents are left; to remove them: ${remove}`);
      continue;
    }
    const { state, message } = await removeNamespace(cluster, name, uid, retry);
    tell(message);
    areGone &&= state !== 'going';
  }
  return areGone;
}

function unchecked(absent: ReadonlySet<string>): string {
  const names = [...absent].map((name) => `"${name}"`).join(', ');
  const [which, exist] = absent.size === 1 ? ['namespace', 'does'] : ['namespaces', 'do'];
  return `${which} ${names} ${exist} not exist yet, so the server cannot check the objects in ${absent.size === 1 ? 'it' : 'them'}`;
}

/** Each deployment that the plan applies, by every step that does, beside what is there of its name. */
function intended({ plan, targets }: Work, existing: readonly (SeldonDeployment | undefined)[]): Intended[] {
  return targets.flatMap(({ manifest }, index) => {
    const steps = allSteps(plan).flatMap((step) => manifestIn(step, manifest) ?? []);
    return steps.map(({ deployment }) => ({ deployment, live: existing[index] }));
  });
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

function takenOver({ metadata: { name, namespace } }: SeldonDeployment, remark: string): string {
  return `seldondeployment "${name}" already exists in namespace "${namespace}": run changes it to match the file${remark}`;
}

/** Whether nothing of a deployment is left that its run was to delete. */
function wasCleanedUp({ summary, exitCode }: ExecutionEnd, cleanup: Cleanup): boolean {
  if (summary.left.length > 0 || cleanup === 'never') return false;
  const isInterrupted = exitCode === exitCodes.interrupted || exitCode === exitCodes.terminated;
  return cleanup === 'always' || exitCode === exitCodes.done || (cleanup === 'on-interrupt' && isInterrupted);
}
