import type { Output } from '../context.ts';
import { escapeTerminal, harmlessJson } from '../text/escape.ts';
import type { ContainerRun } from './containers.ts';

export type PrintLine = (from: ContainerRun, line: string) => void;

export interface LogLook {
  /** Whether each line says whose it is. */
  prefix: boolean;
  /** How that looks: the same for all lines of a pod. */
  paint(pod: string, text: string): string;
}

/** Each line whole, with whose it is before it, as `kubectl logs --prefix` writes it; tabs stay, other controls do not. */
export function logPrinter(stdout: Output, { prefix, paint }: LogLook): PrintLine {
  return ({ pod, container }, line) => {
    const harmless = line.split('\t').map(escapeTerminal).join('\t');
    const whose = prefix ? `${paint(pod, `[pod/${escapeTerminal(pod)}/${escapeTerminal(container)}]`)} ` : '';
    stdout.write(`${whose}${harmless}\n`);
  };
}

/** As one JSON object per line, for lines that begin with their time, as the server writes it. */
export function logJson(stdout: Output): PrintLine {
  return ({ namespace, pod, container }, written) => {
    const { time, line } = parted(written);
    stdout.write(`${harmlessJson(JSON.stringify({ type: 'log', time, namespace, pod, container, line }))}\n`);
  };
}

export interface LogFilter {
  /** A line has to match one of these, if there are any. */
  include: readonly RegExp[];
  /** And none of these. */
  exclude: readonly RegExp[];
  /** Whether lines begin with their time, which is not looked at. */
  timestamps: boolean;
}

/** Only the lines that are wanted. */
export function filtered(print: PrintLine, { include, exclude, timestamps }: LogFilter): PrintLine {
  if (include.length + exclude.length === 0) return print;
  return (from, written) => {
    const line = timestamps ? parted(written).line : written;
    const isMeant = include.length === 0 || include.some((pattern) => pattern.test(line));
    if (isMeant && !exclude.some((pattern) => pattern.test(line))) print(from, written);
  };
}

/** A piece of a line that was too long has no time of its own. */
function parted(written: string): { time: string | undefined; line: string } {
  const [, time, line] = /^(\d{4}-\d\d-\d\dT\S+) ?(.*)$/s.exec(written) ?? [];
  return { time, line: line ?? written };
}
