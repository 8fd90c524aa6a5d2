import { onceForEach } from '../once-for-each.ts';
import type { Api } from './api.ts';
import { isWithheld } from './api-failure.ts';
import { type Form, type FormOf, listOf, object, text, trueOrFalse } from './form.ts';
import { type ResourceKind, resourceKinds } from './resource-kinds.ts';

/** One thing that somebody may do or not, as in ResourceAttributes of authorization.k8s.io/v1. */
export interface Access {
  verb: string;
  /** '' for the core group. */
  group: string;
  /** With its subresource, as in Roles: pods, pods/log */
  resource: string;
  /** Undefined: of the whole cluster. */
  namespace: string | undefined;
  /** Of the object; undefined: of any. */
  name?: string | undefined;
}

/** A rule as SelfSubjectRulesReview tells it; * stands for all. */
export interface ResourceRule {
  verbs: readonly string[];
  apiGroups?: readonly string[];
  resources?: readonly string[];
  /** The only objects that it is about; all, if it names none. */
  resourceNames?: readonly string[];
}

const rule: FormOf<ResourceRule> = object(
  { verbs: listOf(text), apiGroups: listOf(text), resources: listOf(text), resourceNames: listOf(text) },
  'verbs',
);
const rulesStatus = object({ resourceRules: listOf(rule), incomplete: trueOrFalse });

/**
 * Those of these that the user may not do, in their order. One request for each namespace tells most (a
 * SelfSubjectRulesReview); only what it does not tell is asked one by one. Where the server does not let us ask, nothing
 * is known, and so nothing is in the answer. Throws ApiFailure or Unreachable for any other trouble.
 */
export async function deniedAccess(api: Api, wanted: readonly Access[]): Promise<Access[]> {
  const namespaces = new Set(wanted.flatMap(({ namespace }) => namespace ?? []));
  const told = new Map(
    await Promise.all([...namespaces].map(async (name) => [name, await rulesIn(api, name)] as const)),
  );
  const untold = wanted.filter((access) => {
    // Rules of a namespace say nothing of the whole cluster.
    const answer = access.namespace === undefined ? undefined : told.get(access.namespace);
    return !answer?.rules.some((rule) => allows(rule, access));
  });
  const isTold = ({ namespace }: Access) => namespace !== undefined && told.get(namespace)?.incomplete === false;
  const inQuestion = untold.filter((access) => !isTold(access));
  const refused = await refusedOneByOne(api, inQuestion);
  return untold.filter((access) => isTold(access) || refused.has(access));
}

/** So many are asked for an object alone, where of all objects it is not allowed. */
const MOST_NAMED = 10;

async function refusedOneByOne(api: Api, wanted: readonly Access[]): Promise<Set<Access>> {
  const ask = onceForEach(
    (access: Access) => mayI(api, access),
    (access) => Object.values(access).join(' '),
  );
  const ofAny = await Promise.all(wanted.map(async (access) => ask({ ...access, name: undefined })));
  const doubtful = wanted.filter((_, index) => !ofAny[index]);
  const named = doubtful.filter(({ name }) => name !== undefined).slice(0, MOST_NAMED);
  const ofOne = await Promise.all(named.map(ask));
  const unnamed = doubtful.filter(({ name }) => name === undefined);
  return new Set([...unnamed, ...named.filter((_, index) => !ofOne[index])]);
}

/** As RBAC has it: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources */
export function allows(rule: ResourceRule, { verb, group, resource, name }: Access): boolean {
  const [, subresource] = resource.split('/');
  const names = rule.resourceNames ?? [];
  return (
    includes(rule.verbs, verb) &&
    includes(rule.apiGroups, group) &&
    (includes(rule.resources, resource) ||
      (subresource !== undefined && includes(rule.resources, `*/${subresource}`))) &&
    (names.length === 0 || (name !== undefined && names.includes(name)))
  );
}

function includes(words: readonly string[] = [], word: string): boolean {
  return words.includes('*') || words.includes(word);
}

async function rulesIn(api: Api, namespace: string): Promise<{ rules: ResourceRule[]; incomplete: boolean }> {
  const unknown = { rules: [], incomplete: true };
  const status = await review<{ resourceRules?: ResourceRule[]; incomplete?: boolean }>(
    api,
    resourceKinds.selfSubjectRulesReview,
    { namespace },
    rulesStatus,
  );
  return status ? { rules: status.resourceRules ?? [], incomplete: status.incomplete ?? false } : unknown;
}

async function mayI(api: Api, { verb, group, resource: path, namespace, name }: Access): Promise<boolean> {
  const [resource, subresource] = path.split('/');
  const resourceAttributes = { verb, group, resource, subresource, namespace, name };
  const status = await review<{ allowed: boolean }>(
    api,
    resourceKinds.selfSubjectAccessReview,
    { resourceAttributes },
    object({ allowed: trueOrFalse }, 'allowed'),
  );
  return status?.allowed ?? true;
}

/** The name by which the server knows the user; undefined where it does not tell (before Kubernetes 1.28). */
export async function whoAmI(api: Api): Promise<string | undefined> {
  const status = await review<{ userInfo?: { username?: string } }>(
    api,
    resourceKinds.selfSubjectReview,
    undefined,
    object({ userInfo: object({ username: text }) }),
  );
  return status?.userInfo?.username;
}

/** Undefined where the server does not have this review, or does not let it be asked. */
async function review<T>(
  api: Api,
  { apiVersion, kind }: ResourceKind,
  spec: object | undefined,
  status: Form,
): Promise<T | undefined> {
  const body = { apiVersion, kind, ...(spec && { spec }) };
  const options = api.options({ form: object({ status }, 'status'), body });
  try {
    const answer: object = await api.create({ apiVersion, kind }, undefined, undefined, undefined, options);
    return (answer as { status: T }).status;
  } catch (error) {
    if (isWithheld(error)) return undefined;
    throw error;
  }
}
