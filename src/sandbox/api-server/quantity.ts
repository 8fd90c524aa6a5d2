import { ONE, parseQuantity as parseAmount } from '../../kubernetes/quantity.ts';

/** An amount of a resource: in thousandths, and how it is written. */
export interface Quantity {
  milli: bigint;
  /** As it was written: 1Gi, 1G, 1e9. */
  form: 'binary' | 'decimal' | 'exponent';
}

const DECIMAL = ['m', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** Reads `500m`, `2`, `1.5Gi`, `1e3`; undefined for what is none. What is finer than a thousandth is rounded up. */
export function parseQuantity(text: unknown): Quantity | undefined {
  const amount = parseAmount(text);
  if (amount === undefined) return undefined;
  const least = ONE / 1000n;
  const milli = amount > 0n ? (amount + least - 1n) / least : amount / least;
  const form = /i$/.test(String(text)) ? 'binary' : /[eE][+-]?\d+$/.test(String(text)) ? 'exponent' : 'decimal';
  return { milli, form };
}

/** As the server writes it: with the greatest suffix that leaves a whole number. */
export function quantityText({ milli, form }: Quantity): string {
  if (milli === 0n) return '0';
  const [suffixes, step] = form === 'binary' && milli % 1000n === 0n ? [BINARY, 1024n] : [DECIMAL, 1000n];
  let amount = suffixes === BINARY ? milli / 1000n : milli;
  let index = 0;
  while (index < suffixes.length - 1 && amount % step === 0n) {
    amount /= step;
    index += 1;
  }
  if (form !== 'exponent') return `${amount}${suffixes[index]}`;
  const power = 3 * (index - 1);
  return power === 0 ? `${amount}` : `${amount}e${power}`;
}

export function sumOf(quantities: readonly Quantity[]): Quantity {
  const [{ form } = { form: 'decimal' as const }] = quantities;
  return { milli: quantities.reduce((sum, { milli }) => sum + milli, 0n), form };
}
