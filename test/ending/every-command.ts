import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CommandDeclaration } from '../../src/cli/command-declaration.ts';
import { programCommands } from '../../src/cli/program-commands.ts';
import { modelYaml } from '../behaviour/models.ts';

/** A command line that does something in the world that `everyCommandsWorld` makes, and writes to standard output. */
export interface Line {
  command: CommandDeclaration;
  args: readonly string[];
}

/**
 * By the name of each command that the program declares: one line of it, or several where it has another way of its own
 * to write. A line is run several times, also at the same time: what it makes is told apart by NUMBER.
 */
const lines: Readonly<Record<string, readonly string[]>> = {
  run: [
    'run -f new-NUMBER.yaml --cleanup=always',
    'run -f new-NUMBER.yaml --cleanup=always -o json',
    'run -f new-NUMBER.yaml --sandbox',
  ],
  apply: ['apply -f model.yaml', 'apply -f model.yaml --wait', 'apply -f model.yaml -o yaml'],
  diff: ['diff -f other.yaml'],
  preview: ['preview -f other.yaml', 'preview -f new-NUMBER.yaml -o json', 'preview -f other.yaml -o yaml'],
  create: ['create made --image=example/wine:1.0 --dry-run=server'],
  wait: ['wait iris --for=available', 'wait iris --for=available -o json'],
  scale: ['scale iris --replicas=1'],
  restart: ['restart iris'],
  traffic: ['traffic iris default=100'],
  promote: ['promote iris default'],
  history: ['history iris'],
  undo: ['undo iris --dry-run=server'],
  delete: ['delete iris --dry-run=server'],
  list: ['list', 'list -o json', 'list -w'],
  predict: ['predict iris -d {"data":{"ndarray":[[1]]}}'],
  sync: ['sync new-NUMBER.yaml --dry-run=server', 'sync model.yaml --watch -o json'],
  'agent manifest': ['agent manifest --source=https://models.example.com/desired -n models'],
  'agent ls': ['agent ls -o json'],
  'plan run': ['plan run -f plan.yaml --dry-run=client', 'plan run -f plan.yaml --sandbox -o json'],
  'plan validate': ['plan validate -f plan.yaml'],
  'plan show': ['plan show run'],
  'plan schema': ['plan schema'],
  diagnose: ['diagnose iris', 'diagnose -o json'],
  status: ['status iris', 'status iris -w', 'status iris -o wide'],
  top: ['top iris', 'top iris -o json'],
  events: ['events iris', 'events iris -o yaml', 'events iris -w'],
  logs: ['logs iris', 'logs iris -f'],
  report: ['report run.ndjson -o timeline-NUMBER.html'],
  doctor: ['doctor', 'doctor -o json', 'doctor -f other.yaml', 'doctor --print-role'],
  completion: ['completion bash'],
  'completion install': ['completion install --dir=bin'],
  sample: ['sample canary'],
  schema: ['schema'],
  'sandbox start': ['sandbox start --kubeconfig=sandbox-NUMBER.yaml'],
  version: ['version', 'version -o json'],
};

/** Goes on until it is stopped. */
export function isEndless({ command, args }: Line): boolean {
  return command.name === 'sandbox start' || ['-w', '--watch'].some((flag) => args.includes(flag)) || isFollowing(args);
}

function isFollowing(args: readonly string[]): boolean {
  return args[0] === 'logs' && args.includes('-f');
}

/** Whether it asks the API server that the kubeconfig names. */
export function asksServer({ command, args }: Line): boolean {
  return command.usesCluster && !args.includes('--sandbox') && !args.includes('--print-role');
}

/** Writes to a file instead of standard output. */
export function isSilent({ command }: Line): boolean {
  return command.name === 'report';
}

/** Every line of every command. Throws Error where the program has a command that the table has not, or has no more. */
export async function everyLine(): Promise<Line[]> {
  const commands = await programCommands();
  const declared = commands.map(({ name }) => name);
  const missing = declared.filter((name) => lines[name] === undefined);
  const gone = Object.keys(lines).filter((name) => !declared.includes(name));
  if (missing.length + gone.length > 0) {
    throw new Error(`test/ending/every-command.ts lacks [${missing}] and has [${gone}], which there is not`);
  }
  return commands.flatMap((command) => (lines[command.name] ?? []).map((line) => ({ command, args: line.split(' ') })));
}

let number = 0;

/** The line's arguments for one run of it, in a folder of `startFolder`. */
export function argsOf({ args }: Line, folder: string): string[] {
  number += 1;
  const numbered = args.map((word) => word.replace('NUMBER', `${number}`));
  const made = numbered.find((word) => /^new-\d+\.yaml$/.test(word));
  if (made) writeFileSync(path.join(folder, made), modelYaml({ name: made.replace('.yaml', '') }));
  return numbered;
}

/** A folder with the files that the lines speak of. */
export function startFolder(): { folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'every-command-'));
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  write('model.yaml', modelYaml());
  write('planned.yaml', modelYaml({ name: 'planned' }));
  write('other.yaml', modelYaml({ tag: '2.0' }));
  write(
    'plan.yaml',
    `apiVersion: seldon-lifecycle.io/v1alpha1
kind: Plan
steps:
  - apply: {filename: planned.yaml}
  - wait: {for: available}
  - delete: {}
`,
  );
  const [time, deployment] = ['2026-01-01T00:00:00Z', { namespace: 'default', name: 'iris' }];
  const step = { type: 'step', time, deployment, step: 'apply', state: 'succeeded', durationMs: 1, message: '' };
  write('run.ndjson', `${JSON.stringify(step)}\n`);
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
