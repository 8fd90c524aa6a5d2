import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { exitCodes, Failure } from '../../../src/failures.ts';
import type { SeldonDeployment } from '../../../src/seldon/seldon-deployment.ts';
import { desiredItemOf } from '../../../src/sync/desired/desired.ts';
import { DesiredState } from '../../../src/sync/desired/desired-state.ts';
import { MODELS_ONLY } from '../../../src/sync/desired/record-limits.ts';
import { LiveIngresses } from '../../../src/sync/reconcile/live-ingresses.ts';
import { LiveObjects } from '../../../src/sync/reconcile/live-objects.ts';
import { Reconciler } from '../../../src/sync/reconcile/reconcile.ts';
import type { SourceMessage } from '../../../src/sync/source/message.ts';
import type { OpenSource } from '../../../src/sync/source/open-source.ts';
import { syncOnce } from '../../../src/sync/sync.ts';
import type { SyncEnvironment, SyncOptions } from '../../../src/sync/sync-environment.ts';
import { model } from '../../behaviour/models.ts';
import { mutated, seededRandom } from '../../corpus/mutation.ts';
import { FakeClock } from '../../fake-clock.ts';
import { ClusterOfDeployments } from './cluster-of-deployments.ts';
import { forms, type Written } from './forms.ts';
import { type GoodRecord, goodRecord, NAMESPACE, pick, type Random } from './records.ts';
import { poisoned } from './ways.ts';

const OWNER = 'one';
/** Owned, and wanted by no record. */
export const LEFT_OVER = 'left-over';

/** What was tried, and what came of it. */
export interface PoisonedRun {
  /** In words. */
  tried: string;
  deleted: readonly string[];
  /** What should not have been; undefined: nothing. */
  wrong: string | undefined;
}

/** How a sync ended. */
interface Outcome {
  /** Everything was understood and done. */
  isClean: boolean;
  /** By what it ended that is no Failure. */
  crash?: string;
}

/** A sync of a state of which one record has gone bad: always the same for the same seed and index. */
export async function poisonedSync(seed: number, index: number): Promise<PoisonedRun> {
  const random = seededRandom(seed * 1_000_003 + index);
  const records = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, at) => goodRecord(random, at));
  const victim = pick(random, records);
  const others = records.filter((record) => record !== victim);
  const form = pick(random, forms);
  const followed = random() < 0.5 ? form.followed : undefined;
  const poison = random() < 0.2 ? mutatedText(victim, random) : written(victim, others, random, followed !== undefined);
  const isAdded = random() < 0.3;
  const place = Math.floor(random() * (records.length + 1));
  const allowEmpty = random() < 0.5;
  const cluster = holding(records, random);
  const folder = new Folder();
  let texts: Written[];
  let outcome: Outcome;
  try {
    if (followed) {
      texts = [poison.write, well(pick(random, records)), ...(random() < 0.5 ? [poison.write] : [])];
      outcome = await follow(followed(records.map(well), texts), cluster, allowEmpty);
    } else {
      const around = isAdded ? records : others;
      texts = [...around.slice(0, place).map(well), poison.write, ...around.slice(place).map(well)];
      outcome = await once(form.whole(texts, random, folder.make), cluster, allowEmpty);
    }
  } finally {
    folder.remove();
  }
  const tried = [
    `${isAdded && !followed ? 'one more than' : 'one of'} ${records.length} records gone bad by ${poison.way}`,
    `${followed ? 'upserts of' : ''} ${form.name}${allowEmpty ? ' and --allow-empty' : ''}`,
    ...texts.map((text) => text((value) => JSON.stringify(value) ?? 'undefined')),
  ].join('\n');
  // What could be understood may have said that its object is to go.
  const kept = (isAdded && !followed) || poison.isBad || !outcome.isClean ? records : others;
  const lost = kept.filter(({ name }) => cluster.deleted.includes(name)).map(({ name }) => name);
  return { tried, deleted: cluster.deleted, wrong: wrongIn(outcome, lost, poison.isBad && !followed) };
}

/** The same with no record gone bad: then what is left over is deleted, whatever the form. */
export async function healthySync(form: number, seed: number): Promise<readonly string[]> {
  const random = seededRandom(seed);
  const records = [0, 1, 2].map((at) => goodRecord(random, at));
  const cluster = holding(records, random);
  const folder = new Folder();
  try {
    const source = forms[form]?.whole(records.map(well), random, folder.make);
    const { isClean, crash } = source ? await once(source, cluster, false) : { isClean: false, crash: 'no such form' };
    return isClean ? cluster.deleted : [`not clean: ${crash}`];
  } finally {
    folder.remove();
  }
}

/** A temporary one, for the forms that need it. */
class Folder {
  #path: string | undefined;

  readonly make = (): string => {
    this.#path = mkdtempSync(path.join(tmpdir(), 'poison-'));
    return this.#path;
  };

  remove(): void {
    if (this.#path !== undefined) rmSync(this.#path, { recursive: true });
  }
}

function wrongIn({ isClean, crash }: Outcome, lost: readonly string[], isToldBad: boolean): string | undefined {
  if (crash !== undefined) return `it ended by ${crash}`;
  if (lost.length > 0) return `it deleted ${lost}`;
  return isToldBad && isClean ? 'it ended as if nothing were wrong' : undefined;
}

const well =
  ({ value }: GoodRecord): Written =>
  (write) =>
    write(value);

interface WrittenPoison {
  way: string;
  write: Written;
  isBad: boolean;
}

function written(victim: GoodRecord, others: readonly GoodRecord[], random: Random, isUpsert: boolean): WrittenPoison {
  // An upsert of an id that is known means the record of that id, whatever it calls it.
  const { way, value, isBad } = poisoned(victim, isUpsert ? others.map(anotherId) : others, random);
  return { way, write: (write) => write(value), isBad };
}

const anotherId = (record: GoodRecord): GoodRecord => ({ ...record, id: 'of-none' });

/** The text is mutated as it stands in its form, which nobody can know to be bad. */
function mutatedText(victim: GoodRecord, random: Random): WrittenPoison {
  const seed = Math.floor(random() * 2 ** 31);
  const write: Written = (writer) => {
    const text = writer(victim.value);
    return mutated(text, text, seededRandom(seed));
  };
  return { way: 'changes of its text', write, isBad: false };
}

/** What the records want is there, of some of them under another id of before, and something that none of them wants. */
function holding(records: readonly GoodRecord[], random: Random): ClusterOfDeployments {
  const cluster = new ClusterOfDeployments();
  const add = (name: string, id: string) => {
    const deployment = model({ name, namespace: NAMESPACE }) as SeldonDeployment;
    cluster.put(desiredItemOf({ id, namespace: NAMESPACE, name, deployment }, OWNER).owned);
  };
  for (const { name, id } of records) add(name, random() < 0.2 ? `earlier-${id}` : id);
  add(LEFT_OVER, LEFT_OVER);
  return cluster;
}

const rules = (allowEmpty: boolean) => ({
  owner: OWNER,
  adopt: false,
  dryRun: false,
  concurrency: 10,
  prune: true,
  maxPrune: { share: 1 },
  allowEmpty,
});

export function optionsOfOnce(source: OpenSource, allowEmpty: boolean): SyncOptions {
  return {
    ...rules(allowEmpty),
    source,
    scope: { namespace: NAMESPACE, byDefault: NAMESPACE },
    limits: MODELS_ONLY,
    connection: undefined as never,
    reportUrl: undefined,
  };
}

/** As the command does without --watch. */
async function once(source: OpenSource, cluster: ClusterOfDeployments, allowEmpty: boolean): Promise<Outcome> {
  const clock = new FakeClock();
  const synced = syncOnce(optionsOfOnce(source, allowEmpty), environment(cluster, clock));
  return await outcomeOf(
    clock,
    synced.then(({ exitCode }) => exitCode === exitCodes.done),
  );
}

/** As the command does with --watch: a round after each message that the source says. */
async function follow(source: OpenSource, cluster: ClusterOfDeployments, allowEmpty: boolean): Promise<Outcome> {
  const clock = new FakeClock();
  const around = environment(cluster, clock);
  const messages: SourceMessage[] = [];
  const read = source.read(
    { message: (message) => messages.push(message), connected: () => {}, trouble: () => {} },
    around,
  );
  const reading = await outcomeOf(
    clock,
    read.then(() => true),
  );
  if (reading.crash !== undefined) return reading;
  const desired = new DesiredState({ namespace: NAMESPACE, byDefault: NAMESPACE }, OWNER, () => {});
  const live = new LiveObjects();
  for (const object of await cluster.listDeployments()) live.put(object);
  const ingresses = LiveIngresses.listed(around.cluster, 'ns', around.clock);
  const reconciler = new Reconciler({ ...rules(allowEmpty), watched: true }, { ...around, desired, live, ingresses });
  const rounds = async () => {
    let isClean = true;
    for (const message of messages) {
      desired.take(message);
      const { failed } = await reconciler.round();
      // As a watch tells.
      for (const object of cluster.gone) live.remove(object);
      isClean &&= failed === 0;
    }
    return isClean;
  };
  const { isClean, crash } = await outcomeOf(clock, rounds());
  return { isClean: isClean && reading.isClean, ...(crash !== undefined && { crash }) };
}

export function environment(cluster: ClusterOfDeployments, clock: FakeClock): SyncEnvironment {
  return {
    cluster: cluster.seen,
    tell: () => {},
    clock,
    signal: new AbortController().signal,
    stdin: Readable.from([]),
    random: () => 0,
  };
}

/** A sync that takes longer never ends. */
const LONGEST_MS = 60_000;

/** Time goes on for as long as it takes. */
async function outcomeOf(clock: FakeClock, running: Promise<boolean>): Promise<Outcome> {
  let outcome: Outcome | undefined;
  const done = running.then(
    (isClean) => {
      outcome = { isClean };
    },
    (error) => {
      outcome = error instanceof Failure ? { isClean: false } : { isClean: false, crash: String(error?.stack) };
    },
  );
  const begin = performance.now();
  while (!outcome) {
    if (performance.now() - begin > LONGEST_MS) return { isClean: false, crash: 'no end' };
    await Promise.race([done, setImmediate()]);
    if (!outcome && clock.next !== undefined) await clock.advance(clock.next);
  }
  return outcome;
}
