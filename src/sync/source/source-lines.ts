import { inMebibytes, inputLimits, TooMuchInput } from '../../reading/input-limits.ts';
import { linesOf } from '../../text/lines.ts';

/** The lines of a source. Throws TooMuchInput for one without end, which would take all memory. */
export function sourceLines(
  chunks: AsyncIterable<Uint8Array | string>,
  most: number = inputLimits.bytes,
): AsyncGenerator<{ line: string; ended: boolean }> {
  const tooLong = () => new TooMuchInput(`a line of more than ${inMebibytes(most)}, the maximum`);
  return linesOf(chunks, { most, tooLong, carriageReturns: true });
}
