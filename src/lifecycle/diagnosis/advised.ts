import { type Advice, advice, ourCommand } from '../../advice/advice.ts';
import type { Finding } from './finding.ts';

/** The advice of a finding, with the command that shows the log it speaks of behind these words. */
export function advised(
  { advice: text, pod }: Finding,
  { name, namespace }: { name: string; namespace?: string | undefined },
): Advice {
  const [, upToLog, rest] = /^(.*?\bits log\b)(.*)$/s.exec(text) ?? [];
  if (pod?.container === undefined || pod.log === undefined || upToLog === undefined) return text;
  const words = ['logs', name, '-c', pod.container, ...(pod.log === 'previous' ? ['--previous'] : [])];
  // In a cluster in memory that ends, the text is left.
  return advice`${upToLog}${advice` (${ourCommand(words, { namespace })})`}${rest ?? ''}`;
}
