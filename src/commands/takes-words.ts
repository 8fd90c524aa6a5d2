/** Where an option keeps the words that it takes. */
export const WORDS = Symbol('words');

/** Says of an option or argument which words it takes, for completion: `takesWords(['a', 'b'], Option.String('-x'))`. */
export function takesWords<T>(words: readonly string[], option: T): T {
  return Object.assign(option as object, { [WORDS]: words }) as T;
}
