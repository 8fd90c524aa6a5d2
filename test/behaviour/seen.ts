import { setTimeout as sleep } from 'node:timers/promises';

/** Fails where it does not come true in good time; on a busy machine that is long. */
export async function seen(holds: () => boolean | Promise<boolean>, what: string, withinMs = 30_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never seen: ${what}`);
    await sleep(50);
  }
}
