import { ownsAllOf } from '../../kubernetes/managed-fields.ts';
import { ownValue } from '../../own-values.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import type { DesiredItem } from '../desired/desired.ts';
import { APPLIED_ANNOTATION, ownerOf, REVISION_ANNOTATION, SYNC_FIELD_MANAGER } from '../ownership.ts';

/** What is to be done about one deployment that the source wants. */
export type Decision =
  | { do: 'create' }
  /** The source wants something else than what was applied, or somebody has changed it. */
  | { do: 'apply'; live: SeldonDeployment }
  /** It belongs to nobody or to another owner, and is taken over on purpose. */
  | { do: 'adopt'; live: SeldonDeployment }
  /** The same was applied before, but it does not look like it: only the server knows whether that is a difference. */
  | { do: 'ask'; live: SeldonDeployment }
  | { do: 'nothing'; live: SeldonDeployment }
  | { do: 'conflict'; why: string }
  /** What has its name is being deleted; when that is gone it is made. */
  | { do: 'wait'; live: SeldonDeployment };

export interface Ownership {
  owner: string;
  adopt: boolean;
}

/** `live` is what the cluster holds under its name, with its managed fields. */
export function decide(
  desired: DesiredItem,
  live: SeldonDeployment | undefined,
  { owner, adopt }: Ownership,
): Decision {
  if (!live) return { do: 'create' };
  const holder = ownerOf(live);
  if (live.metadata.deletionTimestamp) return { do: 'wait', live };
  if (holder !== owner && !adopt) return { do: 'conflict', why: takenBy(live, holder) };
  if (holder !== owner) return { do: 'adopt', live };
  if (live.metadata.annotations?.[APPLIED_ANNOTATION] !== desired.hash) return { do: 'apply', live };
  return looksApplied(desired.owned, live) ? { do: 'nothing', live } : { do: 'ask', live };
}

function takenBy({ metadata: { name } }: SeldonDeployment, holder: string | undefined): string {
  const whose = holder === undefined ? 'does not belong to this source' : `belongs to the owner "${holder}"`;
  return `seldondeployment "${name}" exists and ${whose}: take it over with --adopt`;
}

/** Whether every value that was sent is still there, and still ours: another who changes one becomes its manager. */
function looksApplied(sent: SeldonDeployment, live: SeldonDeployment): boolean {
  return contains(live, comparable(sent)) && ownsAllOf(live, comparable(sent), SYNC_FIELD_MANAGER);
}

/** What identifies an object is nothing that somebody owns. */
function comparable({ metadata, spec }: SeldonDeployment): object {
  const { labels = {}, annotations = {} } = metadata;
  const { [REVISION_ANNOTATION]: _, ...others } = annotations;
  return { metadata: { labels, annotations: others }, spec };
}

/** Whether all of `part` is in `whole`; what the server has filled in beside it does not count. */
export function contains(whole: unknown, part: unknown): boolean {
  if (part === undefined || part === null) return true;
  if (Array.isArray(part)) {
    return (
      Array.isArray(whole) && whole.length === part.length && part.every((item, index) => contains(whole[index], item))
    );
  }
  if (typeof part === 'object') {
    if (typeof whole !== 'object' || whole === null) return Object.keys(part).length === 0;
    return Object.entries(part).every(([key, value]) =>
      contains(ownValue(whole as Record<string, unknown>, key), value),
    );
  }
  return whole === part;
}
