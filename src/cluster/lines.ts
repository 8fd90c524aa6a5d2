import { TooLarge } from './answer-limits.ts';
import { GatheredText } from './gathered-text.ts';

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
  const line = new GatheredText();
  for await (const chunk of stream) {
    const [first = '', ...more] = decoder.decode(chunk, { stream: true }).split('\n');
    line.add(first);
    for (const next of more) {
      yield { line: line.take(), ended: true };
      line.add(next);
    }
    if (line.length <= most) continue;
    if (!cut) throw new TooLarge('a line', most);
    yield { line: line.take(), ended: true };
  }
  if (line.length > 0) yield { line: line.take(), ended: false };
}
