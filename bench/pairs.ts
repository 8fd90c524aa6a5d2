import { type Measured, measure } from './measured-process.ts';

export type Command = readonly [program: string, ...args: string[]];

export interface Pairs<Ours extends Measured = Measured, Theirs extends Measured = Measured> {
  ours: Ours[];
  theirs: Theirs[];
}

/** Both in turn, so that what the machine does meanwhile meets both. Throws Error where one of them fails. */
export async function inTurn<Ours extends Measured, Theirs extends Measured>(
  rounds: number,
  ours: () => Promise<Ours>,
  theirs: () => Promise<Theirs>,
): Promise<Pairs<Ours, Theirs>> {
  const pairs: Pairs<Ours, Theirs> = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round += 1) {
    pairs.ours.push(await ours());
    pairs.theirs.push(await theirs());
  }
  return pairs;
}

/** Throws Error where it ends with another exit code than 0. */
export async function succeeding(
  [program, ...args]: Command,
  env: NodeJS.ProcessEnv,
  stdin?: string,
): Promise<Measured> {
  const measured = await measure(program, args, env, stdin);
  if (measured.exitCode !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${measured.exitCode}`);
  return measured;
}

/** The ratio first, as the median of the pairs; then the median of each. */
export function figures<Ours extends Measured, Theirs extends Measured>(
  { ours, theirs }: Pairs<Ours, Theirs>,
  figure: (one: Measured) => number,
): [ratio: string, ours: string, theirs: string] {
  const ratios = ours.map((one, index) => figure(one) / figure(theirs[index] as Theirs));
  return [`${median(ratios).toFixed(2)} x`, rounded(median(ours.map(figure))), rounded(median(theirs.map(figure)))];
}

export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}

function rounded(value: number): string {
  return value < 10 ? value.toFixed(2) : Math.round(value).toString();
}
