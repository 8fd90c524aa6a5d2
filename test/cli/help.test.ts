import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Option } from 'clipanion';
import { checkedLine, readCommandLine } from '../../src/cli/command-line.ts';
import { declarations } from '../../src/cli/declarations.ts';
import { commandHelp, commonOptionList, prefixHelp, programHelp } from '../../src/cli/help.ts';
import { programCommands } from '../../src/cli/program-commands.ts';
import { connectionFlags } from '../../src/commands/connection.ts';
import { commonFlags, verbOf } from '../../src/commands/verb.ts';

const run = async () => 0;

const apply = verbOf({
  names: ['apply', 'put'],
  description: 'Apply it',
  details: 'Applies it, and then looks.',
  examples: [
    ['From a file', '$0 apply -f model.yaml'],
    ['In a namespace', '$0 apply -f model.yaml -n x'],
  ],
  flags: {
    ...connectionFlags,
    filename: Option.Array('-f,--filename', [], { description: 'What to read' }),
    recursive: Option.Boolean('-R', { description: 'Below, too' }),
    replicas: Option.String('--replicas', '2', { description: 'How many' }),
    timeout: Option.String('--timeout', '5m', { description: 'How long' }),
    failFast: Option.String('--fail-fast', 'true', { tolerateBoolean: true, description: 'Whether to end early' }),
    hold: Option.String('--hold', { tolerateBoolean: true, description: 'How long to leave it there' }),
    cascade: Option.String('--cascade', 'foreground', { description: 'How' }),
    secret: Option.String('--secret', { hidden: true, description: 'Not to be shown' }),
    names: Option.Rest({ name: 'name' }),
  },
  run,
});

const sandboxStop = verbOf({
  names: ['sandbox stop'],
  description: 'Stop it',
  flags: {
    ...commonFlags,
  },
  run,
});

const commands = declarations({ 'Basic Commands': [apply], 'Other Commands': [sandboxStop] });
const helpOf = (name: string) => {
  const command = commands.find((one) => one.name === name);
  return command ? commandHelp(command) : '';
};

const exitCodes = `\
Exit codes:
  0     done
  1     the API server or this plugin failed
  2     wrong usage or bad input; nothing was changed
  3     the cluster is not ready: unreachable, access denied, or Seldon Core is missing
  4     timed out
  5     the deployment failed
  6     the sync source denied access (401 or 403)
  7     differences found (diff, sync --exit-code)
  130   interrupted (143 when terminated)`;

describe('help', () => {
  it('of the program lists its commands under headings, exit codes and usage', () => {
    assert.equal(
      programHelp(commands).replace(/^Deploys,[\s\S]*?\n\n/, ''),
      `\
Basic Commands:
  apply          Apply it

Other Commands:
  sandbox stop   Stop it

${exitCodes}

Usage:
  kubectl seldon-lifecycle [command] [options]

Use "kubectl seldon-lifecycle <command> --help" for more information about a given command.
Use "kubectl seldon-lifecycle options" for a list of global command-line options (applies to all commands).`,
    );
  });

  it('of a command has its description, examples, options with defaults as kubectl writes them, and usage', () => {
    assert.equal(
      helpOf('apply'),
      `\
Applies it, and then looks.

Aliases:
apply, put

Examples:
  # From a file
  kubectl seldon-lifecycle apply -f model.yaml

  # In a namespace
  kubectl seldon-lifecycle apply -f model.yaml -n x

Options:
    --cascade='foreground':
\tHow

    --fail-fast=true:
\tWhether to end early

    -f, --filename=[]:
\tWhat to read

    --hold='':
\tHow long to leave it there

    -R=false:
\tBelow, too

    --replicas=2:
\tHow many

    --timeout=5m0s:
\tHow long

${exitCodes}

Usage:
  kubectl seldon-lifecycle apply [NAME...] [options]

Use "kubectl seldon-lifecycle options" for a list of global command-line options (applies to all commands).`,
    );
  });

  it('of a command leaves out the parts that it does not have', () => {
    assert.equal(
      helpOf('sandbox stop'),
      `\
Stop it

${exitCodes}

Usage:
  kubectl seldon-lifecycle sandbox stop [options]

Use "kubectl seldon-lifecycle options" for a list of global command-line options (applies to all commands).`,
    );
  });

  it('of the beginning of some commands lists those', () => {
    assert.equal(prefixHelp(commands, 'sandbox').split('\n\n')[0], 'Available Commands:\n  sandbox stop   Stop it');
  });

  it('of the options that all have says them once', () => {
    assert.match(commonOptionList(commands), /^ {4}-n, --namespace='':\n\t\S/m);
    assert.doesNotMatch(commonOptionList(commands), /filename/);
    assert.doesNotMatch(helpOf('apply'), /namespace=/);
  });
});

const real = await programCommands();

describe('the help of every command', () => {
  it('is there', () => assert.ok(real.length > 2));

  for (const command of real) {
    describe(command.name, () => {
      it('describes it, and every flag of it', () => {
        assert.match(command.description, /^[A-Z].*[^.]$/);
        for (const flag of command.flags) assert.match(flag.description, /^\S.*[^.]$/s, flag.name);
      });

      it('has paragraphs that are whole', () => {
        if (command.details === command.description) return;
        for (const paragraph of command.details.split('\n\n')) {
          assert.match(paragraph, /[.:]$|^[-#] /, paragraph);
        }
      });

      it('has at least two examples', () => assert.ok(command.examples.length >= 2));

      for (const [what, line] of command.examples) {
        it(`has an example that works: ${what}`, () => {
          const lines = commandLinesIn(line).filter((words) => words[0] !== '--version');
          const names = lines.map((words) => {
            const read = readCommandLine(words, real);
            assert.ok(read.command, `no command in ${words.join(' ')}`);
            checkedLine(read.command, read);
            return read.command.name;
          });
          assert.ok(lines.length === 0 || names.includes(command.name), line);
        });
      }
    });
  }
});

/** What the shell hands to the program in a line such as `cat x | $0 run -f - -o json | jq '.[0]'`. */
function commandLinesIn(line: string): string[][] {
  const [, ...calls] = line.split(/\$0 /);
  assert.ok(calls.length > 0, `an example without $0: ${line}`);
  return calls.map((call) => {
    const words = call.matchAll(/([|&;<>()]+)|((?:'[^']*'|"[^"]*"|[^\s|&;<>()'"])+)/g);
    const parts = [...words].map(([, operator, word = '']) => ({ operator, text: word.replaceAll(/['"]/g, '') }));
    const end = parts.findIndex(({ operator }) => operator !== undefined);
    return parts.slice(0, end < 0 ? undefined : end).map(({ text }) => text);
  });
}
