import { BadInput } from '../failures.ts';
import { ownValue } from '../own-values.ts';
import { at, type FieldPath, type ParsedObject, type Position } from './manifest.ts';
import { templateIn } from './template.ts';

/** Something wrong in a file, with its place. */
export interface Mistake {
  position: Position;
  problem: string;
  /** What to do about it. */
  hint?: string | undefined;
  /** Where in its object it is; undefined: of what could not be read. */
  path?: FieldPath;
  /** It is a template that nobody has rendered, which is said once of a file. */
  isTemplate?: boolean;
}

/** Tells a mistake at a field: at its value unless the key is meant. */
export type Tell = (path: FieldPath, problem: string, part?: 'key' | 'value', hint?: string) => void;

/** A mistake that ends the reading of its text. */
export class Misread extends BadInput {
  readonly mistake: Mistake;

  constructor(mistake: Mistake, cause?: unknown) {
    super(inWords(mistake), { hint: mistake.hint, cause });
    this.mistake = mistake;
  }
}

/** So many mistakes are told: nobody reads more, and to find the place of each takes time. */
const MOST = 50;

/** Keeps what is told of an object. Throws BadInput of all where there are very many. */
export function tellTo(mistakes: Mistake[], { object, positionOf }: ParsedObject): Tell {
  return (path, problem, part = 'value', hint) => {
    const position = positionOf(path, part);
    const template = part === 'value' ? templateIn(valueAt(object, path), position.file) : undefined;
    keep(mistakes, { position, path, ...(template ?? { problem, hint }) });
  };
}

/** Throws BadInput of all where there are very many. */
export function keep(mistakes: Mistake[], mistake: Mistake): void {
  const isTold = ({ position: { file, line, column }, problem, isTemplate }: Mistake) =>
    file === mistake.position.file &&
    ((isTemplate && mistake.isTemplate) ||
      (line === mistake.position.line && column === mistake.position.column && problem === mistake.problem));
  if (mistakes.some(isTold)) return;
  mistakes.push(mistake);
  if (mistakes.length === MOST) throw ofMistakes(mistakes);
}

/** All that is wrong, in the order of the files; there has to be something. */
export function ofMistakes(mistakes: readonly Mistake[]): BadInput {
  const files = [...new Set(mistakes.map(({ position }) => position.file))];
  const inOrder = mistakes.toSorted(({ position: a }, { position: b }) => {
    return files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column;
  });
  const [first, ...others] = inOrder;
  const next = hintsOf(inOrder);
  if (first && others.length === 0) return new BadInput(inWords(first), next);
  const least = mistakes.length >= MOST ? 'at least ' : '';
  const where = files.length === 1 ? files[0] : `${files.length} files`;
  return new BadInput(`there are ${least}${mistakes.length} mistakes in ${where}`, {
    details: [...inOrder.map(inWords), ...next.details],
    hint: next.hint,
  });
}

/** What to do next, a line each; the same once. */
export function hintsOf(mistakes: readonly Mistake[]): { details: string[]; hint: string | undefined } {
  const hints = [...new Set(mistakes.flatMap(({ hint }) => hint ?? []))];
  return { details: hints.slice(0, -1), hint: hints.at(-1) };
}

/** model.yaml:7:5: replicas: expected a whole number from 0 */
export function inWords({ position, problem }: Mistake): string {
  return `${at(position)}: ${problem}`;
}

function valueAt(object: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((value, part) => {
    return typeof value === 'object' && value !== null
      ? ownValue(value as Record<string, unknown>, String(part))
      : undefined;
  }, object);
}
