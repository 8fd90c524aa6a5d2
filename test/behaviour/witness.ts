import { systemClock } from '../../src/clock.ts';
import { listCollection } from '../../src/cluster/list-objects.ts';
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

const followed = {
  seldon: resourceKinds.seldonDeployment,
  deployments: resourceKinds.deployment,
  pods: resourceKinds.pod,
} satisfies Record<keyof Moment, ResourceKind>;
const parts = Object.keys(followed) as (keyof Moment)[];

/** As the server wrote it last at a resourceVersion. */
type RecordedMoment = Record<keyof Moment, Map<string, KubernetesObject>> & { version: bigint };

/**
 * Somebody who watches a namespace from the side, and remembers every moment of it. The moments are in the order in which the server
 * wrote: what several watches bring does not come in that order.
 */
export class Witness {
  readonly #server: ServerUnderTest;
  readonly #namespace: string;
  readonly #moments: RecordedMoment[] = [{ version: 0n, seldon: new Map(), deployments: new Map(), pods: new Map() }];
  /** The version of the last change that was seen of an object, its deletion included: by part/name. */
  readonly #seen = new Map<string, bigint>();
  readonly #stop = new AbortController();
  readonly #listeners = new Set<() => void>();

  static async of(server: ServerUnderTest, namespace: string): Promise<Witness> {
    const witness = new Witness(server, namespace);
    await Promise.all(parts.map((part) => witness.#follow(part)));
    return witness;
  }

  private constructor(server: ServerUnderTest, namespace: string) {
    this.#server = server;
    this.#namespace = namespace;
  }

  async #follow(part: keyof Moment): Promise<void> {
    await listAndWatch(
      this.#server.api,
      { kind: followed[part], namespace: this.#namespace },
      {
        replaced: (objects) =>
          this.#record(part, objects, (moment) => {
            for (const object of objects) moment[part].set(object.metadata.name, object);
          }),
        changed: (type, object) => {
          const { name } = object.metadata;
          const isGone = type === 'DELETED';
          this.#record(part, [object], (moment) =>
            isGone ? moment[part].delete(name) : moment[part].set(name, object),
          );
        },
        trouble: () => {},
      },
      { clock: systemClock, signal: this.#stop.signal },
    );
  }

  get moments(): readonly Moment[] {
    return this.#moments as readonly object[] as readonly Moment[];
  }

  /** A watch brings the changes of an object in order, so that a later moment has none of them yet. */
  #record(part: keyof Moment, objects: readonly KubernetesObject[], change: (moment: RecordedMoment) => unknown): void {
    for (const object of objects) this.#seen.set(`${part}/${object.metadata.name}`, versionOf(object));
    const version = objects.map(versionOf).reduce((newest, one) => (one > newest ? one : newest), 0n);
    const at = this.#moments.findLastIndex((moment) => moment.version <= version) + 1;
    const { seldon, deployments, pods } = this.#moments[at - 1] as RecordedMoment;
    const moment = { version, seldon: new Map(seldon), deployments: new Map(deployments), pods: new Map(pods) };
    this.#moments.splice(at, 0, moment);
    for (const later of this.#moments.slice(at)) change(later);
    for (const listener of this.#listeners) listener();
  }

  /** The last moment, once all that is written by now has been seen. */
  async now(): Promise<Moment> {
    const written = await Promise.all(parts.map((part) => this.#written(part)));
    return await this.when((moment) => moment === this.moments.at(-1) && written.every((hasCome) => hasCome()));
  }

  /** Answers how to tell whether all changes of a part that are written by now have been seen. */
  async #written(part: keyof Moment): Promise<() => boolean> {
    const { items, resourceVersion } = await listCollection(this.#server.api, followed[part], this.#namespace);
    const names = new Set(items.map(({ metadata }) => metadata.name));
    const hasSeen = (name: string, version: bigint) => (this.#seen.get(`${part}/${name}`) ?? 0n) >= version;
    return () => {
      const last = [...(this.#moments.at(-1)?.[part].keys() ?? [])];
      return (
        items.every((object) => hasSeen(object.metadata.name, versionOf(object))) &&
        last.every((name) => names.has(name) || hasSeen(name, BigInt(resourceVersion ?? 0)))
      );
    };
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

  /** Nothing that is written by now is missed. */
  async end(): Promise<void> {
    await this.now().finally(() => this.#stop.abort());
  }
}

function versionOf({ metadata }: KubernetesObject): bigint {
  return BigInt(metadata.resourceVersion ?? 0);
}
