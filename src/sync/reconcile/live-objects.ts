import { RecentKeys } from '../../cluster/recent-keys.ts';
import { isNewer } from '../../cluster/resource-version.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { keyOf } from '../desired/desired.ts';
import { ownerOf } from '../ownership.ts';

/** Far more than can go while one message of a watch is under way. */
const MOST_GONE = 10_000;

/**
 * The SeldonDeployments that the cluster holds, as far as is known: from a list or from watches, and from the server's
 * answers to our own changes, which are there before the watches show them.
 */
export class LiveObjects {
  readonly #byKey = new Map<string, SeldonDeployment>();
  /** The uids of those that are gone: what a slow watch still says of them is of the past. */
  readonly #gone = new RecentKeys(MOST_GONE);

  get(key: string): SeldonDeployment | undefined {
    return this.#byKey.get(key);
  }

  ownedBy(owner: string): SeldonDeployment[] {
    return [...this.#byKey.values()].filter((object) => ownerOf(object) === owner);
  }

  /** Whether this is news: an older state of what is known, or something that is gone, is not. */
  put(object: SeldonDeployment): boolean {
    const { namespace = '', name, uid = '', resourceVersion = '0' } = object.metadata;
    if (this.#gone.has(uid)) return false;
    const key = keyOf(namespace, name);
    const known = this.#byKey.get(key);
    if (known && !isNewer(resourceVersion, known.metadata.resourceVersion ?? '0')) return false;
    const { deletionTimestamp } = known?.metadata.uid === uid ? known.metadata : {};
    // A deletion is never undone: what a watch shows without it is of before.
    const isOfBefore = deletionTimestamp !== undefined && object.metadata.deletionTimestamp === undefined;
    this.#byKey.set(key, isOfBefore ? { ...object, metadata: { ...object.metadata, deletionTimestamp } } : object);
    return true;
  }

  /** Its deletion was accepted: it may stand for a while, as long as finalizers hold it. `nowMs` in milliseconds since 1970. */
  end({ metadata: { namespace = '', name, uid = '' } }: SeldonDeployment, nowMs: number): void {
    const key = keyOf(namespace, name);
    const known = this.#byKey.get(key);
    if (known?.metadata.uid !== uid || known.metadata.deletionTimestamp) return;
    const deletionTimestamp = new Date(nowMs).toISOString();
    this.#byKey.set(key, { ...known, metadata: { ...known.metadata, deletionTimestamp } });
  }

  /** The object with this uid is gone; whatever has its name by then stays. */
  remove({ metadata: { namespace = '', name, uid = '' } }: SeldonDeployment): void {
    this.#gone.add(uid);
    const key = keyOf(namespace, name);
    if (this.#byKey.get(key)?.metadata.uid === uid) this.#byKey.delete(key);
  }
}
