import path from 'node:path';
import type { Readable } from 'node:stream';
import { BadInput } from '../failures.ts';
import { at, type FieldPath, type ParsedObject } from '../manifests/manifest.ts';
import { parseObjects } from '../manifests/parse-objects.ts';
import { readSources, type SourceText } from '../manifests/read-files.ts';
import { isObject, ownValue } from '../own-values.ts';
import { ReadingBudget } from '../reading/reading-budget.ts';
import { stepTable } from '../steps/step-table.ts';
import { checkOrder, checkStep, type WrittenStep } from './check-order.ts';
import { checkShape } from './check-shape.ts';
import { KIND, PLAN } from './language.ts';
import { Mistakes } from './mistakes.ts';
import { type PlanFile, toPlan, toStep, wordOf } from './plan.ts';
import { checkAgainstManifests, checkApplied, fileOfPlan, type Reading } from './plan-manifests.ts';
import { chooseValues, isOpen, type SaidValues, usesValue, withValues } from './values.ts';

export interface CheckedPlan {
  file: string;
  plan: PlanFile;
  /** The values that the environment says, which may be secret. */
  ofEnvironment: readonly string[];
}

/**
 * Reads a plan and everything that it applies; where `unasked` is given, without what is behind addresses. Of a value of
 * the environment in an address: see Reading. Throws BadInput that names every mistake in it, each with file, line and column.
 */
export async function readPlan(
  name: string,
  said: SaidValues,
  stdin: Readable,
  { remark, unasked, carriesOut = 'all' }: Pick<Reading, 'remark' | 'unasked' | 'carriesOut'> = {},
): Promise<CheckedPlan> {
  const budget = new ReadingBudget();
  const sources = await readSources([name], { recursive: false, stdin, env: said.env, budget });
  const [source, another] = sources;
  if (!source || another) throw new BadInput(`${name} contains ${sources.length} files: choose the file with the plan`);
  const base = name === '-' ? '.' : path.dirname(source.name);
  return {
    file: source.name,
    ...(await checkPlan(source, said, { base, stdin, env: said.env, budget, remark, unasked, carriesOut })),
  };
}

async function checkPlan(source: SourceText, said: SaidValues, reading: Reading) {
  const { object, positionOf } = theOnly(parseObjects(source.text, source.name, reading.budget), source.name);
  const mistakes = new Mistakes(source.name, positionOf);
  if (object.kind !== KIND) {
    mistakes.add(['kind'], `expected a plan, of kind: ${KIND}, found ${JSON.stringify(object.kind ?? null)}`);
    mistakes.throwAny();
  }
  const { values: declared, ...rest } = object;
  // Values first: their own mistakes are told at their place, not at each that uses them.
  checkShape(declared ?? {}, valuesShape, ['values'], mistakes);
  const { values, ofEnvironment } = chooseValues(declared, said, mistakes);
  const names = new Set(isObject(declared) ? Object.keys(declared) : []);
  const content = withValues(rest, values, names, mistakes, reading.budget);
  checkShape(content, PLAN, [], mistakes);
  const placeOf = (place: FieldPath) => at(positionOf(place));
  const parts = ['steps', 'onFailure', 'finally'].map((part) => writtenSteps(content, part, placeOf, mistakes));
  const written = parts.flat();
  for (const step of written) checkStep(step, mistakes);
  checkOrder(parts[0] ?? [], mistakes);
  const isOfEnvironment = (place: FieldPath) => usesValue(valueAt(rest, place), ofEnvironment);
  const found = await checkApplied(written, { ...reading, isOfEnvironment }, mistakes);
  const manifests = [...found.values()].flatMap(({ deployments }) => deployments);
  for (const step of written) checkAgainstManifests(step, manifests, mistakes);
  await loadFiles(content, written, reading, mistakes);
  mistakes.throwAny();
  const plan = toPlan(content as Record<string, unknown>, placeOf);
  const withManifests = (part: 'steps' | 'onFailure' | 'lastly') =>
    plan[part].map((one, index) => {
      const manifests = found.get(JSON.stringify([part === 'lastly' ? 'finally' : part, index]));
      return manifests ? { ...one, manifests } : one;
    });
  const steps = withManifests('steps');
  return {
    plan: { ...plan, steps, onFailure: withManifests('onFailure'), lastly: withManifests('lastly') },
    ofEnvironment: [...ofEnvironment].map((name) => String(values.get(name))),
  };
}

function valueAt(content: unknown, place: FieldPath): unknown {
  return place.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return isObject(value) ? ownValue(value, String(key)) : undefined;
  }, content);
}

/** Puts what the files of steps hold in the place of their names, so that they are read before anything is changed. */
async function loadFiles(
  content: unknown,
  steps: readonly WrittenStep[],
  { base, stdin, budget }: Reading,
  mistakes: Mistakes,
): Promise<void> {
  const pathOf = (name: string) => fileOfPlan(name, base);
  for (const { path: place, word, told, sound } of steps) {
    if (!sound || word === undefined) continue;
    const mistake = (field: string, problem: string) => mistakes.add([...place, word, field], problem);
    const loaded = await stepTable[word].load?.(told, { pathOf, stdin, budget }, mistake);
    const [part = '', index = 0] = place;
    const step = (ownValue(content as Record<string, unknown>, String(part)) as Record<string, unknown>[])[
      Number(index)
    ];
    if (loaded && step) step[word] = loaded;
  }
}

const valuesShape = (PLAN.fields.values as (typeof PLAN.fields)[string]).shape;

function theOnly(objects: readonly ParsedObject[], file: string): ParsedObject {
  const [first, second] = objects;
  if (!first) throw new BadInput(`${file}: expected a plan, but the file is empty`);
  if (second) throw new BadInput(`${at(second.positionOf([]))}: a second document: a file contains one plan`);
  return first;
}

function writtenSteps(
  content: unknown,
  part: string,
  placeOf: (path: FieldPath) => string,
  mistakes: Mistakes,
): WrittenStep[] {
  const list = isObject(content) ? ownValue(content, part) : undefined;
  if (!Array.isArray(list)) return [];
  return list.map((step: unknown, index) => {
    const path = [part, index];
    if (!isObject(step)) return { path, word: undefined, told: {}, sound: undefined };
    const word = wordOf(step);
    const told = word === undefined ? undefined : step[word];
    const isSound = !mistakes.isIn(path) && !hasOpen(step);
    return {
      path,
      word,
      told: isObject(told) ? told : {},
      sound: isSound ? toStep(step, placeOf(path)).step : undefined,
    };
  });
}

function hasOpen(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(hasOpen);
  return isOpen(value);
}
