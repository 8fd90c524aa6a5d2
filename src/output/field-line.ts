import type { FieldReport } from '../progress/progress.ts';
import { escapeTerminal } from '../text/escape.ts';
import type { Paint } from './colours.ts';

/** status.state: Creating → Available */
export function fieldLine({ path, from, to }: Pick<FieldReport, 'path' | 'from' | 'to'>, paint: Paint): string {
  const value = (text: string | undefined) => escapeTerminal(text ?? '<none>');
  return `${escapeTerminal(path)}: ${paint('red', value(from))} → ${paint('green', value(to))}`;
}
