/** What a wait says when it is asked: each is a pure function from the cache to one of these. */
export type Answer =
  | { state: 'done' }
  /** Not yet: what is missing, in words that name the object. */
  | { state: 'waiting'; for: string }
  /** It cannot be done any more, whatever time passes. */
  | { state: 'failed'; why: string };

export const done: Answer = { state: 'done' };

export function waiting(what: string): Answer {
  return { state: 'waiting', for: what };
}

export function failed(why: string): Answer {
  return { state: 'failed', why };
}

/** What is done is done only where nothing newer may have happened. Every verdict on a whole observation ends with this. */
export function ifUpToDate(answer: Answer, { staleKinds }: { staleKinds: readonly string[] }): Answer {
  if (answer.state !== 'done' || staleKinds.length === 0) return answer;
  return waiting(`the API server to send the latest state of ${staleKinds.join('s, ')}s`);
}
