export interface Latencies {
  min: number;
  median: number;
  p99: number;
}

/** Of at least one duration, by the nearest rank: each is a duration that was really measured. */
export function latencies(durations: readonly number[]): Latencies {
  const sorted = [...durations].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { min: rank(0), median: rank(0.5), p99: rank(0.99) };
}
