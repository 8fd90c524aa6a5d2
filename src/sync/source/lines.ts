import { inMebibytes, inputLimits } from '../../manifests/input-limits.ts';
import { MalformedMessage } from './message.ts';

/**
 * The lines of a stream of text, each as soon as its end has come; what has no end at the end of the stream comes last.
 * Throws MalformedMessage for one without end.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<{ line: string; ended: boolean }> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    // A lone CR at the end may be half of a CRLF.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > inputLimits.bytes) {
      throw new MalformedMessage(`a line that is longer than ${inMebibytes(inputLimits.bytes)}`);
    }
    for (const line of lines) yield { line, ended: true };
  }
  if (rest !== '') yield { line: rest.replace(/\r$/, ''), ended: rest.endsWith('\r') };
}
