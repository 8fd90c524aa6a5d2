import type { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Scope } from './desired/meaning.ts';
import type { RecordLimits } from './desired/record-limits.ts';
import type { ReconcileOptions } from './reconcile/reconcile.ts';
import type { OpenSource } from './source/open-source.ts';
import type { SourceConnection } from './source/source-connection.ts';
import type { TellSync } from './sync-report.ts';

export interface SyncOptions extends Omit<ReconcileOptions, 'watched'> {
  source: OpenSource;
  scope: Scope;
  /** What the source may decide. */
  limits: RecordLimits;
  /** The way to where statuses and logs go. */
  connection: SourceConnection;
  /** Where statuses go. */
  reportUrl: URL | undefined;
}

/** What comes from outside. */
export interface SyncEnvironment {
  cluster: SeldonCluster;
  tell: TellSync;
  clock: Clock;
  signal: AbortSignal;
  stdin: Readable;
  /** From 0 to 1. */
  random(): number;
}
