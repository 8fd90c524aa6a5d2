import type { DiagnosisEntry } from '../../progress/progress.ts';
import type { Finding } from './finding.ts';

/** A finding as scripts read it. */
export function diagnosisEntry({ reason, fails, why, advice, pod, event }: Finding): DiagnosisEntry {
  return {
    reason,
    message: why,
    // What time may mend does not end a wait.
    final: fails !== 'no',
    advice,
    ...(pod && { pod: pod.name }),
    ...(pod?.container !== undefined && { container: pod.container }),
    ...(event && {
      event: {
        reason: event.reason,
        message: event.message,
        count: event.count,
        ...(event.lastTime !== undefined && { lastTime: new Date(event.lastTime).toISOString() }),
      },
    }),
  };
}
