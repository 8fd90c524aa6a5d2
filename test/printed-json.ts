import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { outputSchema } from '../src/output/schema/output-schema.ts';

interface Part {
  name: string;
  /** What its `type` and `kind` have to be, where it says so. */
  says: { type?: string | undefined; kind?: string | undefined };
  valid: ValidateFunction;
}

type Definitions = Readonly<Record<string, { properties?: { type?: { const?: string }; kind?: { const?: string } } }>>;

/** Compiled at the first use: most tests see no JSON. */
let compiled: { isDescribed: ValidateFunction; parts: readonly Part[] } | undefined;

function schema() {
  if (compiled) return compiled;
  const whole = outputSchema();
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  const isDescribed = ajv.compile(whole);
  const parts = Object.entries(whole.$defs as Definitions).map(([name, { properties = {} }]): Part => {
    const says = { type: properties.type?.const, kind: properties.kind?.const };
    return { name, says, valid: ajv.compile({ $ref: `${whole.$id}#/$defs/${name}` }) };
  });
  compiled = { isDescribed, parts };
  return compiled;
}

/** Throws AssertionError, with what is wrong, for a value that `schema` does not describe. */
export function assertDescribed(value: unknown): void {
  const { isDescribed } = schema();
  if (isDescribed(value)) return;
  assert.fail(`the output schema does not describe ${JSON.stringify(value).slice(0, 1_000)}\n${nearest(value)}`);
}

/** What is wrong by the part of the schema that was meant: of the same type or kind, and with the fewest errors. */
function nearest(value: unknown): string {
  const { type, kind } = Object(value);
  const all = schema().parts.map(({ name, says, valid }) => {
    valid(value);
    const isMeant = (says.type ?? says.kind) !== undefined && says.type === type && says.kind === kind;
    return { name, errors: valid.errors ?? [], isMeant };
  });
  const [first] = all.toSorted((a, b) => Number(b.isMeant) - Number(a.isMeant) || a.errors.length - b.errors.length);
  const said = first?.errors.map(({ instancePath, message, params }) => {
    return `  ${instancePath || 'the whole'} ${message} ${JSON.stringify(params)}`;
  });
  return [`as ${first?.name}:`, ...(said ?? [])].join('\n');
}

/** Checks all the JSON of a command's standard output. Half a line at the end, of a command that was stopped, is left out. */
export function assertOutputDescribed(stdout: string): void {
  for (const value of jsonIn(stdout)) assertDescribed(value);
}

/** Checks it where the command line asks for JSON. */
export function assertPrintsDescribed(args: readonly string[], stdout: string): void {
  if (asksForJson(args)) assertOutputDescribed(stdout);
}

function asksForJson(args: readonly string[]): boolean {
  if (args[0]?.startsWith('__') || args.some((arg) => /^(-h|--help)$/.test(arg))) return false;
  if (args[0] === 'predict') return args.some((arg) => arg.startsWith('--inputs'));
  return args.some((arg, index) => {
    return /^(-o=?|--output=)json$/.test(arg) || (/^(-o|--output)$/.test(arg) && args[index + 1] === 'json');
  });
}

/** One to a line, or over several lines, of which the first and the last are a bracket alone. */
export function* jsonIn(stdout: string): Generator<unknown> {
  const lines = stdout.split('\n').slice(0, -1);
  for (let index = 0; index < lines.length; index += 1) {
    const from = index;
    const close = { '{': '}', '[': ']' }[lines[from] ?? ''];
    if (close !== undefined) index = lines.indexOf(close, from);
    if (index < from) return;
    yield JSON.parse(lines.slice(from, index + 1).join('\n'));
  }
}

/** The parts of the schema that describe a value. */
export function partsOf(value: unknown): string[] {
  return schema().parts.flatMap(({ name, valid }) => (valid(value) ? [name] : []));
}
