import type { KubernetesObject } from '../kubernetes/objects.ts';
import { anyKind } from './answer-forms.ts';
import type { Api } from './api.ts';
import { ApiFailure } from './api-failure.ts';
import { type FormOf, listOf, mapOf, object, text } from './form.ts';
import { type Learned, learn, OPERATOR } from './inspection.ts';
import { listObjects } from './list-objects.ts';
import { Objects } from './objects.ts';
import { resourceKinds } from './resource-kinds.ts';

/** Of the operator's container, what says whom it serves. */
export interface OperatorContainer {
  command?: string[];
  args?: string[];
  env?: { name: string; value?: string; valueFrom?: { fieldRef?: { fieldPath?: string } } }[];
}

export interface OperatorDeployment extends KubernetesObject {
  spec?: { template?: { spec?: { containers?: OperatorContainer[] } } };
}

/** core/v1; amounts as the server writes them, by their resource: {"limits.cpu": "4"} */
export interface ResourceQuota extends KubernetesObject {
  spec?: { hard?: Record<string, string>; scopes?: string[]; scopeSelector?: object };
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
}

export interface LimitRange extends KubernetesObject {
  spec?: { limits?: LimitRangeItem[] };
}

export interface LimitRangeItem {
  /** Container, Pod or PersistentVolumeClaim */
  type: string;
  max?: Record<string, string>;
  min?: Record<string, string>;
  default?: Record<string, string>;
  defaultRequest?: Record<string, string>;
}

/** What decides in a namespace which pods may be made in it, and who looks after its deployments. */
export interface InspectedNamespace {
  namespace: Learned<KubernetesObject>;
  operators: Learned<OperatorDeployment[]>;
  quotas: Learned<ResourceQuota[]>;
  limitRanges: Learned<LimitRange[]>;
}

/** Four requests at the same time. Throws as ClusterInspection. */
export async function inspectNamespace(api: Api, name: string): Promise<InspectedNamespace> {
  const { namespace: kind, resourceQuota, limitRange } = resourceKinds;
  const [namespace, operators, quotas, limitRanges] = await Promise.all([
    learn(async () => {
      const found = await new Objects(api).read({ ...kind, metadata: { name } });
      if (!found) throw new ApiFailure(404, `namespaces "${name}" not found`);
      return found;
    }),
    learn(() => listOperators(api)),
    learn(() => listObjects<ResourceQuota>(api, resourceQuota, name, { form: quotaForm })),
    learn(() => listObjects<LimitRange>(api, limitRange, name, { form: limitRangeForm })),
  ]);
  return { namespace, operators, quotas, limitRanges };
}

/** The operator's Deployments, in all namespaces. */
export async function listOperators(api: Api): Promise<OperatorDeployment[]> {
  const query = { labelSelector: OPERATOR, form: operatorForm };
  return await listObjects<OperatorDeployment>(api, resourceKinds.deployment, undefined, query);
}

const operatorForm: FormOf<OperatorDeployment> = object(
  {
    ...anyKind.fields,
    spec: object({
      template: object({
        spec: object({
          containers: listOf(
            object({
              command: listOf(text),
              args: listOf(text),
              env: listOf(
                object(
                  { name: text, value: text, valueFrom: object({ fieldRef: object({ fieldPath: text }) }) },
                  'name',
                ),
              ),
            }),
          ),
        }),
      }),
    }),
  },
  'metadata',
);

const quotaForm: FormOf<ResourceQuota> = object(
  {
    ...anyKind.fields,
    spec: object({ hard: mapOf(text), scopes: listOf(text), scopeSelector: object({}) }),
    status: object({ hard: mapOf(text), used: mapOf(text) }),
  },
  'metadata',
);

const limitRangeForm: FormOf<LimitRange> = object(
  {
    ...anyKind.fields,
    spec: object({
      limits: listOf(
        object(
          {
            type: text,
            max: mapOf(text),
            min: mapOf(text),
            default: mapOf(text),
            defaultRequest: mapOf(text),
          },
          'type',
        ),
      ),
    }),
  },
  'metadata',
);
