import { ownValue } from '../own-values.ts';

/**
 * Amounts as Kubernetes writes them: 500m, 1.5, 2Gi, 1e3. As whole numbers of a billionth, so that they can be added and
 * compared without loss. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
const PARTS = 9;
export const ONE = 10n ** BigInt(PARTS);

const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** Undefined for what is no quantity. What is finer than a billionth is rounded up, as Kubernetes does. */
export function parseQuantity(value: unknown): bigint | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.length > LONGEST) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = ''] =
    /^([+-]?)(\d*)(?:\.(\d*))?([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d{1,3})?$/.exec(text) ?? [];
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  const power = BINARY.indexOf(suffix) + 1;
  const exponent = /^[eE][+-]?\d+$/.test(suffix)
    ? Number(suffix.slice(1))
    : power > 0
      ? 0
      : (ownValue(DECIMAL, suffix) ?? 0);
  const scaled = digits * 1024n ** BigInt(power);
  const shift = PARTS + exponent - fraction.length;
  const amount = shift >= 0 ? scaled * 10n ** BigInt(shift) : roundedUp(scaled, 10n ** BigInt(-shift));
  return sign === '-' ? -amount : amount;
}

/** Longer than any that is meant. */
const LONGEST = 40;

function roundedUp(amount: bigint, by: bigint): bigint {
  return (amount + by - 1n) / by;
}

/** As Kubernetes would write it: of memory and storage in powers of 1024 where it comes out even. */
export function writtenQuantity(amount: bigint, resource: string): string {
  if (amount < 0n) return `-${writtenQuantity(-amount, resource)}`;
  if (amount % ONE !== 0n) return amount % (ONE / 1000n) === 0n ? `${amount / (ONE / 1000n)}m` : `${amount}n`;
  const whole = amount / ONE;
  if (!/memory|storage/.test(resource) || whole === 0n) return String(whole);
  let [left, power] = [whole, 0];
  while (left % 1024n === 0n && power < BINARY.length) {
    left /= 1024n;
    power += 1;
  }
  return `${left}${power === 0 ? '' : BINARY[power - 1]}`;
}
