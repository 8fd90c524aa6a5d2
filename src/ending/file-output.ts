import { Writable } from 'node:stream';
import { writeAll } from '../write-all.ts';

/**
 * A stream that writes to a file or a device at once. Node's own one for standard output does not look at how much of a
 * text was written: on a disk that is nearly full the rest would be lost without an error.
 */
export function fileOutput(descriptor: number): Writable {
  return new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      try {
        writeAll(descriptor, chunk);
      } catch (error) {
        done(error as Error);
        return;
      }
      done();
    },
  });
}
