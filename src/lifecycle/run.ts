import type { KubernetesObject } from '../cluster/objects.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { EventStream } from '../events/event-stream.ts';
import { BadInput, ClusterNotReady, exitCodes } from '../failures.ts';
import type { Manifests } from '../manifests/manifest.ts';
import type { ScaleRequest } from '../seldon/scale-request.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { Companions } from './companions.ts';
import { removeNamespace } from './deletion/remove-namespace.ts';
import { explain } from './errors/api-errors.ts';
import { Life, type LifeEnd, type ObservedNamespace, type RunEnvironment } from './life.ts';
import type { DeploymentSummary, Outcome } from './progress.ts';
import { checkRightsOfRun } from './rights/rights-of-run.ts';
import type { Cleanup, RunOptions } from './run-options.ts';
import { planned } from './scale/scale-step.ts';
import { takingTurns } from './taking-turns.ts';
import { Together } from './together.ts';

export interface RunResult {
  outcome: Outcome;
  exitCode: number;
  deployments: DeploymentSummary[];
}

/**
 * Takes every deployment through its whole life, all at the same time, with the Events alongside from before the first
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
  const tell = (level: 'info' | 'warning', message: string) =>
    report({ type: 'notice', time: clock.now(), level, message });
  for (const deployment of deployments) refuseWhatCannotBeScaled(deployment, options.scale, cluster);
  cluster.onWarning((message) => tell('warning', message));
  const watching = new AbortController();
  try {
    const [namespaces, found, existing] = await Promise.all([
      openNamespaces(deployments, environment, watching.signal),
      Companions.find(companions, cluster).then(async (found) => {
        await checkRightsOfRun(deployments, found.kinds, options, cluster);
        return found;
      }),
      Promise.all(deployments.map((deployment) => findExisting(deployment, options.cleanup, cluster))),
    ]);
    for (const one of existing) if (one) tell('warning', takenOver(one));
    const together = new Together(environment.signal, options.failTogether);
    const lives = manifests.map((manifest, index) => {
      const namespace = namespaces.get(manifest.deployment.metadata.namespace ?? '') as ObservedNamespace;
      return new Life(manifest, namespace, { ...environment, signal: together.signal }, existing[index]);
    });
    const made = options.createNamespace ? createNamespaces(lives) : new Map<string, Promise<string | undefined>>();
    const ready = Promise.all(made.values()).then(() =>
      found.apply(options.applying, together.signal, (message) => tell('info', message)),
    );
    const deadline = clock.now() + options.totalTimeoutMs;
    const inTurn = takingTurns(options.concurrency);
    const ends = await Promise.all(
      lives.map(async (life) => together.see(await inTurn(() => life.live(options, ready, deadline)))),
    );
    await tidyUp(ends, made, found, options.cleanup, environment);
    return sumUp(ends);
  } finally {
    watching.abort();
  }
}

/** In each namespace one of the deployments makes it, and the others wait for that. The uids of those made now. */
function createNamespaces(lives: readonly Life[]): Map<string, Promise<string | undefined>> {
  const made = new Map<string, Promise<string | undefined>>();
  for (const life of lives) {
    const { namespace } = life.deployment;
    if (!made.has(namespace)) made.set(namespace, life.createNamespace());
  }
  return made;
}

/** Removes what the run made for its deployments, once nothing of them is left that it was to delete. */
async function tidyUp(
  ends: readonly LifeEnd[],
  made: ReadonlyMap<string, Promise<string | undefined>>,
  companions: Companions,
  cleanup: Cleanup,
  { cluster, report, clock }: RunEnvironment,
): Promise<void> {
  const tell = (message: string) => report({ type: 'notice', time: clock.now(), level: 'info', message });
  if (ends.every((end) => wasCleanedUp(end, cleanup))) await companions.remove(tell);
  for (const { name, namespace } of companions.left) {
    tell(`left in namespace ${namespace}: ${name}; to remove it: kubectl delete ${name} -n ${namespace}`);
  }
  for (const [name, promise] of made) {
    const uid = await promise.catch(() => undefined);
    const inside = ends.filter(({ summary }) => summary.namespace === name);
    if (uid && inside.every((end) => wasCleanedUp(end, cleanup))) tell(await removeNamespace(cluster, name, uid));
  }
}

async function openNamespaces(
  manifests: readonly SeldonDeployment[],
  { cluster, report, clock }: RunEnvironment,
  signal: AbortSignal,
): Promise<Map<string, ObservedNamespace>> {
  const names = new Set(manifests.map(({ metadata }) => metadata.namespace ?? ''));
  const opened = await Promise.all(
    [...names].map(async (name) => {
      const inside = manifests.filter(({ metadata }) => metadata.namespace === name);
      const components = inside
        .flatMap(({ spec }) => spec?.predictors ?? [])
        .flatMap(({ componentSpecs }) => componentSpecs ?? []);
      const isOurs = ({ kind, metadata }: KubernetesObject) =>
        kind === 'SeldonDeployment' && inside.some((manifest) => manifest.metadata.name === metadata.name);
      const watch = cluster.watchesOf(
        name,
        {
          event: (event) => events.see(event),
          known: (uid) => events.known(uid),
          notice: (level, message) => report({ type: 'notice', time: clock.now(), level, message }),
        },
        { clock, signal },
      );
      const events = new EventStream(watch.picture, isOurs);
      await watch
        .open(cluster.kindsOwned(components))
        .catch((error) => explain(error, `watch what is in namespace "${name}"`));
      return [name, { watch, events }] as const;
    }),
  );
  return new Map(opened);
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

/**
 * The deployment of this name that somebody has already. A run ends in a deletion, which is not its to make, unless it is
 * told to delete whatever happens.
 */
async function findExisting(
  { metadata }: SeldonDeployment,
  cleanup: Cleanup,
  cluster: SeldonCluster,
): Promise<SeldonDeployment | undefined> {
  const { name, namespace = '' } = metadata;
  const existing = await cluster
    .read(namespace, name)
    .catch((error) => explain(error, `read seldondeployment "${name}" in namespace "${namespace}"`));
  if (!existing) return undefined;
  const which = `seldondeployment "${name}"`;
  if (existing.metadata.deletionTimestamp) {
    throw new BadInput(`${which} in namespace "${namespace}" is being deleted`, {
      hint: `Wait until it is gone: kubectl wait --for=delete seldondeployment/${name} -n ${namespace}`,
    });
  }
  if (cleanup === 'always') return existing;
  throw new BadInput(
    `${which} already exists in namespace "${namespace}": a run deletes it at the end, so it takes only new ones`,
    {
      hint: `Use another name or namespace, remove it first (kubectl delete seldondeployment ${name} -n ${namespace}), or let the run change and then delete it: --cleanup=always`,
    },
  );
}

function takenOver({ metadata: { name, namespace } }: SeldonDeployment): string {
  return `seldondeployment "${name}" already exists in namespace "${namespace}": it is changed to what the file says, and deleted at the end (--cleanup=always)`;
}

/** The worst comes first: an interruption, then our own failures, then the deployment's. */
const exitCodesByGravity: readonly number[] = [
  exitCodes.terminated,
  exitCodes.interrupted,
  exitCodes.failed,
  exitCodes.clusterNotReady,
  exitCodes.badInput,
  exitCodes.deploymentFailed,
  exitCodes.timedOut,
  exitCodes.done,
];

function sumUp(ends: readonly LifeEnd[]): RunResult {
  const worst = exitCodesByGravity.find((code) => ends.some(({ exitCode }) => exitCode === code)) ?? exitCodes.done;
  const those = ends.filter(({ exitCode }) => exitCode === worst);
  // One that was stopped because of another has the exit code of that other.
  const end = those.find(({ summary }) => summary.outcome !== 'interrupted') ?? those[0];
  return {
    outcome: end?.summary.outcome ?? 'succeeded',
    exitCode: worst,
    deployments: ends.map(({ summary }) => summary),
  };
}

/** Whether nothing of a deployment is left that its run was to delete. */
function wasCleanedUp({ summary, exitCode }: LifeEnd, cleanup: Cleanup): boolean {
  return summary.left.length === 0 && (cleanup === 'always' || (cleanup === 'on-success' && exitCode === 0));
}
