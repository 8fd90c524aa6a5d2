import type { Metadata } from './objects.ts';

/** What stands for a value of a Secret, as in kubectl diff. */
export const MASK = '***';

/** Where kubectl apply keeps the whole object, its values too. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** A Secret as somebody sent or holds it; what is wrong with it may be anything. */
export interface SecretValues {
  data?: unknown;
  stringData?: unknown;
  metadata?: Pick<Metadata, 'annotations'>;
}

/** The same Secret with a mask in place of each value. */
export function maskedSecret<T extends SecretValues>(secret: T, mask: (key: string) => string = () => MASK): T {
  const { data, stringData, metadata } = secret;
  const annotations = metadata?.annotations;
  const kept = annotations && LAST_APPLIED in annotations;
  return {
    ...secret,
    ...(kept && { metadata: { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: MASK } } }),
    ...(data !== undefined && { data: maskedValues(data, mask) }),
    ...(stringData !== undefined && { stringData: maskedValues(stringData, mask) }),
  };
}

function maskedValues(values: unknown, mask: (key: string) => string): unknown {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return MASK;
  return Object.fromEntries(Object.keys(values).map((key) => [key, mask(key)]));
}
