import { RecentKeys } from '../../cluster/recent-keys.ts';
import { inMebibytes, inputLimits, TooMuchInput } from '../../reading/input-limits.ts';
import { shortened } from '../shortened.ts';
import type { SourceMessage } from '../source/message.ts';
import { type Desired, desiredOf, keyOf } from './desired.ts';
import { type RawRecord, type ReadRecord, readRecord, type Scope } from './record.ts';

/** A record that cannot be carried out. */
export interface BadRecord {
  /** Undefined: it does not even say which. */
  id: string | undefined;
  why: string;
}

/** Of what is said of one of them. */
const MOST_LETTERS = 1_000;
/** So many records that do not say what they are about, and so many deletions, are known of a stream that never begins anew. */
const MOST_UNKNOWN = 1_000;
const MOST_DELETED = 10_000;

/** What the source wants by now, gathered from its messages. */
export class DesiredState {
  /** Whether a whole, valid state has been seen in this process's life: before that nothing is known to be unwanted. */
  complete = false;
  revision: string | undefined;
  readonly #scope: Scope;
  readonly #owner: string;
  readonly #tell: (notice: string) => void;
  readonly #byKey = new Map<string, Desired>();
  readonly #keyOfId = new Map<string, string>();
  /** By id. */
  readonly #bad = new Map<string, BadRecord>();
  readonly #unknown: BadRecord[] = [];
  /** Told to be deleted since the last whole state. */
  readonly #deleted = new RecentKeys(MOST_DELETED);
  /** Letters of all that is wanted. */
  #size = 0;
  /** A record was not taken in, because there were too many: until the next whole state. */
  #isMoreWanted = false;

  /** `tell`: what is not honoured, in words. */
  constructor(scope: Scope, owner: string, tell: (notice: string) => void) {
    this.#scope = scope;
    this.#owner = owner;
    this.#tell = tell;
  }

  get items(): readonly Desired[] {
    return [...this.#byKey.values()];
  }

  /** Of the last state and of what came after it: what they are about is left as it is. */
  get bad(): readonly BadRecord[] {
    return [...this.#bad.values(), ...this.#unknown];
  }

  /** Whether a record does not say what it is about: then whatever is not wanted may be just that. */
  get hasUnknown(): boolean {
    return this.#isMoreWanted || this.#unknown.length > 0;
  }

  /** Ids that the source has said are to be deleted, which is more than that they are missing. */
  get deletedIds(): RecentKeys {
    return this.#deleted;
  }

  get badIds(): ReadonlySet<string> {
    return new Set(this.#bad.keys());
  }

  get(key: string): Desired | undefined {
    return this.#byKey.get(key);
  }

  withId(id: string): Desired | undefined {
    return this.#byKey.get(this.#keyOfId.get(id) ?? '');
  }

  /** Whether the source said something about what is wanted. Throws TooMuchInput for more than is looked after. */
  take(message: SourceMessage): boolean {
    switch (message.type) {
      case 'snapshot':
        this.#replace(message.records);
        this.revision = message.revision;
        return true;
      case 'upsert':
        this.#upsert(message.record);
        this.revision = message.revision ?? this.revision;
        return true;
      case 'delete':
        this.#forget(message.id);
        this.#bad.delete(message.id);
        // The oldest is forgotten: its object has long gone, or failed to.
        this.#deleted.add(message.id);
        this.revision = message.revision ?? this.revision;
        return true;
      case 'unchanged':
      case 'heartbeat':
      case 'logs':
        return false;
    }
  }

  #replace(records: readonly RawRecord[]): void {
    if (records.length > inputLimits.records) {
      throw new TooMuchInput(
        `${records.length} records, and the most that are looked after are ${inputLimits.records}`,
      );
    }
    const before = new Map(this.#byKey);
    const keyBefore = new Map(this.#keyOfId);
    this.#byKey.clear();
    this.#keyOfId.clear();
    this.#bad.clear();
    this.#unknown.length = 0;
    this.#deleted.clear();
    this.#size = 0;
    this.#isMoreWanted = false;
    for (const record of records) this.#add(readRecord(record, this.#scope));
    // What cannot be read now stays as it was wanted before.
    for (const id of this.#bad.keys()) {
      const kept = before.get(keyBefore.get(id) ?? '');
      if (kept && !this.#byKey.has(kept.key) && !this.#keyOfId.has(kept.id)) this.#put(kept);
    }
    this.complete = true;
  }

  #upsert(raw: RawRecord): void {
    const record = readRecord(raw, this.#scope);
    if (record.state === 'read') {
      const { id, namespace, name } = record.item;
      const other = this.#byKey.get(keyOf(namespace, name));
      if (other === undefined || other.id === id) this.#forget(id);
      this.#bad.delete(id);
      this.#deleted.delete(id);
    }
    this.#add(record);
    const count = Math.max(this.#byKey.size, this.#bad.size);
    if (count <= inputLimits.records && this.#size <= inputLimits.bytes) return;
    // Nobody knows any more what all of it is about: nothing is missing for sure.
    if (record.state === 'read') this.#forget(record.item.id);
    else this.#bad.clear();
    this.#isMoreWanted = true;
    const most = `${inputLimits.records} deployments of ${inMebibytes(inputLimits.bytes)} in all`;
    throw new TooMuchInput(`more records than ${most}, which is the most that is looked after`);
  }

  #add(record: ReadRecord): unknown {
    if (record.state === 'other') return this.#tell(`${record.what} is no SeldonDeployment and is left out`);
    if (record.state === 'invalid') return this.#reject(record.id, record.why);
    const { item, unsupported } = record;
    if (unsupported.length > 0) {
      this.#tell(`${item.id}: cannot be honoured and left out: ${unsupported.join(', ')}`);
    }
    const desired = desiredOf(item, this.#owner);
    const same = this.#byKey.get(desired.key);
    if (same) return this.#reject(item.id, `"${desired.key}" is wanted twice, by ${same.id} and ${item.id}`);
    if (this.#keyOfId.has(item.id)) return this.#reject(item.id, `the id ${item.id} is used twice`);
    return this.#put(desired);
  }

  #put(desired: Desired): void {
    this.#byKey.set(desired.key, desired);
    this.#size += desired.size;
    this.#keyOfId.set(desired.id, desired.key);
  }

  #reject(id: string | undefined, why: string): void {
    const bad = { id, why: shortened(why, MOST_LETTERS) };
    if (id !== undefined) this.#bad.set(id, bad);
    else if (this.#unknown.push(bad) > MOST_UNKNOWN) this.#unknown.shift();
  }

  #forget(id: string): void {
    const key = this.#keyOfId.get(id);
    if (key === undefined) return;
    this.#size -= this.#byKey.get(key)?.size ?? 0;
    this.#keyOfId.delete(id);
    this.#byKey.delete(key);
  }
}
