import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Cli, Command, type CommandClass, Option } from 'clipanion';
import {
  asksForHelp,
  type CheckedLine,
  checkedLine,
  readCommandLine,
  unknownCommand,
} from '../../src/cli/command-line.ts';
import { declarations } from '../../src/cli/declarations.ts';
import { givenValues } from '../../src/cli/given-values.ts';
import { connectionFlags } from '../../src/commands/connection.ts';
import { type Verb, verbOf } from '../../src/commands/verb.ts';
import { BadInput } from '../../src/failures.ts';
import { ownValue } from '../../src/own-values.ts';

const run = async () => 0;

const scale = verbOf({
  names: ['scale', 'resize'],
  description: '',
  flags: {
    ...connectionFlags,
    filename: Option.Array('-f,--filename', []),
    label: Option.Array('--label', []),
    all: Option.Boolean('--all', false),
    allNamespaces: Option.Boolean('-A,--all-namespaces', false),
    recursive: Option.Boolean('-R,--recursive', false),
    noHeaders: Option.Boolean('--no-headers', false),
    replicas: Option.String('--replicas', '2'),
    failFast: Option.String('--fail-fast', 'true', { tolerateBoolean: true }),
    hold: Option.String('--hold', { tolerateBoolean: true }),
    names: Option.Rest({ name: 'name' }),
  },
  run,
});

const apply = verbOf({
  names: ['apply'],
  description: '',
  flags: { ...connectionFlags, filename: Option.Array('-f,--filename', []) },
  run,
});

const logs = verbOf({
  names: ['logs'],
  description: '',
  flags: {
    ...connectionFlags,
    follow: Option.Boolean('-f,--follow', false),
    tail: Option.String('--tail', '-1'),
    target: Option.String({ name: 'name' }),
    container: Option.String({ name: 'container', required: false }),
  },
  run,
});

const sandboxStart = verbOf({ ...logs, names: ['sandbox start'] });

const verbs: Verb[] = [scale, apply, logs, sandboxStart];
const commands = declarations({ All: verbs });

/** What a line says; the same whether we find it or clipanion. */
function parsed(line: readonly string[]): Record<string, unknown> {
  const read = readCommandLine(line, commands);
  if (!read.command) throw unknownCommand(read, commands);
  const { name } = read.command;
  const checked = checkedLine(read.command, read);
  const verb = verbs.find(({ names }) => names[0] === name);
  assert.ok(verb);
  const given = givenValues(verb.flags, checked) as Record<string, unknown>;
  const byClipanion = Cli.from(verbs.map(classOf)).process(argumentsOf(name, checked), {});
  for (const [key, value] of Object.entries(given))
    assert.deepEqual(ownValue(byClipanion as object as Record<string, unknown>, key), value, key);
  return given;
}

/** The class that clipanion's own runner would have of a verb. */
function classOf({ names, flags }: Verb): CommandClass {
  return class extends Command {
    static override paths = names.map((name) => name.split(' '));

    constructor() {
      super();
      Object.assign(this, flags);
    }

    async execute(): Promise<number> {
      return 0;
    }
  };
}

/** A line for clipanion that says the same. It writes what is not as --no-…, but of what begins so. */
function argumentsOf(name: string, { options, words }: CheckedLine): string[] {
  const isLast = ({ name: flag }: (typeof options)[number], index: number) =>
    index === options.findLastIndex((one) => one.name === flag);
  const said = options.filter((option, index) => typeof option.value === 'string' || isLast(option, index));
  const flags = said.flatMap((option) => {
    if (typeof option.value === 'string') return [`${option.name}=${option.value}`];
    if (option.value) return [option.name];
    return option.name.startsWith('--no-') ? [] : [`--no-${option.name.slice(2)}`];
  });
  return [...name.split(' '), ...flags, '--', ...words];
}

describe('a command line is read as pflag reads it', () => {
  const cases: [name: string, line: string[], expected: Record<string, unknown>][] = [
    ['a letter and its value apart', ['scale', '-n', 'foo'], { namespace: 'foo' }],
    ['a letter and its value together', ['scale', '-nfoo'], { namespace: 'foo' }],
    ['a letter, an equals sign and its value', ['scale', '-n=foo'], { namespace: 'foo' }],
    ['a word and its value apart', ['scale', '--namespace', 'foo'], { namespace: 'foo' }],
    ['a word, an equals sign and its value', ['scale', '--namespace=foo'], { namespace: 'foo' }],
    ['a value with an equals sign', ['scale', '--namespace=a=b'], { namespace: 'a=b' }],
    ['an empty value', ['scale', '--namespace=', 'x'], { namespace: '', names: ['x'] }],
    ['an empty value apart', ['scale', '-n', '', 'x'], { namespace: '', names: ['x'] }],
    ['a value that looks like a flag', ['scale', '-n', '--all'], { namespace: '--all', all: false }],
    ['a value that begins with a dash', ['scale', '--replicas', '-1'], { replicas: '-1' }],
    ['true or false, alone', ['scale', '--all'], { all: true }],
    ['true or false, with true', ['scale', '--all=true', '-A=1'], { all: true, allNamespaces: true }],
    ['true or false, with false', ['scale', '--all=false', '-A=F'], { all: false, allNamespaces: false }],
    [
      'true or false, of which the word after it is no value',
      ['scale', '--all', 'false'],
      { all: true, names: ['false'] },
    ],
    ['one that begins with no-, with false', ['scale', '--no-headers', '--no-headers=false'], { noHeaders: false }],
    ['one that is true without being said', ['scale', 'x'], { failFast: 'true' }],
    ['one that is true without being said, with false', ['scale', '--fail-fast=false'], { failFast: 'false' }],
    ['one that is true without being said, alone', ['scale', '--fail-fast', 'x'], { failFast: 'true', names: ['x'] }],
    ['an optional value that is left out', ['scale', '--hold', 'x'], { hold: true, names: ['x'] }],
    ['an optional value', ['scale', '--hold=30s'], { hold: '30s' }],
    ['letters together', ['scale', '-AR'], { allNamespaces: true, recursive: true }],
    ['letters together, the last with a value', ['scale', '-ARnfoo'], { allNamespaces: true, namespace: 'foo' }],
    ['letters together, the last with a value apart', ['scale', '-ARn', 'foo'], { recursive: true, namespace: 'foo' }],
    ['flags before and after names', ['scale', '-A', 'a', '--all', 'b'], { names: ['a', 'b'], all: true }],
    ['flags before the command', ['-n', 'foo', 'scale', 'a'], { namespace: 'foo', names: ['a'] }],
    ['flags between the words of a command', ['sandbox', '-n', 'x', 'start', 'a'], { namespace: 'x', target: 'a' }],
    [
      '-- before words that look like flags',
      ['scale', '-A', '--', '-n', 'x'],
      { names: ['-n', 'x'], allNamespaces: true },
    ],
    ['a lone dash', ['scale', '-f', '-', '-'], { filename: ['-'], names: ['-'] }],
    ['the last of several', ['scale', '--replicas=1', '--replicas', '3'], { replicas: '3' }],
    ['the last of several, of true and false', ['scale', '--all', '--all=false'], { all: false }],
    ['all of several that collect', ['scale', '-f', 'a', '--filename=b', '-fc'], { filename: ['a', 'b', 'c'] }],
    ['a list with commas', ['scale', '-f', 'a,b', '-f', '"c,d",e'], { filename: ['a', 'b', 'c,d', 'e'] }],
    ['commas where kubectl has no list', ['scale', '--label', 'a,b'], { label: ['a,b'] }],
    ['a letter that is another flag in another command', ['logs', '-f', 'iris'], { follow: true, target: 'iris' }],
    ['another name of a command', ['resize', 'a'], { names: ['a'] }],
    ['a name like a command', ['scale', 'logs', 'scale'], { names: ['logs', 'scale'] }],
    ['an argument that may be left out', ['logs', 'iris', 'classifier'], { target: 'iris', container: 'classifier' }],
  ];
  for (const [name, line, expected] of cases) {
    it(name, () => {
      const command = parsed(line);
      for (const [field, value] of Object.entries(expected)) assert.deepEqual(command[field], value, field);
    });
  }
});

describe('a command line that is wrong is refused in kubectl’s words', () => {
  const cases: [line: string[], message: string, hint: string][] = [
    [['scale', '--foo'], 'unknown flag: --foo', ''],
    [['scale', '--replica=3'], 'unknown flag: --replica', 'Did you mean "--replicas"?'],
    [['scale', '--replcias', '3'], 'unknown flag: --replcias', 'Did you mean "--replicas"?'],
    [['scale', '--all-names'], 'unknown flag: --all-names', 'Did you mean "--all-namespaces"?'],
    [['scale', '--flie=x'], 'unknown flag: --flie', 'Did you mean "--filename"?'],
    [['apply', '--file', 'x'], 'unknown flag: --file', 'Did you mean "--filename"?'],
    [['scale', '--no-all'], 'unknown flag: --no-all', ''],
    [['scale', '-x'], "unknown shorthand flag: 'x' in -x", ''],
    [['scale', '-Axn'], "unknown shorthand flag: 'x' in -xn", ''],
    [['scale', '--namespace'], 'flag needs an argument: --namespace', ''],
    [['scale', '-n'], "flag needs an argument: 'n' in -n", ''],
    [['scale', '-An'], "flag needs an argument: 'n' in -n", ''],
    [['scale', '---all'], 'bad flag syntax: ---all', ''],
    [['scale', '--=x'], 'bad flag syntax: --=x', ''],
    [['scale', '-A=maybe'], 'invalid argument "maybe" for "-A, --all-namespaces": expected true or false', ''],
    [['logs'], 'exactly one NAME is required, got 0', ''],
    [['apply', 'model.yaml'], 'extra arguments: [model.yaml]', 'Files need -f: apply -f model.yaml'],
    [['apply', 'a', 'my models/b'], 'extra arguments: [a my models/b]', "Files need -f: apply -f 'my models/b'"],
    [['apply', 'iris'], 'extra arguments: [iris]', ''],
    [['logs', 'a', 'b', 'c', 'd'], 'extra arguments: [c d]', ''],
  ];
  for (const [line, message, hint] of cases) {
    it(line.join(' '), () => {
      const usage = `See 'kubectl seldon-lifecycle ${line[0]} --help' for usage.`;
      assert.throws(() => parsed(line), {
        constructor: BadInput,
        message,
        furtherLines: hint ? [hint, usage] : [usage],
      });
    });
  }

  const program = "See 'kubectl seldon-lifecycle --help' for usage.";
  const nowhere: [line: string[], message: string, hint: string][] = [
    [['scael', 'x'], 'unknown command "scael" for "kubectl seldon-lifecycle"', `Did you mean "scale"?\n${program}`],
    [
      ['get', 'iris'],
      'unknown command "get" for "kubectl seldon-lifecycle"',
      `list shows deployments, and status shows one with everything that it owns\n${program}`,
    ],
    [['constructor'], 'unknown command "constructor" for "kubectl seldon-lifecycle"', program],
    [['xyz'], 'unknown command "xyz" for "kubectl seldon-lifecycle"', program],
    [['--nmespace=x'], 'unknown flag: --nmespace', `Did you mean "--namespace"?\n${program}`],
    [['-n', 'x'], 'a command is needed', program],
    [
      ['sandbox', 'stat'],
      'unknown command "stat" for "kubectl seldon-lifecycle sandbox"',
      `Did you mean "start"?\nSee 'kubectl seldon-lifecycle sandbox --help' for usage.`,
    ],
    [['sandbox'], '"sandbox" needs a command after it', "See 'kubectl seldon-lifecycle sandbox --help' for usage."],
  ];
  for (const [line, message, hint] of nowhere) {
    it(line.join(' '), () => {
      assert.throws(() => parsed(line), { constructor: BadInput, message, furtherLines: hint.split('\n') });
    });
  }
});

describe('help is asked for', () => {
  const cases: [line: string[], asked: boolean][] = [
    [['scale', '-h'], true],
    [['scale', 'x', '--help'], true],
    [['--help', 'scale'], true],
    [['scale', '-Ah'], true],
    [['scale', '--foo', '--help'], true],
    [['scale', '-n', '-h'], false],
    [['scale', '--', '--help'], false],
    [['scale', 'help'], false],
  ];
  for (const [line, asked] of cases) {
    it(`${line.join(' ')}: ${asked}`, () => assert.equal(asksForHelp(readCommandLine(line, commands)), asked));
  }
});
