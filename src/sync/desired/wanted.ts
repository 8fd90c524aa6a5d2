import { shortened } from '../shortened.ts';
import type { DesiredItem } from './desired.ts';
import type { Meaning } from './meaning.ts';
import type { ReadRecord } from './record.ts';

/** A record that cannot be carried out. */
export interface BadRecord {
  /** What it may be about, which is left as it is. */
  meaning: Meaning;
  why: string;
}

/** A record that is about a SeldonDeployment, well or not. */
type OurRecord = Exclude<ReadRecord, { state: 'other' }>;
type WellRecord = Extract<ReadRecord, { state: 'read' }>;

/** Of what is said of one of them. */
const MOST_LETTERS = 1_000;
/** So many records that do not say what they are about are known of a stream that never begins anew. */
const MOST_UNKNOWN = 1_000;

/** A bad record that says what it may be about. */
interface KnownBadRecord extends BadRecord {
  /** The ids or names of a later record that takes its place. */
  known: Pick<Meaning, 'ids' | 'keys'>;
  /** What it wants, where that is clear, and only its id or its name is another's too. */
  desired: DesiredItem | undefined;
  /** Letters of it. */
  size: number;
}

/**
 * What the records of a source come to: what is wanted, and which of them are bad. Nothing in here throws, so that it never
 * holds half of what was said.
 */
export class Wanted {
  readonly #byKey = new Map<string, DesiredItem>();
  readonly #keyOfId = new Map<string, string>();
  readonly #bad = new Map<string, KnownBadRecord>();
  readonly #unknown: BadRecord[] = [];
  /** Keys of what is wanted as it once was, because its record is bad by now. */
  readonly #carried = new Set<string>();
  /** Letters of all that is wanted, and of what is known of bad records. */
  #size = 0;
  /** Which record of a whole state is looked at; undefined: one that comes after it. */
  #index: number | undefined;

  /** Of a whole state; what cannot be read now stays as it was wanted before. */
  static of(records: readonly ReadRecord[], before: Wanted): Wanted {
    const wanted = new Wanted();
    const well = records.filter((record) => record.state === 'read');
    const byId = Map.groupBy(well, ({ desired }) => desired.id);
    const byKey = Map.groupBy(well, ({ desired }) => desired.key);
    for (const [index, record] of records.entries()) {
      wanted.#index = index;
      if (record.state === 'other') continue;
      if (record.state === 'invalid') {
        wanted.#reject(record.meaning, record.why);
        continue;
      }
      const { id, key } = record.desired;
      const [ofId = [], ofKey = []] = [byId.get(id), byKey.get(key)];
      // Which of them is meant nobody knows: none of them counts, wherever it stands.
      if (ofKey.length > 1) wanted.#rejectAmong(record, wantedTwice(ofKey), ofId.length > 1, true);
      else if (ofId.length > 1) wanted.#rejectAmong(record, usedTwice(id), true, false);
      else wanted.#put(record.desired);
    }
    wanted.#index = undefined;
    wanted.#carryFrom(before);
    return wanted;
  }

  get items(): readonly DesiredItem[] {
    return [...this.#byKey.values()];
  }

  get bad(): readonly BadRecord[] {
    return [...this.#bad.values(), ...this.#unknown];
  }

  get carried(): ReadonlySet<string> {
    return this.#carried;
  }

  /** Whether a record does not say at all what it is about. */
  get hasUnknown(): boolean {
    return this.#unknown.length > 0;
  }

  get size(): number {
    return this.#size;
  }

  /** Of what is wanted or of what is bad, whichever is more. */
  get count(): number {
    return Math.max(this.#byKey.size, this.#bad.size);
  }

  get(key: string): DesiredItem | undefined {
    return this.#byKey.get(key);
  }

  withId(id: string): DesiredItem | undefined {
    return this.#byKey.get(this.#keyOfId.get(id) ?? '');
  }

  /** One record, which takes the place of the earlier one of its id. */
  replace(record: OurRecord): void {
    if (record.state === 'invalid') {
      this.#carry(record.meaning.ids, record.meaning.keys);
      this.#reject(record.meaning, record.why);
      return;
    }
    const { desired } = record;
    const { id, key } = desired;
    const other = this.#byKey.get(key);
    if (other && other.id !== id) {
      this.#carry([id], []);
      this.#rejectAmong(record, wantedTwice([{ desired: other }, record]), false, true);
      return;
    }
    this.#mended(id, key);
    this.#forget(id);
    this.#put(desired);
    this.#settle();
  }

  /** What has this id is not wanted any more. */
  remove(id: string): void {
    this.#forget(id);
    this.#mended(id, undefined);
    this.#settle();
  }

  forgetBad(): void {
    for (const { size } of this.#bad.values()) this.#size -= size;
    this.#bad.clear();
  }

  #carryFrom(before: Wanted): void {
    for (const { meaning } of this.#bad.values()) {
      const known = [...meaning.ids.map((id) => before.withId(id)), ...meaning.keys.map((key) => before.get(key))];
      for (const one of known) {
        if (!one || this.#byKey.has(one.key) || this.#keyOfId.has(one.id)) continue;
        this.#put(one);
        this.#carried.add(one.key);
      }
    }
  }

  #put(desired: DesiredItem): void {
    this.#byKey.set(desired.key, desired);
    this.#keyOfId.set(desired.id, desired.key);
    this.#size += desired.size;
  }

  #forget(id: string): void {
    const key = this.#keyOfId.get(id);
    if (key === undefined) return;
    this.#size -= this.#byKey.get(key)?.size ?? 0;
    this.#keyOfId.delete(id);
    this.#byKey.delete(key);
    this.#carried.delete(key);
  }

  /** What a bad record takes the place of: that of its id, or else that of its name. */
  #carry(ids: readonly string[], keys: readonly string[]): void {
    const ofIds = ids.flatMap((id) => this.#keyOfId.get(id) ?? []);
    const superseded = ofIds.length > 0 ? ofIds : keys.filter((key) => this.#byKey.has(key));
    for (const key of superseded) this.#carried.add(key);
  }

  /** What was bad of this id, or under this name, has another record by now, or none. */
  #mended(id: string, key: string | undefined): void {
    for (const [place, { known, size }] of this.#bad) {
      if (!known.ids.includes(id) && !(key !== undefined && known.keys.includes(key))) continue;
      this.#bad.delete(place);
      this.#size -= size;
    }
  }

  /** What had its id or its name with others, and has it alone by now. */
  #settle(): void {
    const clear = [...this.#bad].flatMap(([place, { desired, size }]) => (desired ? [{ place, desired, size }] : []));
    const byId = Map.groupBy(clear, ({ desired }) => desired.id);
    const byKey = Map.groupBy(clear, ({ desired }) => desired.key);
    for (const { place, desired, size } of clear) {
      const { id, key } = desired;
      const [holder, earlier] = [this.#byKey.get(key), this.withId(id)];
      const isHeld = holder !== undefined && holder.id !== id && !this.#carried.has(key);
      const isUsed = earlier !== undefined && earlier.key !== key && !this.#carried.has(earlier.key);
      if (isHeld || isUsed || byId.get(id)?.length !== 1 || byKey.get(key)?.length !== 1) continue;
      this.#bad.delete(place);
      this.#size -= size;
      if (holder) this.#forget(holder.id);
      this.#forget(id);
      this.#put(desired);
    }
  }

  /** One whose id or name others have: what another has is nothing that it is known by. */
  #rejectAmong({ desired, place }: WellRecord, why: string, isIdShared: boolean, isKeyShared: boolean): void {
    const { id, key } = desired;
    const known = { ids: isIdShared ? [] : [id], keys: isKeyShared ? [] : [key] };
    this.#reject({ id, ids: [id], keys: [key] }, `${place()}: ${why}`, known, desired);
  }

  #reject(meaning: Meaning, why: string, known = knownBy(meaning), desired?: DesiredItem): void {
    const bad = { meaning, why: shortened(why, MOST_LETTERS) };
    if (meaning.ids.length + meaning.keys.length === 0) {
      if (this.#unknown.push(bad) > MOST_UNKNOWN) this.#unknown.shift();
      return;
    }
    // Of a whole state each is one; what is said again later takes the place of what was said before.
    const place = JSON.stringify([meaning, known, this.#index]);
    const size = place.length + (desired?.size ?? 0);
    this.#size += size - (this.#bad.get(place)?.size ?? 0);
    this.#bad.set(place, { ...bad, known, desired, size });
  }
}

/** By its id; where it does not say one, by whatever it may be called. */
function knownBy({ id, ids, keys }: Meaning): KnownBadRecord['known'] {
  return id === undefined ? { ids, keys } : { ids: [id], keys: [] };
}

function wantedTwice(those: readonly Pick<WellRecord, 'desired'>[]): string {
  const ids = those.map(({ desired }) => desired.id).slice(0, 3);
  return `two records define "${those[0]?.desired.key}": ${ids.join(' and ')}`;
}

function usedTwice(id: string): string {
  return `the id ${id} is used twice`;
}
