import { BadInput } from '../../failures.ts';

/** One thing that can be waited for. */
export type WaitCondition =
  | { kind: 'available' }
  | { kind: 'scaled'; replicas: number }
  | { kind: 'deleted' }
  | { kind: 'failed' }
  /** A Kubernetes Event of the deployment, or of something that it owns, with this reason. */
  | { kind: 'event'; reason: string }
  /** Of status.conditions, as kubectl wait has it: the name and the status in any case. */
  | { kind: 'condition'; type: string; equals: boolean; status: string }
  /** `value` undefined: anything at all. */
  | { kind: 'jsonpath'; path: string; equals: boolean; value: string | undefined };

/** The words that a condition begins with. */
export const CONDITION_WORDS = ['available', 'scaled', 'deleted', 'failed', 'condition', 'jsonpath', 'event'] as const;

const FORMS =
  'available, scaled=N, deleted, failed, event=REASON, condition=TYPE[=STATUS], jsonpath=PATH[=VALUE], several joined by ||';

/**
 * What --for says: the alternatives of one flag, of which one is enough, are joined by ||. Both condition and jsonpath
 * take != in place of =. Throws BadInput.
 */
export function parseWaitFor(text: string): WaitCondition[] {
  return alternativesIn(text).map((one) => parseOne(one.trim()));
}

/** The parts between ||, which may also stand inside the brackets of a path. */
function alternativesIn(text: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (depth <= 0 && text.startsWith('||', index)) {
      parts.push('');
      index += 1;
    } else parts[parts.length - 1] += character;
  }
  return parts;
}

function parseOne(text: string): WaitCondition {
  if (text === 'available' || text === 'failed') return { kind: text };
  if (text === 'deleted' || text === 'delete') return { kind: 'deleted' };
  const [, name, rest = ''] = /^(scaled|condition|jsonpath|event)=(.*)$/s.exec(text) ?? [];
  if (name === 'scaled') return { kind: 'scaled', replicas: replicasIn(rest, text) };
  if (name === 'event' && /^\w+$/.test(rest)) return { kind: 'event', reason: rest };
  if (name === 'condition' && rest !== '') {
    const { before, equals, after } = splitAtEquals(rest);
    return { kind: 'condition', type: before, equals, status: after ?? 'True' };
  }
  if (name === 'jsonpath' && rest !== '') {
    const { before, equals, after } = splitAtEquals(rest);
    return {
      kind: 'jsonpath',
      path: unquoted(before),
      equals,
      value: after === undefined ? undefined : unquoted(after),
    };
  }
  throw new BadInput(`unrecognized condition: "${text}"`, { hint: `--for takes ${FORMS}` });
}

function replicasIn(text: string, whole: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 2 ** 31 - 1) {
    throw new BadInput(`unrecognized condition: "${whole}": scaled takes a whole number, for example --for=scaled=3`);
  }
  return Number(text);
}

/** At the first = or != outside of braces, where filters have some of their own. */
function splitAtEquals(text: string): { before: string; equals: boolean; after: string | undefined } {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '{') depth += 1;
    if (text[index] === '}') depth -= 1;
    if (depth > 0) continue;
    if (text.startsWith('!=', index))
      return { before: text.slice(0, index), equals: false, after: text.slice(index + 2) };
    if (text[index] === '=')
      return { before: text.slice(0, index), equals: true, after: text.slice(index + 1).replace(/^=/, '') };
  }
  return { before: text, equals: true, after: undefined };
}

/** Quotes that a shell has left. */
function unquoted(text: string): string {
  return /^(['"]).*\1$/s.test(text) ? text.slice(1, -1) : text;
}
