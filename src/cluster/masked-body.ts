import { MASK, maskedSecret, type SecretValues } from '../kubernetes/masked-secret.ts';

/** Fields that hold what lets somebody in, wherever they stand: the token of a TokenRequest, say. */
const CREDENTIAL = /^((access|id|refresh|bearer)[-_]?)?token$|^password$|^client[-_]?secret$/i;
/** Nothing is to be masked where none of these words stands. */
const SUSPICIOUS = /"secret(list)?"|token|password|secret"/i;
/** The addresses of Secrets. */
export const OF_SECRETS = /\/secrets(\/|\?|$)/;

/**
 * The body of a request or an answer without the values of Secrets and without tokens: of a request to this address. What
 * holds none stays as it is, byte for byte.
 */
export function maskedBody(text: string, url: string): string {
  const isOfSecrets = OF_SECRETS.test(url);
  if (!isOfSecrets && !SUSPICIOUS.test(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(isOfSecrets ? maskedOfSecrets(value) : value, hidden);
  } catch {
    // A body that cannot be read, or that is nested too deeply.
    return isOfSecrets || /"secret/i.test(text) ? MASK : text;
  }
}

/** What is sent to the address of Secrets, or answered from there: an object, or the operations of a JSON patch. */
function maskedOfSecrets(value: unknown): unknown {
  if (isObject(value)) return maskedSecret(value as SecretValues);
  if (!Array.isArray(value)) return value;
  return value.map((operation: { path?: unknown; value?: unknown }) => {
    const isKnown = typeof operation?.path === 'string' && HARMLESS.test(operation.path);
    return isObject(operation) && 'value' in operation && !isKnown ? { ...operation, value: MASK } : operation;
  });
}

/** Of a Secret; its annotations may hold all of it once more. */
const HARMLESS = /^\/metadata\/(uid|resourceVersion|managedFields|labels|finalizers|ownerReferences)(\/|$)/;

/** For JSON.stringify: what stands for a value within its object. The items of a list say no kind of their own. */
function hidden(key: string, value: unknown): unknown {
  if (CREDENTIAL.test(key) && typeof value === 'string') return MASK;
  if (!isObject(value)) return value;
  const { kind, items } = value as { kind?: unknown; items?: unknown };
  if (kind === 'Secret') return maskedSecret(value as SecretValues);
  if (kind === 'SecretList' && Array.isArray(items)) {
    return { ...value, items: items.map((item) => (isObject(item) ? maskedSecret(item as SecretValues) : item)) };
  }
  return value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
