import { styleText } from 'node:util';
import type { ColourChoice, Output } from '../context.ts';
import type { DeploymentSummary } from '../progress/progress.ts';

/** Gives a text a colour, or leaves it as it is where there are to be none. */
export type Paint = (colour: 'red' | 'green' | 'yellow' | 'dim', text: string) => string;

export const plain: Paint = (_, text) => text;

/**
 * How to write to a stream: in colours where --color or FORCE_COLOR says so, or where a person looks on whose terminal has
 * them. NO_COLOR: https://no-color.org; FORCE_COLOR as Node takes it.
 */
export function paintFor(stream: Output, options: ColourOptions): Paint {
  return hasColours(stream, options) ? (colour, text) => styleText(colour, text, { validateStream: false }) : plain;
}

/** So many names can be told apart. Red is for what is wrong. */
const OF_NAMES = ['cyan', 'green', 'magenta', 'yellow', 'blue', 'cyanBright', 'greenBright', 'magentaBright'] as const;

/** As paintFor, for texts that say whose something is: those of one name have one colour, whatever else there is. */
export function paintNames(stream: Output, options: ColourOptions): (name: string, text: string) => string {
  if (!hasColours(stream, options)) return (_, text) => text;
  return (name, text) => {
    const sum = [...name].reduce((so, letter) => (so * 31 + (letter.codePointAt(0) ?? 0)) % 65_521, 7);
    return styleText(OF_NAMES[sum % OF_NAMES.length] ?? 'cyan', text, { validateStream: false });
  };
}

export interface ColourOptions {
  env?: Readonly<Record<string, string | undefined>>;
  color?: ColourChoice | undefined;
}

export function hasColours(stream: Output, { env = {}, color = 'auto' }: ColourOptions): boolean {
  if (color !== 'auto') return color === 'always';
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR);
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** Colours only what a line begins with: 'error:', 'warning:', 'Error from server (NotFound):'. */
export function paintPrefix(paint: Paint, line: string): string {
  return line.replace(/^(?:error|Error from server[^:]*|warning):/, (prefix) =>
    paint(prefix === 'warning:' ? 'yellow' : 'red', prefix),
  );
}

/** Green where all went well; where somebody ended it, nothing went wrong either. */
export function paintOutcome(outcome: DeploymentSummary['outcome'], paint: Paint): string {
  if (outcome === 'interrupted') return paint('yellow', outcome);
  return paint(outcome === 'succeeded' ? 'green' : 'red', outcome);
}
