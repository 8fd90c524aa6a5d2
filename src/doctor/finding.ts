import type { Advice } from '../advice/advice.ts';

/** What one check of `doctor` found: with Advice until the commands in it are written out. */
export interface Finding<Words = Advice> {
  /** A word or two: cluster, crd, rights of run */
  check: string;
  state: 'ok' | 'warning' | 'missing';
  message: string;
  /** What to do about it. */
  advice?: Words;
}

export function ok(check: string, message: string): Finding {
  return { check, state: 'ok', message };
}

export function warning(check: string, message: string, advice?: Advice): Finding {
  return { check, state: 'warning', message, ...(advice !== undefined && { advice }) };
}

/** Something without which nothing, or what was asked about, can be run here. */
export function missing(check: string, message: string, advice: Advice): Finding {
  return { check, state: 'missing', message, advice };
}
