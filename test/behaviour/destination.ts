import assert from 'node:assert/strict';
import type { Finished } from './server-under-test.ts';

/** Standard error after its first line, which has to say where the command acts. */
export function afterDestination({ stderr }: Pick<Finished, 'stderr'>): string {
  const [first = '', ...rest] = stderr.split('\n');
  assert.match(first, /^(Context|Server) \S+(, server \S+)?, (all namespaces|namespaces? \S.*)$/);
  return rest.join('\n');
}
