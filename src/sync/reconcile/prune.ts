import { BadInput } from '../../failures.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { type Desired, keyOf } from '../desired/desired.ts';
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
  items: readonly Desired[];
  /** The ids of records that cannot be read. */
  badIds: ReadonlySet<string>;
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
 * deleted is not counted against the most that may. Those that are being deleted already are left out.
 */
export function whatToPrune(owned: readonly SeldonDeployment[], known: KnownState, rules: PruneRules): PruneAnswer {
  const wanted = new Set(known.items.map(({ key }) => key));
  const { badIds } = known;
  const standing = owned.filter(({ metadata }) => !metadata.deletionTimestamp);
  const unwanted = standing.filter((object) => {
    const { namespace = '', name } = object.metadata;
    return !wanted.has(keyOf(namespace, name)) && !badIds.has(idOf(object) ?? '');
  });
  if (unwanted.length === 0) return { prune: [], kept: undefined };
  const isOrdered = (object: SeldonDeployment) => known.deletedIds.has(idOf(object) ?? '');
  const may = rules.prune && known.complete;
  const ordered = may ? unwanted.filter(isOrdered) : [];
  const missing = may ? unwanted.filter((object) => !isOrdered(object)) : unwanted;
  if (missing.length === 0) return { prune: ordered, kept: undefined };
  const refusal = whyNot(missing.length, standing.length, known, rules);
  if (!refusal) return { prune: unwanted, kept: undefined };
  return { prune: ordered, kept: { objects: missing, ...refusal } };
}

function whyNot(
  missing: number,
  standing: number,
  known: KnownState,
  { prune, allowEmpty, maxPrune }: PruneRules,
): { why: string; hint: string | undefined } | undefined {
  const which = `${missing} of ${standing} owned deployments`;
  if (!prune) return { why: `${which} are not in the source any more`, hint: 'Delete them with --prune' };
  if (!known.complete) return { why: `no whole state of the source has been seen: ${which} are kept`, hint: undefined };
  if (known.hasUnknown) {
    return {
      why: `a record in the source cannot be read: ${which} are kept, since it may be about them`,
      hint: undefined,
    };
  }
  if (known.items.length === 0 && known.badIds.size === 0) {
    if (allowEmpty) return undefined;
    const hint = 'If it is meant to be empty, say so with --allow-empty';
    return { why: `the source is empty: ${which} are kept`, hint };
  }
  const isShare = 'share' in maxPrune;
  if (missing <= (isShare ? maxPrune.share * standing : maxPrune.count)) return undefined;
  const limit = isShare ? `${Math.round(maxPrune.share * 100)}%` : String(maxPrune.count);
  return {
    why: `${which} are not in the source any more, which is more than --max-prune=${limit}: they are kept`,
    hint: `If they are meant to go, allow it with --max-prune=${isShare ? '100%' : missing}`,
  };
}
