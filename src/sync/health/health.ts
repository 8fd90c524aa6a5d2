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
    gauge('source_up', 'Whether the source has answered last time.', one(health.source)),
    gauge('kubernetes_up', 'Whether the watches of the cluster stand.', one(health.kubernetes)),
    gauge('snapshot_seen', 'Whether a whole state of the source has been seen.', one(health.snapshot)),
    gauge('standby', 'Whether another replica leads.', one(health.standby)),
    gauge('desired', 'Deployments that the source wants.', [['', desired]]),
    gauge(
      'deployments',
      'Deployments that the source wants, by phase.',
      ['Configuring', 'Ready', 'Failed', 'Conflict'].map(
        (phase) => [`{phase="${phase}"}`, ownValue(phases, phase) ?? 0] as const,
      ),
    ),
    metric(
      'actions_total',
      'counter',
      'What was done about deployments.',
      CHANGES.map((action) => [`{action="${action}"}`, actions[action] ?? 0] as const),
    ),
    metric('status_reports_total', 'counter', 'Reports that were taken.', [['', statusReports]]),
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
