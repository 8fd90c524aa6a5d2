import { GatheredText } from '../../cluster/gathered-text.ts';
import { inMebibytes, inputLimits, TooMuchInput } from '../../reading/input-limits.ts';

/**
 * The lines of a stream of text, each as soon as its end has come; what has no end at the end of the stream comes last.
 * Throws TooMuchInput for one without end, which would take all memory.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array | string>,
  most: number = inputLimits.bytes,
): AsyncGenerator<{ line: string; ended: boolean }> {
  const decoder = new TextDecoder();
  const line = new GatheredText();
  let afterCr = false;
  for await (const chunk of chunks) {
    let text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text === '') continue;
    // The CR has ended its line; the LF that may follow it is of the same end.
    if (afterCr && text.startsWith('\n')) text = text.slice(1);
    afterCr = text.endsWith('\r');
    const [first = '', ...more] = text.split(/\r\n|\n|\r/);
    line.add(first);
    for (const next of more) {
      yield { line: line.take(), ended: true };
      line.add(next);
    }
    if (line.length > most)
      throw new TooMuchInput(`a line of more than ${inMebibytes(most)}, which is the most that is read`);
  }
  if (line.length > 0) yield { line: line.take(), ended: false };
}
