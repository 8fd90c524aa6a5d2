import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import { inputLimits, tooDeep } from './input-limits.ts';
import type { ReadingBudget } from './reading-budget.ts';
import { type FailAt, type YamlSchema, yamlNodes } from './yaml-nodes.ts';

/** One document of a YAML text as plain values, and from where to where it stands. */
export interface YamlValue {
  value: unknown;
  from: number;
  to: number;
}

/**
 * The documents of a YAML text. What they mean is counted against the budget, each alias and merge for all that it stands
 * for, before anything is made of it.
 */
export function* yamlValues(
  text: string,
  budget: ReadingBudget,
  fail: FailAt,
  schema: YamlSchema = 'manifest',
): Generator<YamlValue> {
  let from = 0;
  for (const document of yamlNodes(text, budget, fail, schema)) {
    const to = document.range[2];
    yield { value: new Unfolding(budget, fail, schema === 'manifest').valueOf(document), from, to };
    from = to;
  }
}

/** A value, and how much it is where it stands once more: by an alias or a merge. */
interface Unfolded {
  value: unknown;
  values: number;
  letters: number;
  /** Maps and lists inside each other. */
  depth: number;
  /** Of a map that may be merged into another one. */
  fields?: ReadonlyMap<string, Unfolded>;
  /** Of a list of them. */
  items?: readonly Unfolded[];
}

const NOTHING: Unfolded = { value: null, values: 1, letters: 0, depth: 0 };

/** One document: anchors are known from where they stand to its end. */
class Unfolding {
  readonly #budget: ReadingBudget;
  readonly #fail: FailAt;
  readonly #uniqueKeys: boolean;
  /** Undefined: it is the one that we are in. */
  readonly #anchors = new Map<string, Unfolded | undefined>();

  constructor(budget: ReadingBudget, fail: FailAt, uniqueKeys: boolean) {
    this.#budget = budget;
    this.#fail = fail;
    this.#uniqueKeys = uniqueKeys;
  }

  valueOf({ contents }: Document.Parsed): unknown {
    return this.#unfold(contents, 0, false).value;
  }

  /** `mergeable`: what it is made of is asked for. */
  #unfold(node: unknown, depth: number, mergeable: boolean): Unfolded {
    const offset = offsetOf(node);
    if (depth > inputLimits.depth) return this.#fail(offset, tooDeep);
    if (isAlias(node)) return this.#aliased(node.source, offset, depth);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const unfolded = this.#plain(node, depth, mergeable || anchor !== undefined);
    if (anchor !== undefined) this.#anchors.set(anchor, unfolded);
    return unfolded;
  }

  #aliased(name: string, offset: number, depth: number): Unfolded {
    const aliased = this.#anchors.get(name);
    if (!aliased) {
      const isInside = this.#anchors.has(name);
      const unresolved = 'Unresolved alias: nothing before it has this name';
      return this.#fail(offset, isInside ? 'an alias inside the value that it refers to' : unresolved);
    }
    if (depth + aliased.depth > inputLimits.depth) return this.#fail(offset, tooDeep);
    this.#take(aliased.values, aliased.letters, offset, ', including expanded aliases');
    return aliased;
  }

  #plain(node: unknown, depth: number, mergeable: boolean): Unfolded {
    if (isMap(node)) return this.#map(node, depth, mergeable);
    if (isSeq(node)) return this.#list(node, depth, mergeable);
    if (!isScalar(node) || node.value === null || node.value === undefined) {
      this.#take(1, 0, offsetOf(node));
      return NOTHING;
    }
    // A << that is no key.
    const value = typeof node.value === 'symbol' ? MERGE_KEY : node.value;
    const letters = typeof value === 'string' ? value.length : 0;
    this.#take(1, letters, offsetOf(node));
    return { value, values: 1, letters, depth: 0 };
  }

  #list(list: YAMLSeq, depth: number, mergeable: boolean): Unfolded {
    this.#take(1, 0, offsetOf(list));
    const whole: Unfolded = { value: undefined, values: 1, letters: 0, depth: 1 };
    const items: Unfolded[] = [];
    const value = list.items.map((node) => {
      const item = this.#unfold(node, depth + 1, mergeable);
      add(whole, item);
      if (mergeable) items.push(item);
      return item.value;
    });
    return { ...whole, value, ...(mergeable && { items }) };
  }

  #map(map: YAMLMap, depth: number, mergeable: boolean): Unfolded {
    this.#take(1, 0, offsetOf(map));
    const whole: Unfolded = { value: undefined, values: 1, letters: 0, depth: 1 };
    const values = new Map<string, unknown>();
    const fields = new Map<string, Unfolded>();
    const set = (name: string, field: Unfolded) => {
      add(whole, field);
      whole.letters += name.length;
      values.set(name, field.value);
      if (mergeable) fields.set(name, field);
    };
    const ownNames = new Set<string>();
    for (const item of map.items) {
      const { key, value } = isPair(item) ? item : { key: item, value: undefined };
      const offset = offsetOf(key) || offsetOf(map);
      if (isScalar(key) && typeof key.value === 'symbol') {
        this.#merge(value, depth, offset, (name, field) => {
          if (values.has(name)) return;
          this.#take(field.values, field.letters + name.length, offset, ', including merged maps');
          set(name, field);
        });
        continue;
      }
      // 1 and "1" become the same key.
      const name = this.#nameOf(key, depth, offset);
      if (this.#uniqueKeys && ownNames.has(name)) this.#fail(offset, 'Map keys must be unique');
      ownNames.add(name);
      set(name, this.#unfold(value, depth + 1, false));
    }
    // Unlike an assignment, this keeps a key of __proto__ as what it is.
    return { ...whole, value: Object.fromEntries(values), ...(mergeable && { fields }) };
  }

  #nameOf(key: unknown, depth: number, offset: number): string {
    if (isAlias(key)) {
      const { value, depth: inside } = this.#aliased(key.source, offset, depth);
      return inside === 0 ? nameOf(value) : this.#fail(offset, NO_KEY);
    }
    if (isMap(key) || isSeq(key)) return this.#fail(offset, NO_KEY);
    const value = isScalar(key) ? key.value : null;
    const name = nameOf(value);
    this.#take(0, name.length, offset);
    if (isScalar(key) && key.anchor !== undefined) {
      const letters = typeof value === 'string' ? value.length : 0;
      this.#anchors.set(key.anchor, { value, values: 1, letters, depth: 0 });
    }
    return name;
  }

  /** Tells each field of the maps that a << names: a map, an alias of one, or a list of these. */
  #merge(node: unknown, depth: number, offset: number, tell: (name: string, field: Unfolded) => void): void {
    const source = this.#unfold(node, depth, true);
    for (const { fields } of source.items ?? [source]) {
      if (!fields) this.#fail(offset, 'Merge sources must be maps or map aliases');
      for (const [name, field] of fields ?? []) tell(name, field);
    }
  }

  #take(values: number, letters: number, offset: number, how = ''): void {
    const tooMuch = this.#budget.take('values', values) ?? this.#budget.take('letters', letters);
    if (tooMuch) this.#fail(offset, `${tooMuch}${how}`, true);
  }
}

const MERGE_KEY = '<<';
const NO_KEY = 'a map or a list cannot be a key';

function nameOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

function add(whole: Unfolded, part: Unfolded): void {
  whole.values += part.values;
  whole.letters += part.letters;
  whole.depth = Math.max(whole.depth, part.depth + 1);
}

function offsetOf(node: unknown): number {
  return isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? (node.range?.[0] ?? 0) : 0;
}
