import { objectMetaFields, withDeclaredFields } from './declared-fields.ts';
import { objectMeta } from './managed-fields/builtin-merge-schemas.ts';
import { any, type StructSchema } from './managed-fields/merge-schema.ts';
import type { KubernetesObject } from './objects.ts';
import { allVerbs, type ResourceType, type ScalePaths } from './resource-type.ts';
import { mergeSchemaOf, type StructuralSchema } from './structural-schema.ts';

/** A CustomResourceDefinition (apiextensions.k8s.io/v1), as much of it as the sandbox reads. */
export type CustomResourceDefinition = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; [field: string]: unknown };
  spec: {
    group: string;
    scope: string;
    names: {
      kind: string;
      plural: string;
      listKind?: string;
      singular?: string;
      shortNames?: readonly string[];
      categories?: readonly string[];
    };
    versions: readonly CustomResourceVersion[];
    [field: string]: unknown;
  };
  [field: string]: unknown;
};

type CustomResourceVersion = {
  name: string;
  served: boolean;
  storage: boolean;
  schema?: { openAPIV3Schema?: unknown };
  subresources?: {
    status?: object;
    scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string };
  };
  [field: string]: unknown;
};

/** The resource a CRD defines. All versions share the stored version's schema. */
export function customResource(crd: CustomResourceDefinition): ResourceType {
  const { group, scope, names, versions } = crd.spec;
  const stored = versions.find(({ storage }) => storage) ?? versions[0];
  if (!stored) throw new Error(`CustomResourceDefinition ${crd.metadata.name} has no version`);
  const schema = (stored.schema?.openAPIV3Schema ?? {
    'x-kubernetes-preserve-unknown-fields': true,
  }) as StructuralSchema;
  const scale = scalePaths(stored);
  return {
    group,
    version: stored.name,
    // Of several GA versions discovery prefers the highest number; stored first is right for all that we meet.
    servedVersions: [stored.name, ...versions.filter((v) => v.served && v !== stored).map(({ name }) => name)],
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: [...(names.shortNames ?? [])],
    categories: [...(names.categories ?? [])],
    namespaced: scope === 'Namespaced',
    verbs: allVerbs,
    hasStatus: stored.subresources?.status !== undefined,
    ...(scale ? { scale } : {}),
    schema,
    mergeSchema: objectSchema(schema),
    emptyObject: {},
    generation: 'all-but-metadata-and-status',
    allowsUnconditionalUpdate: false,
    returnsDeletedObject: false,
  };
}

const metadata = withDeclaredFields(objectMeta, objectMetaFields);

function objectSchema(schema: StructuralSchema): StructSchema {
  const merge = mergeSchemaOf({ ...schema, type: 'object' });
  const fields = merge.type === 'struct' ? merge.fields : {};
  const open = merge.type !== 'struct' || merge.open;
  return { type: 'struct', fields: { ...fields, apiVersion: any, kind: any, metadata }, open };
}

function scalePaths(version: CustomResourceVersion): ScalePaths | undefined {
  const scale = version.subresources?.scale;
  if (!scale) return undefined;
  const path = (text: string) => text.split('.').filter(Boolean);
  return {
    specReplicas: path(scale.specReplicasPath),
    statusReplicas: path(scale.statusReplicasPath),
    ...(scale.labelSelectorPath ? { labelSelector: path(scale.labelSelectorPath) } : {}),
  };
}

/** The definition as the server keeps it once it serves the resource: names accepted, Established. */
export function establishedDefinition(crd: CustomResourceDefinition, now: string): Partial<KubernetesObject> {
  const { names, versions } = crd.spec;
  const acceptedNames = {
    ...names,
    listKind: names.listKind ?? `${names.kind}List`,
    singular: names.singular ?? names.kind.toLowerCase(),
  };
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    lastTransitionTime: now,
    reason,
    message,
  });
  return {
    status: {
      conditions: [
        condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
        condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ],
      acceptedNames,
      storedVersions: versions.filter(({ storage }) => storage).map(({ name }) => name),
    },
  };
}
