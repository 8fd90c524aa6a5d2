import { ApiFailure } from '../../cluster/api-failure.ts';
import type { Applied } from '../../cluster/seldon-cluster.ts';
import type { FieldPath } from '../../manifests/manifest.ts';
import { isObject, ownValue } from '../../own-values.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';

/** Each round takes a request; whoever has more of them has another problem. */
const MOST_ROUNDS = 50;

/** How it ended, without the fields that the CRD does not declare. */
export type Attempt = { sent: SeldonDeployment; undeclared: FieldPath[] } & (
  | { state: 'applied'; applied: Applied }
  | { state: 'failed'; error: ApiFailure }
);

/**
 * Applies, and once the server names a field that it does not declare, tries again without that and the `others` that its
 * schema does not have, until it takes the rest or has another reason. The schema takes a megabyte, and is asked only
 * then. Rejects with whatever is not an answer of the server.
 */
export async function applyDeclared(
  deployment: SeldonDeployment,
  tryToApply: (deployment: SeldonDeployment, isRetry: boolean) => Promise<Applied>,
  others: () => Promise<readonly FieldPath[]> = async () => [],
): Promise<Attempt> {
  const undeclared: FieldPath[] = [];
  let sent = deployment;
  for (let round = 0; ; round += 1) {
    try {
      return { state: 'applied', applied: await tryToApply(sent, round > 0), sent, undeclared };
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      const named = undeclaredFields(error, sent);
      if (named.length === 0 || round === MOST_ROUNDS) return { state: 'failed', error, sent, undeclared };
      const found = [...named, ...(round === 0 ? (await others()).filter((other) => !isAmong(other, named)) : [])];
      undeclared.push(...found);
      sent = found.reduce(withoutField, sent);
    }
  }
}

/**
 * The fields of `deployment` for which a server-side apply was refused because the CRD does not declare them; a create
 * would drop them without a word. The server stops at the first, so this is mostly one. None where the failure is about
 * something else.
 * https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/typed/validate.go
 */
export function undeclaredFields({ message }: ApiFailure, deployment: SeldonDeployment): FieldPath[] {
  const named = message.matchAll(/(?:^\s*|: )(\.\S.*?): field not declared in schema$/gm);
  return [...named].flatMap(([, text = '']) => {
    const path = fieldPath(text, deployment);
    return path ? [path] : [];
  });
}

function isAmong(path: FieldPath, others: readonly FieldPath[]): boolean {
  return others.some((other) => JSON.stringify(other) === JSON.stringify(path));
}

/** The same without one field. */
export function withoutField(deployment: SeldonDeployment, path: FieldPath): SeldonDeployment {
  const copy = structuredClone(deployment);
  const holder = path.slice(0, -1).reduce<unknown>(inside, copy);
  const last = path.at(-1);
  if (isObject(holder) && typeof last === 'string') delete holder[last];
  return copy;
}

/**
 * Finds the field of an object that the server calls `.spec.predictors[0].ports[containerPort=80,protocol="TCP"].name`;
 * the object has to be at hand, because a name may have dots in it and an item of a list may be called by its keys.
 */
export function fieldPath(text: string, object: unknown): FieldPath | undefined {
  const path: (string | number)[] = [];
  let rest = text;
  let value = object;
  while (rest !== '') {
    const step = rest.startsWith('[') ? itemStep(rest, value) : keyStep(rest, value);
    if (!step) return undefined;
    path.push(step.part);
    rest = rest.slice(step.length);
    value = inside(value, step.part);
  }
  return path;
}

interface PathStep {
  part: string | number;
  /** How many characters of the text it takes. */
  length: number;
}

function keyStep(text: string, value: unknown): PathStep | undefined {
  const fits = (key: string) => text.startsWith(`.${key}`) && /^([.[]|$)/.test(text.slice(key.length + 1));
  const keys = isObject(value) ? Object.keys(value).filter(fits) : [];
  const [longest] = keys.sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : { part: longest, length: longest.length + 1 };
}

function itemStep(text: string, value: unknown): PathStep | undefined {
  const [whole, inner = ''] = /^\[((?:[^"\]]|"(?:[^"\\]|\\.)*")*)\]/.exec(text) ?? [];
  if (whole === undefined || !Array.isArray(value)) return undefined;
  const index = /^\d+$/.test(inner) ? Number(inner) : value.findIndex((item) => hasKeys(item, inner));
  return index < 0 ? undefined : { part: index, length: whole.length };
}

/** A key that the item does not have was filled in by the server, such as a port's protocol. */
function hasKeys(item: unknown, keys: string): boolean {
  const wanted = [...keys.matchAll(/([^=,]+)=("(?:[^"\\]|\\.)*"|[^,]*)/g)];
  return (
    isObject(item) &&
    wanted.every(([, key = '', value]) => {
      const own = ownValue(item, key);
      return own === undefined || JSON.stringify(own) === value;
    })
  );
}

function inside(value: unknown, part: string | number): unknown {
  return ownValue(value as Record<string, unknown> | undefined, String(part));
}
