import { ID_ANNOTATION } from '../../../src/sync/ownership.ts';
import { type Fields, type GoodRecord, pick, type Random } from './records.ts';

/** What has become of a record. */
export interface Poisoned {
  /** In words. */
  way: string;
  value: unknown;
  /** Whether nobody could take it for well; otherwise that depends on what was hit. */
  isBad: boolean;
}

/** How a record goes bad; undefined: not one of this form. */
type Way = (record: GoodRecord, others: readonly GoodRecord[], random: Random) => Omit<Poisoned, 'way'> | undefined;

const isWhole = ({ kind }: Fields) => kind !== undefined;
const copy = (record: GoodRecord): Fields => structuredClone(record.value);
const always = (value: unknown) => ({ value, isBad: true });
const perhaps = (value: unknown) => ({ value, isBad: false });

/** Also the key that JSON can have, and that an assignment would give another meaning. */
function put(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
}

function objectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

/** Holders of all fields, with their keys. */
function fieldsIn(value: unknown): { holder: Fields; key: string }[] {
  return objectsIn(value).flatMap((holder) => Object.keys(holder).map((key) => ({ holder: holder as Fields, key })));
}

function rename(value: Fields, name: unknown): Fields {
  if (isWhole(value)) put(value.metadata as Fields, 'name', name);
  else value.name = name;
  return value;
}

function identify(value: Fields, id: unknown): Fields {
  const annotations = (value.metadata as Fields | undefined)?.annotations as Fields | undefined;
  if (annotations) annotations[ID_ANNOTATION] = id;
  else value.id = id;
  return value;
}

/** A mistake that leaves id, name and kind alone. */
function withMistake(value: Fields, random: Random): Fields {
  if (isWhole(value)) {
    pick(random, [
      () => delete value.spec,
      () => put(value, 'spec', { predictors: [] }),
      () => put(value, 'spec', []),
      () => put(value, 'apiVersion', pick(random, WRONG_VERSIONS)),
      () => put(value.metadata as Fields, 'labels', { a: 1 }),
    ])();
  } else {
    pick(random, [
      () => delete value.deployment,
      () => put(value, 'deployment', pick(random, [7, {}, [], 'image', { replicas: 1 }])),
      () => put(value.deployment as Fields, 'replicas', pick(random, [-1, 1.5, 'two', {}])),
      () => put(value.deployment as Fields, 'ports', pick(random, ['9000', [0], [{}], {}])),
      () => put(value, 'labels', pick(random, [7, ['a'], { a: {} }])),
    ])();
  }
  return value;
}

const WRONG_VERSIONS: readonly unknown[] = [
  'machinelearning.seldon.io',
  'machinelearning.seldon.io/V1',
  'machinelearning.seldon.i/v1',
  'seldon.io/v1',
  'v1',
  '',
  7,
  null,
  {},
];
const WRONG_KINDS: readonly unknown[] = [
  'Seldondeployment',
  'seldondeployment',
  'SeldonDeployments',
  'SeldonDeploymnet',
  'SELDONDEPLOYMENT',
  'Seldon',
  'sdep',
  ' SeldonDeployment',
  'seldon deployment',
  '',
  'Model',
  'Deployment',
  'SeldonDeploymentList',
  'Status',
  null,
  7,
  {},
];
const KEYS_OF_ALL = [
  'constructor',
  'toString',
  '__proto__',
  'hasOwnProperty',
  'valueOf',
  'isPrototypeOf',
  'toJSON',
  'length',
];
const STRANGERS: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e300,
  '',
  'text with spaces',
  [],
  [null],
  [[[]]],
  {},
  'x'.repeat(5_000),
];
const NO_NAMES: readonly unknown[] = ['', null, 'Iris!', '../x', 7, {}, [], 'x'.repeat(300)];
const NO_RECORDS: readonly unknown[] = [
  null,
  7,
  'text',
  true,
  {},
  [{}],
  { kind: 'Status' },
  { kind: 'List' },
  { items: 1 },
];
/** What wants nothing, where it stands alone. */
const NO_STATE: readonly unknown[] = [[], { items: [] }];

/** A key that every object has, somewhere in it. */
const keyOfAll: Way = (record, _, random) => {
  const value = copy(record);
  const strange = pick<unknown>(random, [
    {},
    { a: 1 },
    [],
    ['x'],
    'x',
    1,
    null,
    { toString: null },
    { constructor: {} },
  ]);
  const holders = objectsIn(value).filter((holder) => !Array.isArray(holder));
  put(pick(random, holders), pick(random, KEYS_OF_ALL), strange);
  return perhaps(value);
};

const ways: Readonly<Record<string, Way>> = {
  'a key that every object has': keyOfAll,
  'such a key, and a mistake': (record, others, random) => {
    const strange = keyOfAll(record, others, random)?.value as Fields;
    return always({ ...strange, id: pick<unknown>(random, [{}, ['a'], true, { toString: null }]) });
  },
  'a field of another type': (record, _, random) => {
    const value = copy(record);
    const { holder, key } = pick(random, fieldsIn(value));
    put(holder, key, pick(random, STRANGERS));
    return perhaps(value);
  },
  'a field that is missing': (record, _, random) => {
    const value = copy(record);
    const { holder, key } = pick(random, fieldsIn(value));
    delete holder[key];
    return perhaps(value);
  },
  'a kind that is nearly ours': (record, _, random) =>
    isWhole(record.value) ? always({ ...copy(record), kind: pick(random, WRONG_KINDS) }) : undefined,
  'a kind where there is none': (record, _, random) =>
    isWhole(record.value) ? undefined : always({ ...copy(record), kind: pick(random, WRONG_KINDS) }),
  'a version that is nearly ours': (record, _, random) =>
    isWhole(record.value) ? always({ ...copy(record), apiVersion: pick(random, WRONG_VERSIONS) }) : undefined,
  'a mistake': (record, _, random) => always(withMistake(copy(record), random)),
  'a new id, and a mistake': (record, _, random) => always(withMistake(identify(copy(record), 'new'), random)),
  'a new name, and a mistake': (record, _, random) => always(withMistake(rename(copy(record), 'new'), random)),
  'a new id and name, and a mistake': (record, _, random) =>
    always(withMistake(rename(identify(copy(record), 'new'), 'new'), random)),
  'a name that is none': (record, _, random) => {
    const name = pick(random, NO_NAMES);
    const value = rename(copy(record), name);
    // In the short form the id is a name too.
    return (name === null || name === '') && !isWhole(value) ? perhaps(value) : always(value);
  },
  'an id that is none': (record, _, random) =>
    always(identify(copy(record), pick(random, [{}, ['a'], true, 'x'.repeat(5_000)]))),
  'a namespace that is none': (record, _, random) => {
    const value = copy(record);
    const namespace = pick(random, ['other', 'Not valid', '../x', 0, 7, false, {}, []]);
    put(isWhole(value) ? (value.metadata as Fields) : value, 'namespace', namespace);
    return always(value);
  },
  'the id of another': (record, others, random) =>
    others.length === 0 ? undefined : always(identify(copy(record), pick(random, others).id)),
  'the name of another': (record, others, random) =>
    others.length === 0 ? undefined : always(rename(copy(record), pick(random, others).name)),
  'all of another': (_, others, random) => (others.length === 0 ? undefined : always(copy(pick(random, others)))),
  'what is no record': (_1, _2, random) => always(pick(random, NO_RECORDS)),
  'what is a state': (_1, _2, random) => perhaps(pick(random, NO_STATE)),
};

export const wayNames = Object.keys(ways);

/** One record gone bad, by the named way or one by chance. */
export function poisoned(
  record: GoodRecord,
  others: readonly GoodRecord[],
  random: Random,
  name = pick(random, wayNames),
): Poisoned {
  const found = ways[name]?.(record, others, random);
  return found ? { way: name, ...found } : poisoned(record, others, random);
}
