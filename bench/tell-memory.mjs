/** Loaded into a program before it begins: says by IPC, whenever it is asked, how many bytes are alive in its memory. */
import { setImmediate } from 'node:timers/promises';
import { writeHeapSnapshot } from 'node:v8';

process.on('message', async (/** @type {{ snapshot?: string }} */ { snapshot }) => {
  globalThis.gc?.();
  // Whoever is told of the end of an object may let go of others.
  await setImmediate();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  if (snapshot !== undefined) writeHeapSnapshot(snapshot);
  process.send?.(heapUsed + external);
});
// The program ends when it would have ended without this.
process.channel?.unref();
