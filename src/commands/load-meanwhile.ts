import { setImmediate } from 'node:timers/promises';

type Loads = readonly (() => Promise<unknown>)[];
type Loaded<T extends Loads> = { [Index in keyof T]: Awaited<ReturnType<T[Index]>> };

/**
 * Loads what a command needs only once it has its answers while the requests are under way: one part at each turn of the
 * event loop, so that none of them holds up the connection.
 */
export async function loadMeanwhile<T extends Loads>(...loads: T): Promise<Loaded<T>> {
  const loaded: unknown[] = [];
  for (const load of loads) {
    await setImmediate();
    loaded.push(await load());
  }
  return loaded as Loaded<T>;
}
