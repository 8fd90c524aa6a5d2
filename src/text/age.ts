const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/**
 * A length of time as kubectl writes ages (HumanDuration in k8s.io/apimachinery/pkg/util/duration): at most two units,
 * cut off, not rounded. `milliseconds` slightly below 0 is clock skew and shows as 0s.
 */
export function age(milliseconds: number): string {
  if (milliseconds <= -2 * SECOND) return '<invalid>';
  if (milliseconds < 0) return '0s';
  if (milliseconds < 2 * MINUTE) return `${whole(milliseconds, SECOND)}s`;
  if (milliseconds < 10 * MINUTE) return twoUnits(milliseconds, MINUTE, 'm', SECOND, 's');
  if (milliseconds < 3 * HOUR) return `${whole(milliseconds, MINUTE)}m`;
  if (milliseconds < 8 * HOUR) return twoUnits(milliseconds, HOUR, 'h', MINUTE, 'm');
  if (milliseconds < 2 * DAY) return `${whole(milliseconds, HOUR)}h`;
  if (milliseconds < 8 * DAY) return twoUnits(milliseconds, DAY, 'd', HOUR, 'h');
  if (milliseconds < 2 * YEAR) return `${whole(milliseconds, DAY)}d`;
  if (milliseconds < 8 * YEAR) return twoUnits(milliseconds, YEAR, 'y', DAY, 'd');
  return `${whole(milliseconds, YEAR)}y`;
}

/** How long something took: 340ms, 1.2s, then as an age. Cut off like an age. */
export function duration(milliseconds: number): string {
  if (milliseconds < SECOND) return `${Math.floor(milliseconds)}ms`;
  if (milliseconds < MINUTE) return `${(whole(milliseconds, SECOND / 10) / 10).toFixed(1)}s`;
  return age(milliseconds);
}

function whole(milliseconds: number, unit: number): number {
  return Math.floor(milliseconds / unit);
}

function twoUnits(milliseconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = whole(milliseconds % large, small);
  return `${whole(milliseconds, large)}${largeName}${rest === 0 ? '' : `${rest}${smallName}`}`;
}
