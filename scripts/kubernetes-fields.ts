import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * `npm run fields` writes src/sandbox/kubernetes-fields.ts anew: the fields of the kinds that the sandbox serves, as the models
 * of client-node have them, which are made from the OpenAPI document of a Kubernetes release.
 */

export const FIELDS_FILE = 'src/sandbox/kubernetes-fields.ts';

const MODELS = 'node_modules/@kubernetes/client-node/dist/gen/models';

const KINDS = [
  ...['ConfigMap', 'Endpoints', 'Namespace', 'Node', 'Pod', 'ResourceQuota', 'LimitRange', 'Secret', 'ServiceAccount'],
  ...['Service', 'Deployment', 'ReplicaSet', 'ControllerRevision', 'PodDisruptionBudget', 'Ingress', 'IngressClass'],
  ...['Lease', 'EndpointSlice'],
].map((kind) => `V1${kind}`);

/** Models say of a quantity that it is a string; the API server takes numbers too. */
const QUANTITIES = [
  'ResourceRequirements.limits',
  'ResourceRequirements.requests',
  'VolumeResourceRequirements.limits',
  'VolumeResourceRequirements.requests',
  'PodSpec.overhead',
  'ResourceFieldSelector.divisor',
  'EmptyDirVolumeSource.sizeLimit',
  'ResourceQuotaSpec.hard',
  'LimitRangeItem.default',
  'LimitRangeItem.defaultRequest',
  'LimitRangeItem.max',
  'LimitRangeItem.maxLimitRequestRatio',
  'LimitRangeItem.min',
  'MetricTarget.averageValue',
  'MetricTarget.value',
];

interface Attribute {
  baseName: string;
  type: string;
  format: string;
}

/** The text of the generated file. */
export function kubernetesFieldsFile(): string {
  const types = new Map<string, string>();
  let release = '';
  const queue = [...KINDS, 'CoreV1Event', 'V2HorizontalPodAutoscaler'];
  for (let model = queue.shift(); model !== undefined; model = queue.shift()) {
    const name = typeName(model);
    if (types.has(name)) continue;
    const code = readFileSync(join(MODELS, `${model}.js`), 'utf8');
    const declared = readFileSync(join(MODELS, `${model}.d.ts`), 'utf8');
    release ||= /OpenAPI spec version: (\S+)/.exec(code)?.[1] ?? '';
    const attributes = JSON.parse(/attributeTypeMap = (\[[\s\S]*?\n\]);/.exec(code)?.[1] ?? '[]') as Attribute[];
    const fields = attributes.map(({ baseName, type, format }) => {
      const isRequired = new RegExp(`^ {4}'?${baseName}'?: `, 'm').test(declared);
      const below = /^(?:Array<(.+)>|\{ \[key: string\]: (.+); \})$/.exec(type);
      const element = below?.[1] ?? below?.[2] ?? type;
      const prefix = below?.[1] ? '[]' : below?.[2] ? 'map ' : '';
      if (isModel(element)) queue.push(element);
      const shown = QUANTITIES.includes(`${name}.${baseName}`) ? 'quantity' : elementName(element, format);
      return `${baseName}${isRequired ? '!' : ''}: ${prefix}${shown}`;
    });
    types.set(name, fields.join(', '));
  }
  const lines = [...types].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, fields]) => `  ${name}: '${fields}',`);
  return `// Made by "npm run fields" from the models of client-node: Kubernetes ${release}.

/** The fields of each type, with \`!\` where the type has to have one; \`[]\` is a list and \`map\` an object with any keys. */
export const kubernetesFields: Readonly<Record<string, string>> = {
${lines.join('\n')}
};
`;
}

/** `V1PodSpec` → `PodSpec`: of each type there is one version among these kinds. */
function typeName(model: string): string {
  return model.replace(/^(Core)?V\d/, '');
}

function isModel(type: string): boolean {
  return /^(Core)?V\d/.test(type) && type !== 'V1MicroTime';
}

function elementName(element: string, format: string): string {
  if (isModel(element)) return typeName(element);
  if (element === 'number') return format === 'double' ? 'number' : format || 'int32';
  if (element === 'IntOrString') return 'intOrString';
  if (element === 'Date' || element === 'V1MicroTime') return 'time';
  return ['string', 'boolean'].includes(element) ? element : 'any';
}

if (import.meta.main) writeFileSync(FIELDS_FILE, kubernetesFieldsFile());
