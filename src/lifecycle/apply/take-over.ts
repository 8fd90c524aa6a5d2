import { ApiFailure, isWithheld } from '../../cluster/api-failure.ts';
import { type ApplyOptions, FIELD_MANAGER, type NamedKind, type Objects } from '../../cluster/objects.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import {
  isKubectl,
  isKubectlFromFile,
  isTool,
  LAST_APPLIED,
  LAST_APPLIED_FIELD,
  ownsLastApplied,
} from '../../kubernetes/field-managers.ts';
import { fieldsOf, handedOver, type Leftovers, leftoversOf, withoutPaths } from '../../kubernetes/leftover-fields.ts';
import type { FieldSet, KubernetesObject, ManagedFieldsEntry } from '../../kubernetes/objects.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { type FieldConflict, fieldConflicts } from '../errors/field-conflicts.ts';
import { isConflictOfVersions } from '../retry/retry-on-conflict.ts';

/** The requests of an apply of one object. */
export interface Applicable<T extends KubernetesObject> {
  read(): Promise<T | undefined>;
  /** Server-side apply of it, only as it was at this resourceVersion if that is given. */
  apply(options: ApplyOptions, resourceVersion?: string): Promise<{ object: T; created: boolean }>;
  /** JSON patch of this very object. */
  patch(live: T, patch: readonly object[], options: Pick<ApplyOptions, 'fieldManager' | 'dryRun'>): Promise<T>;
  /**
   * Whether what kubectl create and replace wrote is taken over too. kubectl itself does not; of objects beside the
   * deployments neither do we, for somebody may have made a Secret with more keys than our file has.
   */
  takesCreated: boolean;
  /** Fields that it sets without having them. */
  alsoSets: FieldSet;
}

/** A deployment as it is to be applied. */
export function deploymentTo(
  cluster: Pick<SeldonCluster, 'apply' | 'read' | 'patch'>,
  wanted: SeldonDeployment,
): Applicable<SeldonDeployment> {
  const { namespace = '', name } = wanted.metadata;
  return {
    read: () => cluster.read(namespace, name),
    apply: async (options, resourceVersion) => {
      const { deployment, created } = await cluster.apply(at(wanted, resourceVersion), options);
      return { object: deployment, created };
    },
    patch: (live, patch, options) =>
      cluster.patch(namespace, name, live.metadata.uid ?? '', { type: 'json', patch }, options),
    takesCreated: true,
    alsoSets: {},
  };
}

/** An object of any kind as it is to be applied. */
export function objectTo(objects: Objects, wanted: NamedKind): Applicable<KubernetesObject> {
  return {
    read: () => objects.read(wanted),
    apply: (options, resourceVersion) => objects.apply<KubernetesObject>(at(wanted, resourceVersion), options),
    patch: (live, patch, options) => {
      const isIt = { op: 'test', path: '/metadata/uid', value: live.metadata.uid };
      return objects.patch(wanted, { type: 'json', patch: [isIt, ...patch] }, options);
    },
    takesCreated: false,
    // The server writes stringData into data, and forgets it.
    alsoSets: wanted.kind === 'Secret' ? fieldsOf({ data: (wanted as { stringData?: unknown }).stringData ?? {} }) : {},
  };
}

function at<T extends KubernetesObject>(object: T, resourceVersion: string | undefined): T {
  if (resourceVersion === undefined) return object;
  return { ...object, metadata: { ...object.metadata, resourceVersion } };
}

/** As kubectl has it, where somebody writes at the same moment. */
const TRIES = 5;

/**
 * Server-side apply that is in conflict neither with ourselves, whoever made the object, nor with what kubectl wrote from a
 * file: such fields become ours, as kubectl apply --server-side takes over those of a client-side apply, and those among
 * them that the file does not have go, in one request more. A dry run answers what would come of it.
 *
 * `seen`: the object as it was read before, if it was. Safe to send again. Throws ApiFailure, Unreachable; of conflicts
 * only those that are left.
 * https://github.com/kubernetes/kubectl/blob/master/pkg/cmd/apply/apply.go (migrateToSSAIfNecessary)
 */
export async function applyTakingOver<T extends KubernetesObject>(
  object: Applicable<T>,
  options: ApplyOptions,
  seen: T | undefined,
): Promise<{ object: T; created: boolean }> {
  const applied = await applyOverOurs(object, options, seen);
  if (applied.created || options.createOnly) return applied;
  return { ...applied, object: await withoutLeftovers(object, applied.object, options, seen) };
}

/**
 * What an adoption would make of an object: as applyTakingOver in a dry run, with force, in which everything that is
 * adopted is given up.
 */
export async function asIfAdopted<T extends KubernetesObject>(
  object: Applicable<T>,
  options: ApplyOptions,
  seen: T,
): Promise<T> {
  const asIf = { ...options, force: true, dryRun: true };
  const { object: applied } = await object.apply(asIf);
  const leftovers = leftoversOf(applied, isAdopted);
  return leftovers ? await asIfWithout(object, applied, leftovers, asIf, seen) : applied;
}

/**
 * Hands over to this manager what an adoption takes, so that its next apply removes what it does not name, however often
 * somebody is interrupted in between. Answers the object as it is then. Throws ApiFailure, Unreachable; 409 where it has
 * changed since it was read.
 */
export async function adopt<T extends KubernetesObject>(
  object: Applicable<T>,
  live: T,
  fieldManager: string,
): Promise<T> {
  const managedFields = handedOver(live, isAdopted, fieldManager);
  return managedFields ? await object.patch(live, replacing(live, managedFields), { fieldManager }) : live;
}

/**
 * With force where each conflict is with what is taken over: only of an object that is as it was when it was last looked
 * at before the conflict was told, so that nothing else is taken from anybody.
 */
async function applyOverOurs<T extends KubernetesObject>(
  object: Applicable<T>,
  options: ApplyOptions,
  seen: T | undefined,
): Promise<{ object: T; created: boolean }> {
  let before = seen?.metadata.managedFields ? seen : undefined;
  for (let tries = 1; ; tries += 1) {
    try {
      return await object.apply(options);
    } catch (error) {
      const conflicts = error instanceof ApiFailure ? fieldConflicts(error) : [];
      if (conflicts.length === 0) throw error;
      if (before) {
        const { resourceVersion } = before.metadata;
        const managedFields = managersOf(before);
        const left = conflicts.filter((one) => !isTakenOver(one, managedFields, object, options));
        if (left.length > 0) throw onlyOf(error as ApiFailure, left);
        try {
          return await object.apply({ ...options, force: true }, resourceVersion);
        } catch (second) {
          if (!isConflictOfVersions(second) || tries === TRIES) throw second;
        }
      }
      before = await look(object);
      if (!before) throw error;
    }
  }
}

/** Where nobody has an entry, the server speaks of one manager that has written all that is there. */
function managersOf({ metadata: { managedFields = [], annotations } }: KubernetesObject): ManagedFieldsEntry[] {
  if (managedFields.length > 0) return managedFields;
  const isClientSide = annotations !== undefined && Object.hasOwn(annotations, LAST_APPLIED);
  const fieldsV1 = isClientSide ? LAST_APPLIED_FIELD : {};
  return [{ manager: 'before-first-apply', operation: 'Update', fieldsV1 }];
}

function isTakenOver(
  { manager, operation, subresource }: FieldConflict,
  managedFields: readonly ManagedFieldsEntry[],
  object: Pick<Applicable<never>, 'takesCreated'>,
  options: ApplyOptions,
): boolean {
  const entries = managedFields.filter(
    (one) => one.manager === manager && one.operation === operation && one.subresource === subresource,
  );
  return entries.length > 0 && entries.every((one) => isOurs(one, options) || isGivenUp(one, object, options));
}

/** A write that was no apply: a patch, a number. What the file does not have of it stays. */
function isOurs({ manager, operation }: ManagedFieldsEntry, { fieldManager = FIELD_MANAGER }: ApplyOptions): boolean {
  return manager === fieldManager && operation === 'Update';
}

/**
 * Whether an apply of a file takes the place of what is in this entry: kubectl's own, and whatever a client-side apply has
 * made under another name. Of a tool that would write it back, only where that is forced, as kubectl would.
 */
function isGivenUp(
  entry: ManagedFieldsEntry,
  { takesCreated }: Pick<Applicable<never>, 'takesCreated'>,
  { fieldManager, force }: ApplyOptions,
): boolean {
  if (entry.operation !== 'Update' || entry.subresource || isOurs(entry, { ...(fieldManager && { fieldManager }) })) {
    return false;
  }
  return (takesCreated && isKubectlFromFile(entry)) || (ownsLastApplied(entry) && (force === true || !isTool(entry)));
}

/**
 * Whether an adoption takes the place of what is in this entry: whatever was written with kubectl or with this program, and
 * whoever else has written the spec. Tools that would write it back keep what the source does not set, and so does who has
 * only set labels or annotations.
 */
function isAdopted(entry: ManagedFieldsEntry): boolean {
  if (entry.subresource || isTool(entry)) return false;
  return isKubectl(entry) || entry.manager === FIELD_MANAGER || entry.fieldsV1?.['f:spec'] !== undefined;
}

/** The same failure, about these conflicts alone. */
function onlyOf(error: ApiFailure, left: readonly FieldConflict[]): ApiFailure {
  const { status, reason, message, causes } = error;
  const fields = left.map(({ cause }) => cause);
  if (fields.length === causes.length) return error;
  return new ApiFailure(status, JSON.stringify({ kind: 'Status', reason, message, details: { causes: fields } }));
}

async function withoutLeftovers<T extends KubernetesObject>(
  object: Applicable<T>,
  applied: T,
  options: ApplyOptions,
  seen: T | undefined,
): Promise<T> {
  const { fieldManager, dryRun } = options;
  let live = applied;
  for (let tries = 1; ; tries += 1) {
    const leftovers = leftoversIn(live, object, options);
    if (!leftovers) return live;
    if (dryRun) return await asIfWithout(object, live, leftovers, options, seen);
    try {
      return await object.patch(live, removalOf(live, leftovers), { ...(fieldManager && { fieldManager }) });
    } catch (error) {
      // What is not there any more cannot be removed: that is a 422 too.
      if (!isConflictOfVersions(error) && !isInvalid(error)) throw error;
      const now = await look(object);
      if (!now || now.metadata.uid !== live.metadata.uid || tries === TRIES) throw error;
      // Such as a field of a volume claim that the server has filled in, and never lets go. A dry run says the same.
      if (isInvalid(error) && now.metadata.resourceVersion === live.metadata.resourceVersion) return live;
      live = now;
    }
  }
}

/** Where kubectl itself is to go on with it, the server keeps the annotation up to date, for those who go back to a client-side apply. */
const KEEPS_LAST_APPLIED = 'kubectl';

function leftoversIn(
  live: KubernetesObject,
  object: Pick<Applicable<never>, 'takesCreated' | 'alsoSets'>,
  options: ApplyOptions,
): Leftovers | undefined {
  const { managedFields = [] } = live.metadata;
  const owner = options.fieldManager === KEEPS_LAST_APPLIED ? managedFields.find(ownsLastApplied) : undefined;
  const kept = [object.alsoSets, ...(owner ? [LAST_APPLIED_FIELD] : [])];
  const leftovers = leftoversOf(live, (entry) => isGivenUp(entry, object, options), kept);
  if (!leftovers || !owner) return leftovers;
  const entry = { ...owner, manager: 'kubectl-last-applied', operation: 'Apply', fieldsV1: LAST_APPLIED_FIELD };
  return { ...leftovers, managedFields: [...leftovers.managedFields, entry] };
}

function removalOf(live: KubernetesObject, { paths, managedFields }: Leftovers): object[] {
  return [...paths.map((path) => ({ op: 'remove', path })), ...replacing(live, managedFields)];
}

function replacing({ metadata }: KubernetesObject, managedFields: readonly ManagedFieldsEntry[]): object[] {
  return [
    { op: 'add', path: '/metadata/managedFields', value: managedFields },
    // No test: by this the server answers 409 where somebody has written in between.
    { op: 'replace', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
  ];
}

/**
 * What `removalOf` would make of an object that is only as if: it is sent whole, as if too, since the server fills in
 * defaults again for what is removed.
 */
async function asIfWithout<T extends KubernetesObject>(
  object: Applicable<T>,
  asIf: T,
  { paths, managedFields }: Leftovers,
  { fieldManager }: ApplyOptions,
  seen: T | undefined,
): Promise<T> {
  const before = paths.length > 0 ? (seen ?? (await look(object))) : undefined;
  if (!before) return { ...asIf, metadata: { ...asIf.metadata, managedFields } };
  const after = withoutPaths(asIf, paths);
  const { labels = {}, annotations = {}, finalizers = [], ownerReferences = [] } = after.metadata;
  const patch = [
    ...settable(before).flatMap(([key]) => (Object.hasOwn(after, key) ? [] : [{ op: 'remove', path: `/${key}` }])),
    ...settable(after).map(([key, value]) => ({ op: 'add', path: `/${key}`, value })),
    ...Object.entries({ labels, annotations, finalizers, ownerReferences }).map(([key, value]) => ({
      op: 'add',
      path: `/metadata/${key}`,
      value,
    })),
  ];
  try {
    const answer = await object.patch(before, patch, { ...(fieldManager && { fieldManager }), dryRun: true });
    return { ...answer, metadata: { ...answer.metadata, managedFields } };
  } catch (error) {
    if (!isInvalid(error)) throw error;
    return asIf;
  }
}

/** Undefined where it is not there, or may not be read: to apply takes no right to read. */
async function look<T extends KubernetesObject>(object: Applicable<T>): Promise<T | undefined> {
  return await object.read().catch((error: unknown) => {
    if (isWithheld(error)) return undefined;
    throw error;
  });
}

function isInvalid(error: unknown): boolean {
  return error instanceof ApiFailure && error.status === 422;
}

function settable(object: object): [key: string, value: unknown][] {
  return Object.entries(object).filter(([key]) => !['apiVersion', 'kind', 'metadata', 'status'].includes(key));
}
