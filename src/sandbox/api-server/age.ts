const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/**
 * How long ago a time was, as the server's tables show it: `5s`, `3m20s`, `26h`.
 * https://github.com/kubernetes/apimachinery/blob/master/pkg/util/duration/duration.go
 */
export function age(time: string, now: Date): string {
  const elapsed = now.getTime() - Date.parse(time);
  if (elapsed < -second) return '<invalid>';
  if (elapsed < 0) return '0s';
  if (elapsed < 2 * minute) return `${whole(elapsed, second)}s`;
  if (elapsed < 10 * minute) return two(elapsed, minute, 'm', second, 's');
  if (elapsed < 3 * hour) return `${whole(elapsed, minute)}m`;
  if (elapsed < 8 * hour) return two(elapsed, hour, 'h', minute, 'm');
  if (elapsed < 2 * day) return `${whole(elapsed, hour)}h`;
  if (elapsed < 8 * day) return two(elapsed, day, 'd', hour, 'h');
  if (elapsed < 2 * year) return `${whole(elapsed, day)}d`;
  if (elapsed < 8 * year) return two(elapsed, year, 'y', day, 'd');
  return `${whole(elapsed, year)}y`;
}

function whole(elapsed: number, unit: number): number {
  return Math.floor(elapsed / unit);
}

function two(elapsed: number, unit: number, name: string, smallUnit: number, smallName: string): string {
  const small = whole(elapsed % unit, smallUnit);
  return `${whole(elapsed, unit)}${name}${small > 0 ? `${small}${smallName}` : ''}`;
}
