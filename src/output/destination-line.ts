import { type DryRun, dryRunSuffix } from '../lifecycle/dry-run.ts';
import type { Destination } from '../progress/progress.ts';
import { errorText } from './error-text.ts';

/** So many namespaces are named. */
const MOST_NAMED = 5;

/**
 * The first line of a command that changes a cluster: Context kind-dev, namespace models. `namesServer` is set where the
 * command line names another server than the context's.
 */
export function destinationLine(
  destination: Destination,
  dryRun: DryRun,
  namesServer: boolean,
  remark?: string,
): string {
  const { context, server, sandbox } = destination;
  const cluster = [
    ...(context === undefined ? [] : [`Context ${context}${sandbox ? ' (in memory)' : ''}`]),
    ...(context === undefined || namesServer ? [`server ${server}`] : []),
  ].join(', ');
  const line = `${cluster}, ${namespaces(destination)}${dryRunSuffix(dryRun)}${remark === undefined ? '' : `: ${remark}`}`;
  return errorText(`${line.charAt(0).toUpperCase()}${line.slice(1)}`);
}

function namespaces({ namespaces: names, allNamespaces }: Destination): string {
  if (allNamespaces) return 'all namespaces';
  const more = names.length - MOST_NAMED;
  const named = names.slice(0, MOST_NAMED).join(', ');
  return `namespace${names.length === 1 ? '' : 's'} ${named}${more > 0 ? ` and ${more} more` : ''}`;
}
