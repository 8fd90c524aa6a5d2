import type { ReportedEvent } from '../progress/progress.ts';

/**
 * Whether a Warning of the operator tells only that somebody else has written the object in the same moment. It tries
 * again at once (https://github.com/SeldonIO/seldon-core/issues/2044 and 4341).
 */
export function isBenign({ type, reason, message }: Pick<ReportedEvent, 'type' | 'reason' | 'message'>): boolean {
  return type === 'Warning' && OPERATORS.has(reason) && message.includes('the object has been modified');
}

const OPERATORS = new Set(['InternalError', 'UpdateFailed']);
