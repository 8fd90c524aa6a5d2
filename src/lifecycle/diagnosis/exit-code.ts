import type { Terminated } from '../../kubernetes/objects.ts';
import { cutShort } from '../../text/cut-short.ts';

/** Shells and runtimes: https://tldp.org/LDP/abs/html/exitcodes.html; above 128 it is a signal. */
const MEANINGS: ReadonlyMap<number, string> = new Map([
  [126, 'the command cannot be executed'],
  [127, 'the command is not there'],
  [128, 'the command cannot be started'],
  [132, 'SIGILL: built for another processor'],
  [134, 'SIGABRT: it gave up by itself'],
  [135, 'SIGBUS'],
  [136, 'SIGFPE'],
  [137, 'SIGKILL: it was killed'],
  [139, 'SIGSEGV: it crashed in native code'],
  [143, 'SIGTERM: it was asked to end'],
]);

/** exit code 139 (SIGSEGV: it crashed in native code) */
export function exitInWords({ exitCode, reason, message }: Terminated): string {
  const meaning = MEANINGS.get(exitCode) ?? (reason === 'Error' ? undefined : reason);
  return `exit code ${exitCode}${meaning ? ` (${meaning})` : ''}${message?.trim() ? `: ${lastWordsOf(message)}` : ''}`;
}

/** A termination message may be the last 80 lines of a log (terminationMessagePolicy: FallbackToLogsOnError): that of the error. */
function lastWordsOf(message: string): string {
  const lines = message.trim().split('\n');
  const error = lines.findLast((line) => /\w(Error|Exception)\b|^(panic|fatal|error)\b/i.test(line.trim()));
  return cutShort((error ?? lines.at(-1) ?? '').trim(), MOST_LETTERS);
}

const MOST_LETTERS = 300;
