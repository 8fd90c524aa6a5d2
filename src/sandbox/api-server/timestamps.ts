let latest = { second: Number.NaN, text: '' };

/** RFC 3339 in whole seconds, the precision of `metav1.Time`: `2026-01-02T03:04:05Z`. */
export function timestamp(date: Date): string {
  const second = Math.floor(date.getTime() / 1000);
  // Asked for several times with every write.
  if (second !== latest.second) latest = { second, text: `${date.toISOString().slice(0, 19)}Z` };
  return latest.text;
}

/** RFC 3339 with microseconds, the precision of `metav1.MicroTime` (Events' eventTime). */
export function microTimestamp(date: Date): string {
  return `${date.toISOString().slice(0, 23)}000Z`;
}
