/** What a value of a plan may be: the validation and the JSON Schema are both read off this. */
export type Shape =
  /** Text. `parse` throws BadInput for what is none of its kind; `like` says what is expected, for people. */
  | { is: 'text'; like: string; words?: readonly string[]; parse?: (text: string) => unknown }
  /** From `from` up to the largest 32-bit number. */
  | { is: 'whole number'; from: number }
  | { is: 'true or false' }
  /** As Go writes it: 90s, 1m30s. */
  | { is: 'duration' }
  | { is: 'word'; words: readonly string[] }
  /** That and nothing else. */
  | { is: 'constant'; value: string | boolean }
  /** Any JSON. */
  | { is: 'anything' }
  /** A JSON object or list. */
  | { is: 'object or list' }
  /** At least one; a single one may stand for itself where `orOne`. */
  | { is: 'list'; of: Shape; orOne?: boolean }
  /** Names of the user's choice. */
  | { is: 'named'; of: Shape }
  | Fields;

export interface Fields {
  is: 'fields';
  fields: Readonly<Record<string, Field>>;
  /** Of these there has to be one, and only one. */
  oneOf?: readonly string[];
  /** Of these there has to be at least one. */
  someOf?: readonly string[];
}

export interface Field {
  shape: Shape;
  /** For people, in editors too. */
  says: string;
  required?: boolean;
}
