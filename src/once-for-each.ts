/** Asks once for each of what has the same key, however many want to know, also while the answer is under way. */
export function onceForEach<Of, T>(ask: (of: Of) => Promise<T>, keyOf: (of: Of) => string): (of: Of) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (of) => {
    const key = keyOf(of);
    const answer = answers.get(key) ?? ask(of);
    answers.set(key, answer);
    return answer;
  };
}
