import { RecentKeys } from '../../cluster/recent-keys.ts';
import { inMebibytes, inputLimits, TooMuchInput } from '../../reading/input-limits.ts';
import type { SourceMessage } from '../source/message.ts';
import type { DesiredItem } from './desired.ts';
import type { Scope } from './meaning.ts';
import { type RawRecord, type ReadRecord, readRecord } from './record.ts';
import { MODELS_ONLY, type RecordLimits } from './record-limits.ts';
import { type BadRecord, Wanted } from './wanted.ts';

/** So many deletions are known of a stream that never begins anew. */
const MOST_DELETED = 10_000;

/**
 * What the source wants by now, gathered from its messages. Each of them is taken in whole or not at all: a new state is
 * built aside, and takes the place of the old one when it is finished.
 */
export class DesiredState {
  /** Whether a whole, valid state has been seen in this process's life: before that nothing is known to be unwanted. */
  complete = false;
  revision: string | undefined;
  readonly #scope: Scope;
  readonly #owner: string;
  readonly #limits: RecordLimits;
  readonly #tell: (notice: string) => void;
  #wanted = new Wanted();
  /** Told to be deleted since the last whole state. */
  readonly #deleted = new RecentKeys(MOST_DELETED);
  /** A record was not taken in, because there were too many: until the next whole state. */
  #isMoreWanted = false;
  #saysNothing = false;

  /** `tell`: what is not honoured, in words. */
  constructor(scope: Scope, owner: string, tell: (notice: string) => void, limits: RecordLimits = MODELS_ONLY) {
    this.#scope = scope;
    this.#owner = owner;
    this.#tell = tell;
    this.#limits = limits;
  }

  get items(): readonly DesiredItem[] {
    return this.#wanted.items;
  }

  /** Of the last state and of what came after it: what they may be about is left as it is. */
  get bad(): readonly BadRecord[] {
    return this.#wanted.bad;
  }

  /** Keys of what is wanted as it once was, because its record is bad by now. */
  get carried(): ReadonlySet<string> {
    return this.#wanted.carried;
  }

  /** Whether a record does not say what it is about: then whatever is not wanted may be just that. */
  get hasUnknown(): boolean {
    return this.#isMoreWanted || this.#wanted.hasUnknown;
  }

  /** Whether the source itself says that it wants nothing: a whole state without any record, be it a bad one. */
  get saysNothing(): boolean {
    return this.#saysNothing;
  }

  /** Ids that the source has said are to be deleted, which is more than that they are missing. */
  get deletedIds(): RecentKeys {
    return this.#deleted;
  }

  get(key: string): DesiredItem | undefined {
    return this.#wanted.get(key);
  }

  withId(id: string): DesiredItem | undefined {
    return this.#wanted.withId(id);
  }

  /**
   * Whether the source said something about what is wanted. Throws TooMuchInput for more than is looked after, and for
   * nothing else, whatever a record does.
   */
  take(message: SourceMessage): boolean {
    switch (message.type) {
      case 'snapshot':
        this.#replace(message.records, message.revision);
        return true;
      case 'upsert':
        this.#upsert(message.record, message.revision);
        return true;
      case 'delete':
        this.#wanted.remove(message.id);
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

  #replace(records: readonly RawRecord[], revision: string | undefined): void {
    if (records.length > inputLimits.records) {
      throw new TooMuchInput(`${records.length} records, more than the maximum of ${inputLimits.records}`);
    }
    const read = records.map((record) => readRecord(record, this.#scope, this.#owner, this.#limits));
    this.#wanted = Wanted.of(read, this.#wanted);
    this.#deleted.clear();
    this.#isMoreWanted = false;
    this.#saysNothing = records.length === 0;
    this.complete = true;
    this.revision = revision;
    for (const record of read) this.#tellOf(record);
  }

  #upsert(raw: RawRecord, revision: string | undefined): void {
    const record = readRecord(raw, this.#scope, this.#owner, this.#limits);
    this.#saysNothing = false;
    if (record.state !== 'other') this.#wanted.replace(record);
    if (record.state === 'read') this.#deleted.delete(record.desired.id);
    if (this.#wanted.count > inputLimits.records || this.#wanted.size > inputLimits.bytes) this.#refuse(record);
    this.revision = revision ?? this.revision;
    this.#tellOf(record);
  }

  /** Nobody knows any more what all of it is about: nothing is missing for sure. */
  #refuse(record: ReadRecord): never {
    if (record.state === 'read') this.#wanted.remove(record.desired.id);
    else this.#wanted.forgetBad();
    this.#isMoreWanted = true;
    const most = `${inputLimits.records} deployments of ${inMebibytes(inputLimits.bytes)} in all`;
    throw new TooMuchInput(`more than the maximum of ${most}`);
  }

  #tellOf(record: ReadRecord): void {
    if (record.state === 'other') this.#tell(`${record.what} is not a SeldonDeployment and is ignored`);
    if (record.state !== 'read' || record.unsupported.length === 0) return;
    this.#tell(`${record.desired.id}: not supported and ignored: ${record.unsupported.join(', ')}`);
  }
}
