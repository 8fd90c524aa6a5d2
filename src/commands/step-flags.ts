import type { ExecutionOptions } from '../execution/execution-options.ts';
import { connectionFlags } from './connection.ts';
import { choices, oneOf, timeout, trueOrFalse, wholeNumber } from './flag-values.ts';
import * as flags from './flags.ts';

/** The flags of every verb that takes deployments through steps. */
export const stepFlags = {
  ...connectionFlags,
  totalTimeout: flags.totalTimeout(),
  failFast: flags.failFast(),
  failGrace: flags.failGrace(),
  failTogether: flags.failTogether(),
  concurrency: flags.concurrency(),
  reports: flags.reports(),
  diff: flags.diff(),
};

/** Of these each verb has its own default, or its own words. */
export type StepGiven = typeof stepFlags & { timeout: string; events: string; output: string | undefined };

/** How deployments that are there are taken through a plan, where nothing else is said. */
export const ofWhatIsThere = {
  dryRun: 'none',
  createNamespace: false,
  existing: 'any',
  cleanup: undefined,
  historyLimit: undefined,
  checkRights: false,
  prompt: undefined,
} as const;

/** Throws BadInput for a value that there is not. */
export function executionOptions(
  given: StepGiven,
  { object, begun }: { object: ExecutionOptions['changed']; begun: number },
): Omit<ExecutionOptions, 'applying' | 'watch'> {
  return {
    timeoutMs: timeout('--timeout', given.timeout),
    totalTimeoutMs: timeout('--total-timeout', given.totalTimeout),
    failGraceMs: trueOrFalse('--fail-fast', given.failFast) ? timeout('--fail-grace', given.failGrace) : undefined,
    concurrency: Math.max(1, wholeNumber('--concurrency', given.concurrency)),
    failTogether: given.failTogether,
    diff: given.diff,
    events: oneOf('--events', given.events, choices.events),
    tellChanges: given.reports.length > 0,
    ...ofWhatIsThere,
    changed: object,
    begun,
  };
}
