import { TooLarge } from './answer-limits.ts';

export interface LongLines {
  /** So many letters a line may have. */
  most: number;
  /** Whether the rest of a longer one comes as another line; otherwise TooLarge is thrown. */
  cut: boolean;
}

/** The lines of a stream, each when its end has come, without the ends; what has none at the end of the stream is the last. */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array>,
  { most, cut }: LongLines,
): AsyncGenerator<{ line: string; ended: boolean }> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let length = 0;
  const taken = () => {
    const line = pieces.join('');
    pieces = [];
    length = 0;
    return line;
  };
  for await (const chunk of stream) {
    const [first = '', ...more] = decoder.decode(chunk, { stream: true }).split('\n');
    pieces.push(first);
    length += first.length;
    for (const next of more) {
      yield { line: taken(), ended: true };
      pieces.push(next);
      length = next.length;
    }
    if (length <= most) continue;
    if (!cut) throw new TooLarge('a line', most);
    yield { line: taken(), ended: true };
  }
  if (length > 0) yield { line: taken(), ended: false };
}
