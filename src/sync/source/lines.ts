import { inMebibytes, inputLimits, TooMuchInput } from '../../manifests/input-limits.ts';

/** So many pieces of a line become one: each by itself takes more memory than a few letters. */
const MANY_PIECES = 4_096;

/**
 * The lines of a stream of text, each as soon as its end has come; what has no end at the end of the stream comes last.
 * Throws TooMuchInput for one without end, which would take all memory.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array | string>,
  most: number = inputLimits.bytes,
): AsyncGenerator<{ line: string; ended: boolean }> {
  const decoder = new TextDecoder();
  // In pieces, so that a long line is not searched again with every piece of it.
  let pieces: string[] = [];
  let blocks: string[] = [];
  let length = 0;
  let afterCr = false;
  for await (const chunk of chunks) {
    let text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text === '') continue;
    // The CR has ended its line; the LF that may follow it is of the same end.
    if (afterCr && text.startsWith('\n')) text = text.slice(1);
    afterCr = text.endsWith('\r');
    const [first = '', ...more] = text.split(/\r\n|\n|\r/);
    pieces.push(first);
    length += first.length;
    for (const next of more) {
      yield { line: [...blocks, ...pieces].join(''), ended: true };
      blocks = [];
      pieces = [next];
      length = next.length;
    }
    if (pieces.length >= MANY_PIECES) {
      blocks.push(pieces.join(''));
      pieces = [];
    }
    if (length > most)
      throw new TooMuchInput(`a line of more than ${inMebibytes(most)}, which is the most that is read`);
  }
  const rest = [...blocks, ...pieces].join('');
  if (rest !== '') yield { line: rest, ended: false };
}
