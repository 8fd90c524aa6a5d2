import type { Output } from '../context.ts';
import type { ItemReport, SyncReport } from '../sync/sync-report.ts';
import { harmlessJson } from '../text/escape.ts';

/** The reports of a sync as one JSON object per line. Times are RFC 3339 in UTC. */
export function syncJson(stdout: Output): (report: SyncReport) => void {
  return (report) => {
    const { type, time, ...rest } = report.type === 'item' ? withoutObjects(report) : report;
    const schema = type === 'summary' ? { schema: 'seldon-lifecycle/v1' } : {};
    const line = JSON.stringify({ type, time: new Date(time).toISOString(), ...schema, ...rest });
    stdout.write(`${harmlessJson(line)}\n`);
  };
}

/** The differences say it field by field. */
function withoutObjects({ comparison: _, ...item }: ItemReport): Omit<ItemReport, 'comparison'> {
  return item;
}
