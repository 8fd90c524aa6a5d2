import type { KubernetesEvent } from '../kubernetes/objects.ts';
import type { ReportedEvent } from '../progress/progress.ts';

/**
 * One form for both kinds of Event: core/v1 ones count with `count` and firstTimestamp/lastTimestamp, those of
 * events.k8s.io with `series` and eventTime, and leave the others empty. Which time is first and which is last follows
 * kubectl (pkg/cmd/events/event_printer.go), with the creation time as a last resort.
 */
export function reportedEvent(event: KubernetesEvent): ReportedEvent {
  const created = event.metadata.creationTimestamp;
  const first = event.eventTime ?? event.firstTimestamp ?? created;
  const last = event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? created;
  const { kind = '', namespace = '', name = '', uid = '' } = event.involvedObject;
  // spec.containers{classifier}, spec.initContainers{init}
  const [, container] = /^spec\.(?:initC|c)ontainers\{(.+)\}$/.exec(event.involvedObject.fieldPath ?? '') ?? [];
  const { type = '', reason = '' } = event;
  const message = event.message?.trim() ?? '';
  return {
    uid: event.metadata.uid ?? '',
    type,
    reason,
    message,
    ...(isBenign({ type, reason, message }) && { benign: true as const }),
    count: event.series?.count ?? event.count ?? 1,
    firstTime: milliseconds(first),
    lastTime: milliseconds(last),
    source: event.source?.component || event.reportingComponent || '',
    object: { kind, namespace, name, uid },
    ...(container !== undefined && { container }),
  };
}

function milliseconds(time: string | undefined): number | undefined {
  const parsed = Date.parse(time ?? '');
  return Number.isNaN(parsed) ? undefined : parsed;
}

/**
 * Whether a Warning of the operator tells only that somebody else has written the object in the same moment. It tries
 * again at once (https://github.com/SeldonIO/seldon-core/issues/2044 and 4341).
 */
export function isBenign({ type, reason, message }: Pick<ReportedEvent, 'type' | 'reason' | 'message'>): boolean {
  return type === 'Warning' && OPERATORS.has(reason) && message.includes('the object has been modified');
}

const OPERATORS = new Set(['InternalError', 'UpdateFailed']);
