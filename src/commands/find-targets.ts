import { sleep } from '../clock.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Context } from '../context.ts';
import type { Target } from '../execution/execution.ts';
import type { ExecutionResult } from '../execution/result.ts';
import { exitCodes, Failure, Interrupted } from '../failures.ts';
import { namespacesIn, namespacesOf } from '../lifecycle/destination.ts';
import type { DryRun } from '../lifecycle/dry-run.ts';
import { explainAsKubectl, notFound } from '../lifecycle/errors/kubectl-words.ts';
import type { OtherResource } from '../manifests/manifest.ts';
import type { DeploymentName } from '../progress/progress.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { duration } from '../text/age.ts';
import { type ConnectionGiven, connect } from './connection.ts';
import { findNamed, nearestNames } from './find-named.ts';
import type { Targets, TargetsGiven } from './targets.ts';
import type { Progress } from './tell-progress.ts';

/** Where deployments are looked for. */
export interface Place {
  cluster: SeldonCluster;
  /** -n, as it was given. */
  flag: string | undefined;
  /** Of the context. */
  namespace: string;
  allNamespaces: boolean;
  recursive: boolean;
  /** As in NamespaceChoice. */
  override: boolean;
  program: Pick<Context, 'stdin' | 'env'>;
}

export interface FoundTargets {
  /** As the server holds them. */
  found: SeldonDeployment[];
  /** Why each of the others is not there. */
  missing: Failure[];
  /** What stands beside them in the files. */
  others: OtherResource[];
  /** Where they are looked for; with -A, where they were found. */
  namespaces: string[];
}

/** Which deployments are meant, as far as that can be said without asking the server. */
type Meant =
  | { selector: string | undefined }
  | { names: DeploymentName[]; others: OtherResource[]; namespaces: string[] };

/** Reads the deployments that are meant. Throws Failure where the server cannot be asked. */
export async function findTargets(targets: Targets, place: Place): Promise<FoundTargets> {
  return await find(await meantBy(targets, place), place);
}

async function meantBy(targets: Targets, place: Place): Promise<Meant> {
  if (targets.by === 'selector') return { selector: targets.selector };
  if (targets.by === 'file') return await inFiles(targets.filenames, place);
  const namespace = place.flag || place.namespace;
  return { names: targets.names.map((name) => ({ name, namespace })), others: [], namespaces: [namespace] };
}

async function find(
  meant: Meant,
  { cluster, allNamespaces, flag, namespace: ofContext }: Place,
  { offersNearest = true } = {},
): Promise<FoundTargets> {
  if ('selector' in meant) {
    const namespace = flag || ofContext;
    const labelSelector = meant.selector;
    const found = await cluster
      .listDeployments(allNamespaces ? undefined : namespace, { labelSelector })
      .catch((error) => explainAsKubectl(error, 'list seldondeployments'));
    const namespaces = allNamespaces ? namespacesOf(found) : [namespace];
    return { found, missing: [], others: [], namespaces };
  }
  const { names, others, namespaces } = meant;
  const read = await findNamed(cluster, names);
  const missing = names.filter((_, index) => !read[index]);
  const nearest = offersNearest ? await nearestNames(cluster, missing) : [];
  return {
    found: eachOnce(read.flatMap((live) => live ?? [])),
    missing: missing.map(({ name }, index) => notFound(name, nearest[index])),
    others,
    namespaces,
  };
}

/** One may be meant twice, by its name and by its ID. */
function eachOnce(found: readonly SeldonDeployment[]): SeldonDeployment[] {
  return [...new Map(found.map((one) => [one.metadata.uid, one])).values()];
}

/**
 * Finds those that a verb is to change or to wait for, and begins: says where they are. `dryRun` is undefined where nothing
 * is changed. With `creation` those that are named are waited for until somebody has made them, as kubectl wait does; of a
 * selector, until there is one.
 */
export async function beginWithTargets(
  targets: Targets,
  given: ConnectionGiven & Pick<TargetsGiven, 'allNamespaces' | 'recursive' | 'override'>,
  program: Context,
  progress: Progress,
  dryRun: DryRun | undefined,
  creation?: { timeoutMs: number },
): Promise<FoundTargets & { cluster: SeldonCluster }> {
  const { allNamespaces, recursive, override, namespace: flag } = given;
  const connected = await connect(given, program);
  const { cluster, namespace } = connected;
  const place = { cluster, flag, namespace, allNamespaces, recursive, override, program };
  const meant = await meantBy(targets, place);
  const all = allNamespaces && targets.by === 'selector';
  const begin = async (deployments: readonly DeploymentName[], namespaces: readonly string[]) =>
    await progress.begin(connected, { deployments, namespaces, ...(all && { allNamespaces: true as const }) }, dryRun);
  if (creation && 'names' in meant) {
    await begin(meant.names, meant.namespaces);
    return { ...(await onceCreated(meant, place, creation.timeoutMs, program, progress)), cluster };
  }
  const found = creation
    ? await onceCreated(meant, place, creation.timeoutMs, program, progress)
    : await find(meant, place);
  await begin(
    found.found.map(({ metadata }) => ({ namespace: metadata.namespace ?? '', name: metadata.name })),
    found.namespaces,
  );
  return { ...found, cluster };
}

/** As kubectl wait: https://github.com/kubernetes/kubectl/blob/master/pkg/cmd/wait/wait.go (RunWaitContext) */
const LOOK_MS = 500;

/** Throws Failure when the time is up, in kubectl's words. */
async function onceCreated(
  meant: Meant,
  place: Place,
  timeoutMs: number,
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
  { report }: Progress,
): Promise<FoundTargets> {
  const start = clock.now();
  for (let look = 1; ; look += 1) {
    const found = await find(meant, place, { offersNearest: false });
    const missing = 'selector' in meant ? [] : meant.names.filter((one) => !isAmong(one, found.found));
    if (found.missing.length === 0 && found.found.length > 0) return found;
    if (look === 1) {
      for (const deployment of missing) {
        report({
          type: 'waiting',
          time: clock.now(),
          deployment,
          step: 'wait',
          message: 'the deployment to be created',
        });
      }
    }
    const leftMs = timeoutMs - (clock.now() - start);
    const names = missing.map(({ name }) => `seldondeployment "${name}"`);
    const what = `${names.length > 0 ? names.join(' and ') : 'a matching SeldonDeployment'} to be created`;
    if (leftMs <= 0) {
      throw new Failure(exitCodes.timedOut, 'timed out waiting for the condition', {
        details: [`still waiting for ${what} (for ${duration(clock.now() - start)} now)`],
        hint: 'Allow more time with --timeout, for example --timeout=10m',
      });
    }
    await sleep(clock, Math.min(LOOK_MS, leftMs), signal);
    if (signal.reason instanceof Interrupted)
      throw signal.reason.during(`${signal.reason.message} while waiting for ${what}`);
    signal.throwIfAborted();
  }
}

function isAmong({ name, namespace }: DeploymentName, found: readonly SeldonDeployment[]): boolean {
  return found.some(({ metadata }) => metadata.namespace === namespace && [metadata.name, metadata.uid].includes(name));
}

/** The result where some that were named are not there, which is told. */
export function withMissing(
  result: ExecutionResult,
  missing: readonly Failure[],
  { failure }: Pick<Progress, 'failure'>,
): ExecutionResult {
  for (const one of missing) failure(one);
  if (missing.length === 0) return result;
  return { ...result, outcome: 'failed', exitCode: result.exitCode || exitCodes.failed };
}

/** A deployment that was read, as what a plan is for. */
export function targetOf(live: SeldonDeployment): Target {
  const { metadata, spec } = live;
  return { name: metadata.name, namespace: metadata.namespace ?? '', spec, live };
}

async function inFiles(filenames: readonly string[], { flag, override, namespace, recursive, program }: Place) {
  const { stdin, env } = program;
  // Without files no command waits until what reads them is loaded.
  const { readManifests } = await import('../manifests/read-manifests.ts');
  const { inNamespaces } = await import('../manifests/choose-namespace.ts');
  const read = await readManifests(filenames, { recursive, stdin, env });
  const manifests = inNamespaces(read, { flag, override, ofContext: namespace });
  const names = manifests.deployments.map(({ deployment: { metadata } }) => ({
    name: metadata.name,
    namespace: metadata.namespace ?? namespace,
  }));
  const { others } = manifests;
  return { names, others, namespaces: namespacesIn(manifests) };
}
