import { BadInput } from '../../failures.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { type DesiredItem, keyOf } from '../desired/desired.ts';
import type { BadRecord } from '../desired/wanted.ts';
import { idOf } from '../ownership.ts';

/** How much may be deleted at a time: a share of what is owned, or a number. */
export type MaxPrune = { share: number } | { count: number };

/** The value of --max-prune, 50% or 10. Throws BadInput. */
export function maxPruneOf(text: string): MaxPrune {
  const [, digits, percent] = /^(\d{1,9})(%?)$/.exec(text) ?? [];
  const number = Number(digits);
  if (digits === undefined || (percent && number > 100)) {
    throw new BadInput(`invalid argument "${text}" for "--max-prune": expected a percentage such as 50%, or a number`);
  }
  return percent ? { share: number / 100 } : { count: number };
}

export interface PruneRules {
  prune: boolean;
  maxPrune: MaxPrune;
  allowEmpty: boolean;
}

/** What is known of the source's state. */
export interface KnownState {
  /** A whole and valid state has been seen in this process's life. */
  complete: boolean;
  /** Some record does not say what it is about. */
  hasUnknown: boolean;
  /** The source itself says that it wants nothing: a state without any record, be it a bad one. */
  saysNothing: boolean;
  items: readonly DesiredItem[];
  /** Keys of those that are wanted only because their record is bad by now. */
  carried: ReadonlySet<string>;
  bad: readonly Pick<BadRecord, 'meaning'>[];
  /** The ids that the source has said are to be deleted. */
  deletedIds: Pick<ReadonlySet<string>, 'has'>;
}

export interface PruneAnswer {
  prune: SeldonDeployment[];
  /** What would have to go and does not: why, and how it would. */
  kept: { objects: SeldonDeployment[]; why: string; hint: string | undefined } | undefined;
}

/**
 * Which of the owned objects are to go. What is only missing goes by all the rules; what the source has said is to be
 * deleted is not counted against the most that may. Those that are being deleted already are left out, and whatever a
 * bad record may mean.
 */
export function whatToPrune(owned: readonly SeldonDeployment[], known: KnownState, rules: PruneRules): PruneAnswer {
  const wanted = new Set(known.items.map(({ key }) => key));
  const { spared, isAnyUnexplained } = meantByBad(owned, known);
  const standing = owned.filter(({ metadata }) => !metadata.deletionTimestamp);
  const unwanted = standing.filter((object) => !wanted.has(keyOfObject(object)) && !spared.has(keyOfObject(object)));
  if (unwanted.length === 0) return { prune: [], kept: undefined };
  const isOrdered = (object: SeldonDeployment) => known.deletedIds.has(idOf(object) ?? '');
  const may = rules.prune && known.complete && !known.hasUnknown;
  const ordered = may ? unwanted.filter(isOrdered) : [];
  const missing = may ? unwanted.filter((object) => !isOrdered(object)) : unwanted;
  if (missing.length === 0) return { prune: ordered, kept: undefined };
  const refusal = whyNot(missing.length, standing.length, known, rules, known.hasUnknown || isAnyUnexplained);
  if (!refusal) return { prune: unwanted, kept: undefined };
  return { prune: ordered, kept: { objects: missing, ...refusal } };
}

/**
 * The keys of what bad records may mean, by id or by name. Each of them has to explain something that no well record wants:
 * of one that does not, as where its id and its name are mistaken, nobody knows which of the others it is about.
 */
function meantByBad(
  owned: readonly SeldonDeployment[],
  { items, carried, bad }: KnownState,
): { spared: ReadonlySet<string>; isAnyUnexplained: boolean } {
  const spared = new Set<string>();
  if (bad.length === 0) return { spared, isAnyUnexplained: false };
  const wanted = items.filter(({ key }) => !carried.has(key)).map(({ key }) => key);
  const explained = new Set(wanted);
  const keysOfIds = new Map<string, string[]>();
  const keys = new Set<string>();
  const addKey = (id: string | undefined, key: string) => {
    keys.add(key);
    if (id === undefined) return;
    const those = keysOfIds.get(id) ?? [];
    those.push(key);
    keysOfIds.set(id, those);
  };
  for (const object of owned) addKey(idOf(object), keyOfObject(object));
  for (const { id, key } of items) addKey(id, key);
  let isAnyUnexplained = false;
  for (const { meaning } of bad) {
    const meant = [
      ...meaning.keys.filter((key) => keys.has(key)),
      ...meaning.ids.flatMap((id) => keysOfIds.get(id) ?? []),
    ];
    if (meant.every((key) => explained.has(key))) isAnyUnexplained = true;
    for (const key of meant) {
      explained.add(key);
      spared.add(key);
    }
  }
  return { spared, isAnyUnexplained };
}

function keyOfObject({ metadata: { namespace = '', name } }: SeldonDeployment): string {
  return keyOf(namespace, name);
}

function whyNot(
  missing: number,
  standing: number,
  known: KnownState,
  { prune, allowEmpty, maxPrune }: PruneRules,
  isAnyUnknown: boolean,
): { why: string; hint: string | undefined } | undefined {
  const which = `${missing} of ${standing} owned deployments`;
  if (!prune) return { why: `${which} are no longer in the source`, hint: 'Delete them with --prune' };
  if (!known.complete)
    return { why: `no complete state of the source has been read: ${which} are kept`, hint: undefined };
  if (isAnyUnknown) {
    return {
      why: `a record in the source cannot be read: ${which} are kept, because the record may be about them`,
      hint: 'Correct the record, or remove it from the source',
    };
  }
  if (known.items.every(({ key }) => known.carried.has(key))) {
    if (!allowEmpty) {
      const hint = 'If the source is empty on purpose, add --allow-empty';
      return { why: `the source is empty: ${which} are kept`, hint };
    }
    // What is empty only for what this program makes of it is limited as any other state.
    if (known.saysNothing) return undefined;
  }
  const isShare = 'share' in maxPrune;
  if (missing <= (isShare ? maxPrune.share * standing : maxPrune.count)) return undefined;
  const limit = isShare ? `${Math.round(maxPrune.share * 100)}%` : String(maxPrune.count);
  return {
    why: `${which} are no longer in the source, which is more than --max-prune=${limit}: they are kept`,
    hint: `To delete them, set --max-prune=${isShare ? '100%' : missing}`,
  };
}
