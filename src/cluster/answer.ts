import { answerLimits } from './answer-limits.ts';
import { ApiFailure, NotKubernetes, Unreachable } from './api-failure.ts';
import { type Form, misfit } from './form.ts';

/**
 * The one place at which what a server answers is believed: JSON of the form that was asked for. Throws NotKubernetes for
 * anything else, and Unreachable for what looks as if its end had been lost on the way.
 */
export function answerOf(text: string, form: Form, server: string): unknown {
  const value = parsed(text, server);
  const problem = misfit(value, form);
  if (problem !== undefined) throw new NotKubernetes(server, problem);
  return value;
}

/**
 * What a server has written as JSON. Halves of a character, which no address can hold, become U+FFFD, as in Go. Throws
 * SyntaxError.
 */
export function parsedJson(text: string): unknown {
  if (!HALF.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value));
}

/** Letters of a text that cannot hold too many values. */
const FEW = answerLimits.values;

/** Counted by what may begin one, in strings too: before any of it is in memory. */
function hasMoreValues(text: string, most: number): boolean {
  let values = 0;
  for (let index = 0; index < text.length && values <= most; index += 1) {
    const letter = text.charCodeAt(index);
    if (letter === COMMA || letter === BRACKET || letter === BRACE) values += 1;
  }
  return values > most;
}

const [COMMA, BRACKET, BRACE] = [44, 91, 123];

/** An escape of what may be one: text that comes as UTF-8 has none by itself. */
const HALF = /\\u[dD][89a-fA-F]/;

function parsed(text: string, server: string): unknown {
  if (text.length > FEW && hasMoreValues(text, answerLimits.values)) {
    const problem = new Error(`the answer holds more than ${answerLimits.values} values, the maximum`);
    throw new Unreachable(server, Object.assign(problem, { code: 'TOO_LARGE' }));
  }
  try {
    return parsedJson(text);
  } catch {
    if (/^\s*[{[]/.test(text)) {
      const problem = new Error('the answer was cut short or is not JSON');
      throw new Unreachable(server, Object.assign(problem, { code: 'CUT_SHORT' }));
    }
    const found = text.trim() === '' ? 'the answer is empty' : `the answer is ${kindOf(text)}`;
    throw new NotKubernetes(server, found, 'NOT_JSON');
  }
}

function kindOf(text: string): string {
  return /^\s*</.test(text) ? 'a page of HTML or XML, not JSON' : 'not JSON';
}

/**
 * What an answer without success means. That something is not there is believed only if an API server says so: with a
 * Status or, as for a path that it does not know, in plain text.
 */
export function refusalOf(
  status: number,
  text: string,
  retryAfter: string | undefined,
  server: string,
  masked?: (words: string) => string,
): ApiFailure | NotKubernetes {
  const failure = new ApiFailure(status, text, retryAfter, masked);
  if (status !== 404 || failure.isStatus || !/^\s*[<{["]/.test(text)) return failure;
  const found = /^\s*</.test(text) ? 'a page of HTML or XML' : 'JSON that is not a Status';
  return new NotKubernetes(server, `404 with ${found}`);
}
