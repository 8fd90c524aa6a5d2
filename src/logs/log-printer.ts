import type { Output } from '../context.ts';
import { escapeTerminal } from '../text/escape.ts';
import type { ContainerRun } from './containers.ts';

export type PrintLine = (from: ContainerRun, line: string) => void;

/** Each line whole, with whose it is before it, as `kubectl logs --prefix` writes it; tabs stay, other controls do not. */
export function logPrinter(stdout: Output, { prefix }: { prefix: boolean }): PrintLine {
  return ({ pod, container }, line) => {
    const harmless = line.split('\t').map(escapeTerminal).join('\t');
    stdout.write(`${prefix ? `[pod/${escapeTerminal(pod)}/${escapeTerminal(container)}] ` : ''}${harmless}\n`);
  };
}
