import { closeSync, openSync, readSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { BadInput } from '../failures.ts';
import { isObject, ownValue, setOwnValue } from '../own-values.ts';
import { bytesToText } from '../reading/bytes-to-text.ts';
import { TooMuchInput } from '../reading/input-limits.ts';
import { takeJson } from '../reading/json-values.ts';
import { ReadingBudget } from '../reading/reading-budget.ts';
import type { FailAt } from '../reading/yaml-nodes.ts';
import { yamlValues } from '../reading/yaml-values.ts';

/** The settings of a cluster, user or context, by the keys of the kubeconfig. */
export type Entry = Readonly<Record<string, unknown>>;

export interface MergedKubeconfig {
  /** Those that were there, in their order. */
  files: readonly string[];
  currentContext: string;
  clusters: ReadonlyMap<string, Entry>;
  users: ReadonlyMap<string, Entry>;
  contexts: ReadonlyMap<string, Entry>;
}

const lists = { clusters: 'cluster', users: 'user', contexts: 'context' } as const;
type List = keyof typeof lists;

interface ReadKubeconfig {
  file: string;
  currentContext: string;
  entries: Record<List, Map<string, Record<string, unknown>>>;
}

/**
 * Finds and merges kubeconfig files as kubectl does
 * (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files):
 * --kubeconfig alone; or every file of the list in KUBECONFIG, where missing ones are skipped and the first to name a
 * thing wins; or ~/.kube/config. Throws BadInput.
 */
export function readKubeconfigFiles(
  explicit: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): MergedKubeconfig {
  const budget = new ReadingBudget();
  const read = explicit
    ? [readFile(explicit, true, budget)]
    : filesOf(env).map((file) => readFile(file, false, budget));
  return merge(read.filter((found) => found !== undefined));
}

/** A kubeconfig that stands in a text; its paths are relative to the working directory. */
export function readKubeconfigText(text: string): MergedKubeconfig {
  return merge([parseKubeconfig(text, 'kubeconfig', new ReadingBudget())]);
}

function filesOf(env: Readonly<Record<string, string | undefined>>): string[] {
  if (!env.KUBECONFIG) {
    const home = env.HOME || homeOfUser();
    return home === undefined ? [] : [path.join(home, '.kube', 'config')];
  }
  return [...new Set(env.KUBECONFIG.split(path.delimiter))].filter((file) => file !== '');
}

/** Undefined for a user whom nobody knows, as in a container that says no more than a number. */
function homeOfUser(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

function readFile(file: string, required: boolean, budget: ReadingBudget): ReadKubeconfig | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readWithin(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && !required) return undefined;
    throw new BadInput(`cannot read the kubeconfig ${file}: ${(cause as Error).message}`, { cause });
  }
  const text = bytesToText(bytes, (problem, lenient, offset, cause) => {
    throw new BadInput(atLine(file, lenient, offset, problem), { cause });
  });
  return parseKubeconfig(text, file, budget);
}

/** A device, or a file that is no kubeconfig, could take all memory. Throws Error. */
function readWithin(file: string): Uint8Array {
  const descriptor = openSync(file, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let bytes = 0; bytes <= MOST_BYTES; ) {
      const chunk = Buffer.alloc(64 * 1024);
      const read = readSync(descriptor, chunk);
      if (read === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, read));
      bytes += read;
    }
    throw new Error('it is larger than 8 MiB, the maximum');
  } finally {
    closeSync(descriptor);
  }
}

/** A thousand clusters with their certificates. */
const MOST_BYTES = 8 * 1024 * 1024;

function parseKubeconfig(text: string, file: string, budget: ReadingBudget): ReadKubeconfig {
  const config = contentOf(text, file, budget);
  try {
    if (!isObject(config)) throw new Error('expected a mapping');
    const directory = path.dirname(path.resolve(file));
    const entries = { clusters: entriesOf(config, 'clusters'), users: entriesOf(config, 'users') };
    for (const cluster of entries.clusters.values()) resolvePaths(cluster, ['certificate-authority'], directory);
    for (const user of entries.users.values()) {
      resolvePaths(user, ['client-certificate', 'client-key', 'tokenFile'], directory);
      // A command without a folder is looked up in PATH.
      const { exec } = user;
      if (isObject(exec) && typeof exec.command === 'string' && /[/\\]/.test(exec.command))
        resolvePaths(exec, ['command'], directory);
    }
    return {
      file,
      currentContext: textOf(config, 'current-context'),
      entries: { ...entries, contexts: entriesOf(config, 'contexts') },
    };
  } catch (cause) {
    throw new BadInput(`cannot read the kubeconfig ${file}: ${(cause as Error).message}`);
  }
}

function entriesOf(config: Entry, list: List): Map<string, Record<string, unknown>> {
  const named = config[list] ?? [];
  if (!Array.isArray(named)) throw new Error(`${list}: expected a list`);
  const byName = new Map<string, Record<string, unknown>>();
  for (const item of named) {
    if (!isObject(item)) throw new Error(`${list}: expected a mapping in the list`);
    const name = textOf(item, 'name');
    if (byName.has(name)) throw new Error(`${list}: duplicate name "${name}"`);
    const settings = item[lists[list]] ?? {};
    if (!isObject(settings)) throw new Error(`${list}: "${name}": expected a mapping`);
    byName.set(name, settings);
  }
  return byName;
}

function resolvePaths(settings: Record<string, unknown>, keys: readonly string[], directory: string): void {
  for (const key of keys) {
    const value = ownValue(settings, key);
    if (typeof value === 'string' && value !== '') setOwnValue(settings, key, path.resolve(directory, value));
  }
}

/** The first file that names a cluster, user or context, or sets the current context, wins. */
function merge(configs: readonly ReadKubeconfig[]): MergedKubeconfig {
  const first = (list: List) => new Map([...configs].reverse().flatMap(({ entries }) => [...entries[list]]));
  return {
    files: configs.map(({ file }) => file),
    currentContext: configs.map(({ currentContext }) => currentContext).find((name) => name !== '') ?? '',
    clusters: first('clusters'),
    users: first('users'),
    contexts: first('contexts'),
  };
}

/** What is wrong with it is said by its line, without a word of it: that may be a secret that has lost its quotes. */
function contentOf(text: string, file: string, budget: ReadingBudget): unknown {
  const fail: FailAt = (offset, problem, isTooMuch) => {
    const message = atLine(file, text, offset, problem);
    throw isTooMuch ? new TooMuchInput(message) : new BadInput(message);
  };
  const tooLarge = budget.take('bytes', text.length);
  if (tooLarge) fail(0, `together with the input before it ${tooLarge}`, true);
  const json = jsonIn(text, budget, fail);
  if (json !== undefined) return json;
  const [first, second] = yamlValues(text, budget, fail, 'kubeconfig');
  if (second) fail(second.from, 'a second document');
  return first?.value ?? {};
}

/** JSON is YAML too, and read as JSON it takes a tenth of the time. Undefined where it is none, which the other says better. */
function jsonIn(text: string, budget: ReadingBudget, fail: FailAt): unknown {
  if (!text.startsWith('{')) return undefined;
  const tooMuch = takeJson(text, budget);
  if (tooMuch) fail(0, tooMuch, true);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function atLine(file: string, text: string, offset: number, problem: string): string {
  const line = text.slice(0, offset).split('\n').length;
  return `cannot read the kubeconfig ${file}: line ${line}: ${problem}`;
}

/** Of a setting that is a text, '' where it is not there. Throws Error when it is something else. */
export function textOf(settings: Entry, key: string): string {
  const value = ownValue(settings, key) ?? '';
  if (typeof value !== 'string')
    throw new Error(
      `${key}: expected a text, not ${Array.isArray(value) ? 'a list' : `a ${typeof value}`}: put it in quotes`,
    );
  return value;
}
