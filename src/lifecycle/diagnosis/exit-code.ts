import type { Terminated } from '../../kubernetes/objects.ts';
import { cutShort } from '../../text/cut-short.ts';

/** Shells and runtimes: https://tldp.org/LDP/abs/html/exitcodes.html; above 128 it is a signal. */
const MEANINGS: ReadonlyMap<number, string> = new Map([
  [126, 'command not executable'],
  [127, 'command not found'],
  [128, 'command cannot be started'],
  [132, 'SIGILL: built for another CPU'],
  [134, 'SIGABRT: aborted'],
  [135, 'SIGBUS'],
  [136, 'SIGFPE'],
  [137, 'SIGKILL: killed'],
  [139, 'SIGSEGV: crashed in native code'],
  [143, 'SIGTERM: terminated'],
]);

/** code 139 (SIGSEGV: crashed in native code) */
export function codeInWords({ exitCode, reason, message }: Terminated): string {
  const meaning = MEANINGS.get(exitCode) ?? (reason === 'Error' ? undefined : reason);
  return `code ${exitCode}${meaning ? ` (${meaning})` : ''}${message?.trim() ? `: ${lastWordsOf(message)}` : ''}`;
}

/** A termination message may be the last 80 lines of a log (terminationMessagePolicy: FallbackToLogsOnError): that of the error. */
function lastWordsOf(message: string): string {
  const lines = message.trim().split('\n');
  const error = lines.findLast((line) => /\w(Error|Exception)\b|^(panic|fatal|error)\b/i.test(line.trim()));
  return cutShort((error ?? lines.at(-1) ?? '').trim(), MOST_LETTERS);
}

const MOST_LETTERS = 300;
