import type { Usage } from '../lifecycle/overview/pod-usage.ts';

export const UNKNOWN = '<unknown>';

/** In thousandths of a core, rounded up, as kubectl top writes it: 250m. */
export function cpuInWords(usage: Usage | undefined): string {
  return usage?.nanocores === undefined ? UNKNOWN : `${Math.ceil(usage.nanocores / 1e6)}m`;
}

/** In whole mebibytes, cut off, as kubectl top writes it: 128Mi. */
export function memoryInWords(usage: Usage | undefined): string {
  return usage?.bytes === undefined ? UNKNOWN : `${Math.floor(usage.bytes / 1024 ** 2)}Mi`;
}
