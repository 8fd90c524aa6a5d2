import type { Output } from '../context.ts';
import type { HistoryEntry } from '../lifecycle/history/history.ts';
import { imagesIn, replicasIn } from '../seldon/revision.ts';
import { SELDON_GROUP, SELDON_KIND, type SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { trafficInWords } from '../seldon/traffic.ts';
import { age } from '../text/age.ts';
import { escapeTerminal } from '../text/escape.ts';
import { Columns } from './columns.ts';
import { atTheEnd, type Concession } from './fit.ts';

const NONE = '<none>';
const UNKNOWN = '<unknown>';

const concessions: readonly Concession[] = [
  { column: 'CHANGE-CAUSE', to: 30, by: atTheEnd },
  { column: 'IMAGES', to: 30 },
  { column: 'CHANGE-CAUSE', to: 12, by: atTheEnd },
  { column: 'IMAGES', to: 12 },
];

/** As kubectl rollout history heads and lists them. `now` is in milliseconds since 1970. */
export function historyLines(
  { metadata: { name, namespace } }: SeldonDeployment,
  entries: readonly HistoryEntry[],
  { now, isWide, isEverywhere, stdout }: { now: number; isWide: boolean; isEverywhere: boolean; stdout?: Output },
): string[] {
  const header = ['REVISION', 'AGE', 'IMAGES', 'REPLICAS', 'AVAILABLE', ...(isWide ? ['TRAFFIC', 'CHANGE-CAUSE'] : [])];
  const rows = entries.map(({ revision, state, since, available, changeCause, current }) => {
    const began = Date.parse(since ?? '');
    return [
      String(revision),
      Number.isNaN(began) ? UNKNOWN : age(now - began),
      imagesIn(state).join(',') || NONE,
      replicasIn(state) || NONE,
      available === undefined ? (current ? 'false' : UNKNOWN) : String(available),
      ...(isWide ? [(state.spec && trafficInWords(state.spec, ',')) || NONE, changeCause ?? NONE] : []),
    ].map(escapeTerminal);
  });
  const where = isEverywhere ? `in namespace ${namespace}` : '';
  return [
    `seldondeployment.${SELDON_GROUP}/${escapeTerminal(`${name} ${where}`)}`,
    ...new Columns([], stdout, { header, concessions }).lines([header, ...rows]),
  ];
}

/** For -o: what a revision was, as the deployment it would be, and what is known of it. */
export function historyObject({ apiVersion, metadata }: SeldonDeployment, entry: HistoryEntry): object {
  const { revision, state, since, available, changeCause, current } = entry;
  const { labels, annotations, spec } = state;
  return {
    apiVersion: apiVersion ?? `${SELDON_GROUP}/v1`,
    kind: SELDON_KIND,
    metadata: {
      name: metadata.name,
      namespace: metadata.namespace,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    },
    spec: spec ?? {},
    revision: {
      number: revision,
      current,
      since,
      images: imagesIn(state),
      replicas: replicasIn(state),
      available: available ?? (current ? false : undefined),
      changeCause,
    },
  };
}
