import { setImmediate } from 'node:timers/promises';

type Loads = readonly (() => Promise<unknown>)[];
type Loaded<T extends Loads> = { [Index in keyof T]: Awaited<ReturnType<T[Index]>> };

/**
 * What was asked of the server, and what is needed once it has answered, which is loaded meanwhile: one part at each turn of
 * the event loop, so that none of them holds up the connection.
 */
export async function loadMeanwhile<T, L extends Loads>(asked: Promise<T>, ...loads: L): Promise<[T, ...Loaded<L>]> {
  // What goes wrong with it is thrown below.
  asked.catch(() => {});
  const loaded: unknown[] = [];
  for (const load of loads) {
    await setImmediate();
    loaded.push(await load());
  }
  return [await asked, ...(loaded as Loaded<L>)];
}
