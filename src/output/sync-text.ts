import { objectDiff } from '../diff/object-diff.ts';
import type { ItemReport, SyncReport } from '../sync/sync-report.ts';
import { escapeTerminal } from '../text/escape.ts';

const RESOURCE = 'seldondeployment.machinelearning.seldon.io';

export interface SyncTextOptions {
  /** Of what was done, in kubectl's words. */
  out(line: string): void;
  /** Of what the user should know. */
  err(line: string): void;
  dryRun: boolean;
}

/** Reads the reports of a sync out as text. */
export function syncText({ out, err, dryRun }: SyncTextOptions): (report: SyncReport) => void {
  const suffix = dryRun ? ' (server dry run)' : '';
  const item = ({ name, namespace, action, message, comparison }: ItemReport) => {
    if (action === 'conflict' || action === 'failed') {
      return err(escapeTerminal(`error: ${action} in namespace ${namespace}: ${message}`));
    }
    out(escapeTerminal(`${RESOURCE}/${name} ${action}${suffix}`));
    if (comparison) {
      const { live, merged } = comparison;
      const { apiVersion = '', kind = '' } = merged;
      // The items of a list do not say what they are.
      const before = live && { apiVersion, kind, ...live };
      const text = objectDiff({ live: before, merged }, { showManagedFields: false, showSecrets: true });
      if (text) out(text.trimEnd().split('\n').map(escapeTerminal).join('\n'));
    }
  };
  return (report) => {
    switch (report.type) {
      case 'item':
        return item(report);
      case 'status': {
        const { name, phase, availableReplicas, desiredReplicas, message } = report;
        const counts = phase === 'Deleted' ? '' : ` (${availableReplicas}/${desiredReplicas} replicas)`;
        return out(escapeTerminal(`${RESOURCE}/${name} ${phase}${counts}${message ? `: ${message}` : ''}`));
      }
      case 'notice':
        return err(escapeTerminal(`${NOTICE[report.level]}${report.message}`));
      case 'source':
        return err(
          escapeTerminal(report.state === 'lost' ? `Warning: ${report.message}` : `reading ${report.message}`),
        );
      case 'begin':
        return err(escapeTerminal(`owner ${report.owner}, source ${report.source}`));
      case 'snapshot':
        // A directory that was mistyped is no mistake that anything else would show.
        if (report.items === 0) err('Warning: the source lists no deployments');
        return undefined;
      case 'summary':
        return undefined;
    }
  };
}

const NOTICE = { info: '', warning: 'Warning: ', error: 'error: ' } as const;
