/** How much of a change is done: all of it; what the server makes of it, without changing anything; nothing. */
export type DryRun = 'none' | 'server' | 'client';

/** What kubectl writes behind its word. */
export function dryRunSuffix(dryRun: DryRun): string {
  if (dryRun === 'none') return '';
  return dryRun === 'server' ? ' (server dry run)' : ' (dry run)';
}
