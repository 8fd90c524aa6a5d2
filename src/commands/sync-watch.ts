import { type ExitCode, exitCodes } from '../failures.ts';
import { spareMemoryFromNowOn } from '../spare-memory.ts';
import type { Health } from '../sync/health/health.ts';
import type { HealthServer } from '../sync/health/health-server.ts';
import { KeptSync } from '../sync/keep-syncing.ts';
import type { SyncEnvironment, SyncOptions } from '../sync/sync-environment.ts';
import type { ItemCounts } from '../sync/sync-report.ts';
import { version } from '../version.ts';

export interface KeptSyncOptions {
  /** Where the health of the sync and its metrics are served, if they are. */
  health: { port: number; address: string } | undefined;
  /** Where the Lease is by which one of several replicas leads; undefined: it leads always. */
  leaseNamespace: string | undefined;
  /** Of what was done so far, as they are by then. */
  counts: ItemCounts;
}

/** What `sync --watch` does: syncs until it is stopped, and says how it is. Throws Failure. */
export async function keepSyncing(
  options: SyncOptions,
  around: SyncEnvironment,
  { health: served, leaseNamespace, counts }: KeptSyncOptions,
): Promise<ExitCode> {
  const leaderElect = leaseNamespace !== undefined;
  const health: Health = { source: false, kubernetes: false, snapshot: false, standby: leaderElect };
  let current: KeptSync | undefined;
  spareMemoryFromNowOn();
  const lead = async (signal: AbortSignal) => {
    Object.assign(health, { source: false, kubernetes: false, snapshot: false });
    current = new KeptSync(options, { ...around, signal }, health);
    await current.open();
    await current.run();
  };
  const server = served && (await serveHealth(served, health, counts, () => current));
  try {
    if (!leaderElect) await lead(around.signal);
    else await leadInTurns(leaseNamespace, options, around, health, lead, () => current?.desired.items.length);
  } finally {
    await server?.close();
  }
  around.signal.throwIfAborted();
  return exitCodes.done;
}

/** Leads or stands by, in turns with other replicas. */
async function leadInTurns(
  namespace: string,
  { owner, source }: SyncOptions,
  { cluster, tell, clock, signal }: SyncEnvironment,
  health: Health,
  lead: (signal: AbortSignal) => Promise<void>,
  deployments: () => number | undefined,
): Promise<void> {
  const { hostname } = await import('node:os');
  const { randomUUID } = await import('node:crypto');
  const { leaseName } = await import('../agent/agent-lease.ts');
  const { takeTurns } = await import('../agent/leader-election.ts');
  await takeTurns(
    {
      objects: cluster.objects,
      namespace,
      name: leaseName(owner),
      identity: `${hostname()}_${randomUUID()}`,
      words: () => ({ owner, version, source: source.name, deployments: deployments() }),
      clock,
      signal,
      tell: (message) => tell({ type: 'notice', time: clock.now(), level: 'info', message }),
    },
    async (leading) => {
      health.standby = false;
      try {
        await lead(leading);
      } finally {
        health.standby = true;
      }
    },
  );
}

async function serveHealth(
  { port, address }: { port: number; address: string },
  health: Health,
  counts: ItemCounts,
  current: () => KeptSync | undefined,
): Promise<HealthServer> {
  const { startHealthServer } = await import('../sync/health/health-server.ts');
  return await startHealthServer(address, port, {
    figures() {
      const phases: Record<string, number> = {};
      for (const { phase } of current()?.phases ?? []) phases[phase] = (phases[phase] ?? 0) + 1;
      return {
        health,
        phases,
        desired: current()?.desired.items.length ?? 0,
        actions: counts,
        statusReports: current()?.statusReports ?? 0,
      };
    },
    // Who stands by knows only what was wanted when it last led.
    wanted: () => (health.standby ? [] : (current()?.wanted ?? [])),
  });
}
