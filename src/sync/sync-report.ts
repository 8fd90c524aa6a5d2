import type { Advice } from '../advice/advice.ts';
import type { Destination } from '../progress/progress.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import type { Difference } from './reconcile/differences.ts';
import type { PhaseReport } from './report/phase.ts';

/** What was done about a deployment; with a dry run, what would be. */
export type ItemAction =
  | 'created'
  | 'configured'
  | 'unchanged'
  | 'adopted'
  | 'pruned'
  /** It is not wanted any more and was not deleted. */
  | 'kept'
  | 'conflict'
  | 'failed';

export interface ItemReport {
  type: 'item';
  time: number;
  id: string;
  namespace: string;
  name: string;
  action: ItemAction;
  message?: string;
  /** Of a dry run: field by field, and the objects themselves. */
  differences?: readonly Difference[];
  comparison?: { live: SeldonDeployment | undefined; merged: SeldonDeployment };
}

/** Counts of what was done. */
export type ItemCounts = Partial<Record<ItemAction, number>>;

/** What happens during a sync, as data; text and JSON are readers of it. Times are milliseconds since 1970. */
export type SyncReport =
  | ({ type: 'begin'; time: number; owner: string; source: string } & Destination)
  | ItemReport
  | { type: 'source'; time: number; state: 'connected' | 'lost'; message: string }
  /** A whole state was read. */
  | { type: 'snapshot'; time: number; revision: string | undefined; items: number }
  | ({ type: 'status'; time: number } & PhaseReport)
  | SyncNotice
  | SyncSummary;

interface SyncNotice {
  type: 'notice';
  time: number;
  level: 'info' | 'warning' | 'error';
  message: string;
}

/** Where it acted is left out of what ended before that was known. */
interface SyncSummary extends Partial<Destination> {
  type: 'summary';
  time: number;
  outcome: string;
  exitCode: number;
  durationMs: number;
  counts: ItemCounts;
}

/** As it is told, before the commands in a notice are written out. */
export type ToldSync = Exclude<SyncReport, SyncNotice> | (Omit<SyncNotice, 'message'> & { message: Advice });

export type TellSync = (report: ToldSync) => void;
