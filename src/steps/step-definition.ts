import type { Readable } from 'node:stream';
import type { PlannedStep } from '../lifecycle/step.ts';
import type { StepWord } from '../progress/progress.ts';
import type { ReadingBudget } from '../reading/reading-budget.ts';
import type { SeldonDeployment, SeldonSpec } from '../seldon/seldon-deployment.ts';
import type { Field, Fields, Shape } from './fields.ts';

/** The fields of a step as a plan has them, their shape checked. */
export type Told = Readonly<Record<string, unknown>>;

/** Where the files of a step are, and how much may be read of all that a plan names. */
export interface LoadFrom {
  pathOf(name: string): string;
  stdin: Readable;
  budget: ReadingBudget;
}

/** Is told what is wrong with a field of a step. */
export type TellMistake = (field: string, problem: string, part?: 'key' | 'value') => void;

/** All of one step: what a plan can say of it, and the step that comes of that. */
export interface StepDefinition<Word extends StepWord = StepWord> {
  word: Word;
  /** For people, in editors too. */
  says: string;
  fields: Fields;
  /** What other steps rely on, which can be told although something else is wrong with it. */
  effect?: 'applies' | 'scales' | 'deletes';
  /** What does not fit together in fields that are each of their shape. */
  check?(told: Told, mistake: TellMistake): void;
  /** The names that a field has to be one of, where the spec decides. */
  namesIn?(spec: SeldonSpec, told: Told): Readonly<Record<string, readonly string[]>>;
  /** Why this cannot be done with a deployment, as far as its file shows. */
  refuses?(deployment: SeldonDeployment, told: Told): string | undefined;
  /** The same fields with what their files hold, read before anything is changed. */
  load?(told: Told, from: LoadFrom, mistake: TellMistake): Promise<Told>;
  read(told: Told): PlannedStep<Word>;
}

export const text = (like: string): Shape => ({ is: 'text', like });
export const number: Shape = { is: 'whole number', from: 0 };
export const flag: Shape = { is: 'true or false' };
export const duration: Shape = { is: 'duration' };

export function fields(given: Record<string, Field>, rules: Pick<Fields, 'oneOf' | 'someOf'> = {}): Fields {
  return { is: 'fields', fields: given, ...rules };
}

export function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** One may stand for itself. */
export function listOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** The names of the predictors of a spec. */
export function predictorNames({ predictors = [] }: SeldonSpec): string[] {
  return predictors.map(({ name }) => name);
}
