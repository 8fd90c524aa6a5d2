import { type Clock, systemClock } from '../../clock.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { WorkQueue } from '../work-queue.ts';
import { kinds, type OperatorClient } from './client.ts';
import { EventSender } from './event-sender.ts';
import { controllingSeldonDeployment, InformerCache } from './informer-cache.ts';
import { reconcile } from './reconcile.ts';

export interface OperatorOptions {
  clock?: Clock;
  /** Look after one namespace only, like an operator installed with WATCH_NAMESPACE. */
  namespace?: string;
  /** The CONTROLLER_ID of the installation. */
  controllerId?: string;
  /** How many SeldonDeployments are reconciled at a time; the real operator does one after the other. */
  workers?: number;
}

export interface RunningOperator {
  /** Ends watches, retries and event writing; resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/**
 * Starts the stand-in for the Seldon operator 1.18.2. Resolves once it sees the cluster; throws when it cannot watch.
 * A SeldonDeployment is reconciled on each change of it (its status included) and of a Deployment or Service that it
 * controls. Source: SetupWithManager in operator/controllers/seldondeployment_controller.go.
 */
export async function startOperator(client: OperatorClient, options: OperatorOptions = {}): Promise<RunningOperator> {
  const { clock = systemClock, namespace, controllerId, workers = 1 } = options;
  const cache = new InformerCache();
  const events = new EventSender(client, clock);
  const ended = new AbortController();
  const operator = { client, cache, events, clock, namespace, controllerId, written: new Map() };
  const reconcileKey = async (key: string) => {
    const [keyNamespace = '', name = ''] = key.split('/');
    await reconcile(operator, keyNamespace, name);
  };
  const queue = new WorkQueue(clock, reconcileKey, { workers });
  const itself = ({ metadata }: KubernetesObject) => queue.add(`${metadata.namespace}/${metadata.name}`);
  const owner = (...versions: (KubernetesObject | undefined)[]) => {
    const keys = versions.flatMap((object) => (object && controllingSeldonDeployment(object)) ?? []);
    for (const key of new Set(keys)) queue.add(key);
  };
  try {
    await Promise.all([
      cache.follow(client, kinds.seldonDeployment, namespace, ended.signal, itself),
      cache.follow(client, kinds.deployment, namespace, ended.signal, owner),
      cache.follow(client, kinds.service, namespace, ended.signal, owner),
      cache.follow(client, kinds.horizontalPodAutoscaler, namespace, ended.signal),
      cache.follow(client, kinds.podDisruptionBudget, namespace, ended.signal),
      ...(namespace === undefined ? [cache.follow(client, kinds.namespace, undefined, ended.signal)] : []),
    ]);
  } catch (error) {
    ended.abort();
    throw error;
  }
  queue.start();
  return {
    async stop() {
      ended.abort();
      await queue.stop();
      events.stop();
      await events.flushed();
    },
  };
}
