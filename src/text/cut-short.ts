/** Letters of a line of a log: more is data, not something to read. */
export const LONGEST_LOG_LINE = 2_000;
/** Letters of anything else that is told; the server's own messages are shorter. */
export const LONGEST_MESSAGE = 16_000;

/** The text, or its beginning and its end with what is left out between them said. */
export function cutShort(text: string, most: number): string {
  if (text.length <= most) return text;
  const [head, tail] = [Math.ceil((most * 3) / 4), Math.floor(most / 4)];
  const left = `… [${text.length - head - tail} characters left out] …`;
  // A letter of two halves may have been cut through.
  return `${text.slice(0, head)} ${left} ${text.slice(-tail)}`.toWellFormed();
}
