/**
 * Loaded into a program before it begins: says by IPC, whenever it is asked, how many bytes are alive in its memory. What V8
 * has compiled is not counted: it makes more and faster code of the same program for as long as that runs.
 */
import { setImmediate } from 'node:timers/promises';
import { getHeapSpaceStatistics, writeHeapSnapshot } from 'node:v8';

process.on('message', async (/** @type {{ snapshot?: string }} */ { snapshot }) => {
  globalThis.gc?.();
  // Whoever is told of the end of an object may let go of others.
  await setImmediate();
  globalThis.gc?.();
  const spaces = getHeapSpaceStatistics().filter(({ space_name }) => !/^(code|trusted)/.test(space_name));
  const alive = spaces.reduce((sum, { space_used_size }) => sum + space_used_size, process.memoryUsage().external);
  if (snapshot !== undefined) writeHeapSnapshot(snapshot);
  process.send?.(alive);
});
// The program ends when it would have ended without this.
process.channel?.unref();
