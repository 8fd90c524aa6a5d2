import type { KubernetesObject } from '../cluster/objects.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { EventStream } from '../events/event-stream.ts';
import { BadInput, ClusterNotReady, exitCodes } from '../failures.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { ScaleRequest } from '../seldon/scale-request.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { removeNamespace } from './deletion/remove-namespace.ts';
import { explain } from './errors/api-errors.ts';
import { Life, type LifeEnd, type ObservedNamespace, type RunEnvironment } from './life.ts';
import type { DeploymentSummary, Outcome } from './progress.ts';
import type { Cleanup, RunOptions } from './run-options.ts';
import { planned } from './scale/scale-step.ts';
import { takingTurns } from './taking-turns.ts';

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
  manifests: readonly Manifest[],
  options: RunOptions,
  environment: RunEnvironment,
): Promise<RunResult> {
  const { cluster, report, clock } = environment;
  const deployments = manifests.map(({ deployment }) => deployment);
  for (const deployment of deployments) refuseWhatCannotBeScaled(deployment, options.scale, cluster);
  cluster.onWarning((message) => report({ type: 'notice', time: clock.now(), level: 'warning', message }));
  const watching = new AbortController();
  try {
    const [namespaces] = await Promise.all([
      openNamespaces(deployments, environment, watching.signal),
      Promise.all(deployments.map((deployment) => refuseExisting(deployment, cluster))),
    ]);
    const deadline = clock.now() + options.totalTimeoutMs;
    const inTurn = takingTurns(options.concurrency);
    const ends = await Promise.all(
      [...namespaces].map(async ([name, namespace]) => {
        const inside = manifests.filter(({ deployment }) => deployment.metadata.namespace === name);
        const lives = inside.map((manifest) => new Life(manifest, namespace, environment));
        // One of them makes the namespace, the others wait for that.
        const made = options.createNamespace ? lives[0]?.createNamespace() : undefined;
        const over = await Promise.all(lives.map((life) => inTurn(() => life.live(options, made, deadline))));
        const uid = await made?.catch(() => undefined);
        if (uid && over.every((end) => wasCleanedUp(end, options.cleanup))) {
          const message = await removeNamespace(cluster, name, uid);
          report({ type: 'notice', time: clock.now(), level: 'info', message });
        }
        return over;
      }),
    );
    return sumUp(ends.flat());
  } finally {
    watching.abort();
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

/** A run ends in a deletion: what somebody already has is not its to delete. */
async function refuseExisting({ metadata }: SeldonDeployment, cluster: SeldonCluster): Promise<void> {
  const { name, namespace = '' } = metadata;
  const existing = await cluster
    .read(namespace, name)
    .catch((error) => explain(error, `read seldondeployment "${name}" in namespace "${namespace}"`));
  if (existing) {
    throw new BadInput(
      `seldondeployment "${name}" already exists in namespace "${namespace}": a run deletes it at the end, so it takes only new ones`,
      {
        hint: `Use another name or namespace, or remove it first: kubectl delete seldondeployment ${name} -n ${namespace}`,
      },
    );
  }
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
  const end = ends.find(({ exitCode }) => exitCode === worst);
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
