import type { Clock } from '../clock.ts';
import type { Picture } from '../cluster/picture.ts';
import type { Applied, SeldonCluster } from '../cluster/seldon-cluster.ts';
import { BadInput, exitCodes, Failure, Interrupted } from '../failures.ts';
import { duration } from '../output/age.ts';
import { planScale, type ReplicasChange } from '../seldon/scale-plan.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import type { Answer } from './answer.ts';
import { explain } from './api-errors.ts';
import type { Asked, Observation } from './observation.ts';
import type { Step } from './progress.ts';
import type { Steps } from './steps.ts';
import { wait } from './wait.ts';
import { waitAvailable } from './wait-available.ts';
import { waitDeleted } from './wait-deleted.ts';
import { waitScaled } from './wait-scaled.ts';

export interface Surroundings {
  cluster: SeldonCluster;
  picture: Picture;
  clock: Clock;
  signal: AbortSignal;
  /** For each wait. */
  timeoutMs: number;
  /** Told the uid as soon as the deployment has one, so that its Events can be followed. */
  onCreated(uid: string): void;
}

/** The order of the steps that one deployment goes through after its namespace is there: apply, wait, scale, wait, delete, wait. */
export async function runSequence(
  manifest: SeldonDeployment,
  replicas: number,
  steps: Steps,
  around: Surroundings,
): Promise<void> {
  const created = await steps.take('apply', async () => {
    around.signal.throwIfAborted();
    const result = await apply(manifest, around.cluster);
    return { result, message: 'serverside-applied' };
  });
  around.onCreated(created.uid);
  await waitStep('wait-available', steps, around, created.uid, 'available', (seen) => waitAvailable(seen, created));

  const scaled = await steps.take('scale', () => scale(manifest, created, replicas, around));
  await waitStep('wait-scaled', steps, around, scaled.uid, `available with ${inReplicas(replicas)}`, (seen) =>
    waitScaled(seen, scaled, replicas),
  );

  await steps.take('delete', () => remove(created, around));
  await waitStep('wait-deleted', steps, around, created.uid, 'deleted', waitDeleted);
}

/** What the picture shows of the deployment with this uid and of what it owns. */
export function observe(picture: Picture, uid: string): Observation {
  return {
    deployment: picture.get(uid) as SeldonDeployment | undefined,
    gone: picture.isGone(uid),
    owned: picture.ownedBy(uid),
    missingKinds: picture.missingKinds,
  };
}

async function apply(manifest: SeldonDeployment, cluster: SeldonCluster): Promise<Asked> {
  const { name, namespace } = manifest.metadata;
  const applied = await cluster.apply(manifest).catch((error) => explain(error, `apply seldondeployment "${name}"`));
  if (!applied.created) {
    throw new Failure(
      exitCodes.failed,
      `seldondeployment "${name}" in namespace "${namespace}" was created by somebody else in the same moment: it was changed by our apply, and is left alone now`,
    );
  }
  return asked(applied);
}

async function scale(manifest: SeldonDeployment, created: Asked, replicas: number, around: Surroundings) {
  const plan = planScale(manifest, replicas);
  const { name } = manifest.metadata;
  if (plan.answer === 'refused') throw new BadInput(`cannot scale seldondeployment "${name}": ${plan.reason}`);
  if (plan.changes.length === 0) return { result: created, message: `scaled (already at ${inReplicas(replicas)})` };
  around.signal.throwIfAborted();
  const metadata = { ...manifest.metadata, uid: created.uid };
  const desired = { ...manifest, metadata, spec: plan.spec };
  const applied = await around.cluster
    .apply(desired)
    .catch((error) => explain(error, `scale seldondeployment "${name}"`));
  const restart = plan.restartsPods ? '; its pods restart' : '';
  return { result: asked(applied), message: `scaled (${plan.changes.map(inWords).join(', ')}${restart})` };
}

async function remove(created: Asked, { cluster, signal }: Surroundings) {
  signal.throwIfAborted();
  const { name, namespace = '' } = created.deployment.metadata;
  await cluster
    .delete(namespace, name, created.uid, 'Foreground')
    .catch((error) => explain(error, `delete seldondeployment "${name}"`));
  return { result: undefined, message: 'deletion requested (foreground)' };
}

async function waitStep(
  step: Step,
  steps: Steps,
  around: Surroundings,
  uid: string,
  goal: string,
  question: (seen: Observation) => Answer,
): Promise<void> {
  await steps.take(step, async () => {
    const { picture, clock, signal, timeoutMs } = around;
    const start = clock.now();
    const end = await wait(() => question(observe(picture, uid)), {
      onChange: (listener) => picture.onChange(uid, listener),
      onWaiting: (what) => steps.waiting(step, what),
      clock,
      timeoutMs,
      signal,
    });
    const { name, namespace } = steps.deployment;
    switch (end.state) {
      case 'done':
        return { result: undefined, message: `${goal} after ${duration(clock.now() - start)}` };
      case 'failed':
        throw new Failure(exitCodes.deploymentFailed, `${end.why} (namespace "${namespace}")`);
      case 'interrupted':
        throw interruption(signal, `interrupted while waiting for ${end.waitedFor}`);
      case 'timed-out':
        throw new Failure(
          exitCodes.timedOut,
          `timed out after ${duration(timeoutMs)} waiting for seldondeployment "${name}" in namespace "${namespace}" to be ${goal}: still waiting for ${end.waitedFor} (for ${duration(end.sinceMs)} now)`,
          { hint: 'Allow more time with --timeout, for example --timeout=10m' },
        );
    }
  });
}

function asked({ deployment }: Applied): Asked {
  const { uid = '', generation = 0 } = deployment.metadata;
  return { uid, generation, deployment };
}

function interruption({ reason }: AbortSignal, message: string): unknown {
  const exitCode =
    reason instanceof Interrupted && reason.exitCode === exitCodes.terminated
      ? exitCodes.terminated
      : exitCodes.interrupted;
  return new Interrupted(exitCode, message);
}

function inWords({ path, from, to }: ReplicasChange): string {
  return `${path}: ${from ?? 'unset'} -> ${to}`;
}

function inReplicas(count: number): string {
  return count === 1 ? '1 replica' : `${count} replicas`;
}
