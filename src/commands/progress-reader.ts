import type { Clock } from '../clock.ts';
import type { Context } from '../context.ts';
import { BadInput } from '../failures.ts';
import type { TextStyle } from '../output/text.ts';
import type { ProgressReader } from '../progress/progress.ts';

/** Who tells the user what happens, by the value of -o; `serverClock` dates Events. Throws BadInput for a format that there is not. */
export async function progressReader(
  format: string | undefined,
  context: Context & { serverClock?: Pick<Clock, 'now'> },
  style?: TextStyle,
  foldsRoutine = false,
): Promise<ProgressReader> {
  if (format === 'json') {
    const { jsonReader } = await import('../output/json.ts');
    return jsonReader(context.stdout);
  }
  if (format === undefined) {
    const { textReader } = await import('../output/text.ts');
    return await textReader(context, await waitingDisplay(context), style, foldsRoutine);
  }
  throw new BadInput(`unable to match a printer suitable for the output format "${format}"`, {
    hint: 'allowed formats are: json',
  });
}

/** A spinner only where somebody sees it turn: it is slow to load, and in the log of a build it would be a line a second. */
async function waitingDisplay(context: Context) {
  const { stderr, clock, env } = context;
  // A terminal without a size, as a pseudo-terminal that nobody looks at, has no room to draw in; ora would never end.
  const hasRoom = stderr.isTTY && stderr.columns !== 0 && stderr.rows !== 0;
  if (hasRoom && env.CI === undefined && env.TERM !== 'dumb') {
    const { WaitingSpinner } = await import('../output/waiting-spinner.ts');
    const { hasColours } = await import('../output/colours.ts');
    return new WaitingSpinner(stderr, clock, { coloured: hasColours(stderr, context) });
  }
  const { WaitingLines } = await import('../output/waiting-lines.ts');
  return new WaitingLines(stderr, clock);
}
