import { systemClock } from '../../src/clock.ts';
import { listAndWatch } from '../../src/cluster/reflector.ts';
import { type ResourceKind, resourceKinds } from '../../src/cluster/resource-kinds.ts';
import type { Deployment, KubernetesObject, Pod } from '../../src/kubernetes/objects.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import type { ServerUnderTest } from './server-under-test.ts';

/** The latest state of everything in a namespace, at each moment that something changed. */
export interface Moment {
  seldon: ReadonlyMap<string, SeldonDeployment>;
  deployments: ReadonlyMap<string, Deployment>;
  pods: ReadonlyMap<string, Pod>;
}

/** Somebody who watches a namespace from the side, and remembers every moment of it. */
export class Witness {
  readonly moments: Moment[] = [];
  readonly #stop = new AbortController();
  readonly #listeners = new Set<() => void>();

  static async of({ api }: ServerUnderTest, namespace: string): Promise<Witness> {
    const witness = new Witness();
    const latest = {
      seldon: new Map<string, SeldonDeployment>(),
      deployments: new Map<string, Deployment>(),
      pods: new Map<string, Pod>(),
    };
    const record = () => {
      witness.moments.push({
        seldon: new Map(latest.seldon),
        deployments: new Map(latest.deployments),
        pods: new Map(latest.pods),
      });
      for (const listener of witness.#listeners) listener();
    };
    const follow = <T extends KubernetesObject>(kind: ResourceKind, into: Map<string, T>) =>
      listAndWatch<T>(
        api,
        { kind, namespace },
        {
          replaced: (objects) => {
            for (const object of objects) into.set(object.metadata.name, object);
            record();
          },
          changed: (type, object) => {
            if (type === 'DELETED') into.delete(object.metadata.name);
            else into.set(object.metadata.name, object);
            record();
          },
          trouble: () => {},
        },
        { clock: systemClock, signal: witness.#stop.signal },
      );
    await Promise.all([
      follow(resourceKinds.seldonDeployment, latest.seldon),
      follow(resourceKinds.deployment, latest.deployments),
      follow(resourceKinds.pod, latest.pods),
    ]);
    return witness;
  }

  /** Resolves with the first moment for which this holds, now or later; fails when there is none in `withinMs`. */
  when(holds: (moment: Moment) => boolean, withinMs = 15_000): Promise<Moment> {
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#listeners.delete(look);
        cancel();
      };
      const cancel = systemClock.after(withinMs, () => {
        end();
        reject(new Error(`never seen: ${holds}`));
      });
      const look = () => {
        const moment = this.moments.find(holds);
        if (!moment) return;
        end();
        resolve(moment);
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** The last moment before the deletion of any SeldonDeployment was asked for. */
  beforeDeletion(): Moment | undefined {
    const deleting = this.moments.findIndex(({ seldon }) =>
      [...seldon.values()].some(({ metadata }) => metadata.deletionTimestamp),
    );
    return deleting > 0 ? this.moments[deleting - 1] : undefined;
  }

  /** How many replicas of each Deployment were available then: 'iris-default-0-classifier: 2 of 2'. */
  availableBeforeDeletion(): string[] {
    const found = [...(this.beforeDeletion()?.deployments.values() ?? [])];
    return found
      .map(({ metadata, spec, status }) => `${metadata.name}: ${status?.availableReplicas ?? 0} of ${spec?.replicas}`)
      .sort();
  }

  end(): void {
    this.#stop.abort();
  }
}
