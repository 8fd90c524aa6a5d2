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

function parsed(text: string, server: string): unknown {
  try {
    return JSON.parse(text);
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
): ApiFailure | NotKubernetes {
  const failure = new ApiFailure(status, text, retryAfter);
  if (status !== 404 || failure.isStatus || !/^\s*[<{["]/.test(text)) return failure;
  const found = /^\s*</.test(text) ? 'a page of HTML or XML' : 'JSON that is no Status';
  return new NotKubernetes(server, `404 with ${found}`);
}
