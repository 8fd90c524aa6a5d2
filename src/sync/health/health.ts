import { ownValue } from '../../own-values.ts';
import type { ItemAction, ItemCounts } from '../sync-report.ts';

/** How a sync is, for those who ask from outside. */
export interface Health {
  /** The source has answered last time. */
  source: boolean;
  /** The watches of the cluster stand. */
  kubernetes: boolean;
  /** A whole state has been seen. */
  snapshot: boolean;
  /** Another replica leads, and this one stands by. */
  standby: boolean;
}

export interface Figures {
  health: Health;
  /** What the source wants, and what of it is in which phase. */
  desired: number;
  phases: Readonly<Record<string, number>>;
  actions: ItemCounts;
  statusReports: number;
}

/** Who stands by is ready to take over. */
export function isReady({ source, kubernetes, snapshot, standby }: Health): boolean {
  return standby || (source && kubernetes && snapshot);
}

const CHANGES: readonly ItemAction[] = ['created', 'configured', 'adopted', 'pruned', 'conflict', 'failed'];

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export function metricsText({ health, desired, phases, actions, statusReports }: Figures): string {
  const gauge = (name: string, help: string, values: readonly (readonly [labels: string, value: number])[]) =>
    metric(name, 'gauge', help, values);
  const one = (flag: boolean) => [['', flag ? 1 : 0]] as const;
  return [
    gauge('source_up', 'Whether the source answered the last request.', one(health.source)),
    gauge('kubernetes_up', 'Whether the watches of the cluster are connected.', one(health.kubernetes)),
    gauge('snapshot_seen', 'Whether a complete state of the source has been read.', one(health.snapshot)),
    gauge('standby', 'Whether another replica holds the Lease.', one(health.standby)),
    gauge('desired', 'Deployments in the source.', [['', desired]]),
    gauge(
      'deployments',
      'Deployments in the source, by phase.',
      ['Configuring', 'Ready', 'Failed', 'Conflict'].map(
        (phase) => [`{phase="${phase}"}`, ownValue(phases, phase) ?? 0] as const,
      ),
    ),
    metric(
      'actions_total',
      'counter',
      'Actions on deployments.',
      CHANGES.map((action) => [`{action="${action}"}`, actions[action] ?? 0] as const),
    ),
    metric('status_reports_total', 'counter', 'Reports that the source accepted.', [['', statusReports]]),
  ].join('');
}

function metric(
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  values: readonly (readonly [labels: string, value: number])[],
): string {
  const full = `seldon_lifecycle_sync_${name}`;
  const lines = values.map(([labels, value]) => `${full}${labels} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}
