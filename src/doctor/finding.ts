/** What one check of `doctor` found. */
export interface Finding {
  /** A word or two: cluster, crd, rights of run */
  check: string;
  state: 'ok' | 'warning' | 'missing';
  message: string;
  /** What to do about it. */
  advice?: string;
}

export function ok(check: string, message: string): Finding {
  return { check, state: 'ok', message };
}

export function warning(check: string, message: string, advice?: string): Finding {
  return { check, state: 'warning', message, ...(advice !== undefined && { advice }) };
}

/** Something without which nothing, or what was asked about, can be run here. */
export function missing(check: string, message: string, advice: string): Finding {
  return { check, state: 'missing', message, advice };
}
